"""One image through a network: what comes out is what upsampling its logits gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction.inference_network import InferenceNetwork
from segmenter.prediction.network_input import normalised, resize
from segmenter.prediction.plan import trained_size
from segmenter.prediction.predictor import Predictor
from segmenter.project.images import load_image

Photo = NDArray[np.uint8]


def labels_of_all_logits(network: DeepLabV3, photo: Photo) -> Photo:
    """The plain recipe: resize, network, upsample every logit map, argmax."""
    size = (photo.shape[0], photo.shape[1])
    small = resize(photo, trained_size(size, network.config.input_size))
    with torch.inference_mode():
        logits = functional.interpolate(
            network(normalised(small, network.config)), size=size, mode="bilinear"
        )
    labels: Photo = logits.argmax(1)[0].to(torch.uint8).numpy()
    return labels


@pytest.mark.parametrize("name", ["astronaut.jpg", "fig.jpg", "rocket.jpg"])
@pytest.mark.parametrize(
    ("backbone", "decoder"),
    [("efficientnet_lite0", True), ("mobilenet_v3_large", False)],
)
def test_labels_of_photos_are_those_of_the_plain_recipe(
    make_network: Callable[..., DeepLabV3], sample: Path, name: str, backbone: str, decoder: bool
) -> None:
    network = make_network(backbone=backbone, decoder=decoder, input_size=160)
    photo = load_image(sample / name)
    prediction = Predictor(network, "cpu").predict(photo)
    expected = labels_of_all_logits(network, photo)
    assert len(np.unique(expected)) > 1
    # Fused batch normalisation rounds differently: a few pixels of outline among a million.
    assert (prediction.labels == expected).mean() >= 0.9999
    assert prediction.labels.dtype == prediction.confidence.dtype == np.uint8
    assert prediction.confidence.shape == photo.shape[:2]
    assert 0 < prediction.uncertainty < 1
    assert prediction.classes == network.config.classes
    assert prediction.device == "cpu"
    assert prediction.note == ""


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 3), (3, 2000), (64, 64)])
@pytest.mark.parametrize("options", [{}, {"flip": True, "scales": (0.5, 1.5)}, {"tile": 128}])
def test_images_of_any_size(
    network: DeepLabV3,
    random: np.random.Generator,
    size: tuple[int, int],
    options: dict[str, object],
) -> None:
    photo = random.integers(0, 256, (*size, 3), dtype=np.uint8)
    prediction = Predictor(network, "cpu", **options).predict(photo)  # type: ignore[arg-type]
    assert prediction.labels.shape == prediction.confidence.shape == size
    assert prediction.labels.max() < 5
    assert 0 <= prediction.uncertainty <= 1


def test_one_flat_colour_gets_one_class(by_color: DeepLabV3) -> None:
    for options in ({}, {"tile": 128}, {"flip": True}):
        predictor = Predictor(by_color, "cpu", **options)
        for size in ((1, 1), (300, 200), (1, 500)):
            green = np.full((*size, 3), (10, 200, 30), np.uint8)
            assert (predictor.predict(green).labels == 1).all()


def test_arrays_that_are_views_or_read_only(network: DeepLabV3, photo: Photo) -> None:
    predictor = Predictor(network, "cpu")
    expected = predictor.predict(photo).labels
    frozen = photo.copy()
    frozen.setflags(write=False)
    assert np.array_equal(predictor.predict(frozen).labels, expected)
    mirrored = np.ascontiguousarray(photo[:, ::-1])[:, ::-1]
    assert np.array_equal(predictor.predict(mirrored).labels, expected)


@pytest.mark.parametrize(
    "pixels", [np.zeros((5, 5), np.uint8), np.zeros((5, 5, 3)), np.zeros((0, 5, 3), np.uint8)]
)
def test_other_arrays_are_a_bug_of_the_caller(network: DeepLabV3, pixels: Photo) -> None:
    with pytest.raises(ValueError, match="H×W×3"):
        Predictor(network, "cpu").predict(pixels)


def test_the_network_and_torch_stay_as_they_are(network: DeepLabV3, photo: Photo) -> None:
    before = {name: value.clone() for name, value in network.state_dict().items()}
    threads = torch.get_num_threads()
    network.train()
    predictor = Predictor(network, "cpu", threads=1)
    first = predictor.predict(photo)
    assert network.training
    assert torch.get_num_threads() == threads
    assert torch.is_grad_enabled()
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])
    nn.init.zeros_(network.classifier[-1].weight)  # type: ignore[arg-type]
    assert np.array_equal(predictor.predict(photo).labels, first.labels)


def test_confidence_falls_where_classes_meet(by_color: DeepLabV3) -> None:
    photo = np.empty((384, 384, 3), np.uint8)
    photo[:, :190] = (200, 40, 40)  # ends in the middle of a pixel that the network sees
    photo[:, 190:] = (40, 40, 200)
    prediction = Predictor(by_color, "cpu").predict(photo)
    row = prediction.confidence[200]
    assert row[20] > 200
    assert row[-20] > 200
    assert row[188:192].min() < 150
    assert (prediction.labels[:, :186] == 0).all()
    assert (prediction.labels[:, 194:] == 2).all()


def test_uncertainty_tells_a_doubtful_image_from_a_sure_one(by_color: DeepLabV3) -> None:
    predictor = Predictor(by_color, "cpu")
    sure = np.full((100, 100, 3), (255, 0, 0), np.uint8)
    partly = sure.copy()
    partly[:40, :40] = (200, 199, 30)  # red or green?
    first, second = predictor.predict(sure).uncertainty, predictor.predict(partly).uncertainty
    assert first < 0.01
    assert second > 0.4


def test_cancel_before_the_network_runs(network: DeepLabV3, photo: Photo) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        Predictor(network, "cpu").predict(photo, cancel)


def test_cancel_while_the_network_runs(network: DeepLabV3, photo: Photo) -> None:
    cancel = CancelToken()
    passed: list[str] = []

    def backbone_is_through(*_arguments: object) -> None:
        passed.append("backbone")
        if may_cancel:
            cancel.cancel()

    may_cancel = False
    network.backbone.register_forward_hook(backbone_is_through)
    network.classifier[0].register_forward_hook(lambda *_arguments: passed.append("head"))
    predictor = Predictor(network, "cpu")
    may_cancel = True
    passed.clear()
    with pytest.raises(Cancelled):
        predictor.predict(photo, cancel)
    assert passed == ["backbone"]
    predictor.predict(photo)  # the next image has a token of its own
    assert passed[-1] == "head"


def test_a_model_that_computes_no_numbers_is_refused(network: DeepLabV3, photo: Photo) -> None:
    nn.init.constant_(network.classifier[-1].bias, float("nan"))  # type: ignore[arg-type]
    with pytest.raises(MaskwrightError, match="not numbers"):
        Predictor(network, "cpu").predict(photo)


@pytest.mark.parametrize("scales", [(), (0.0,), (1.0, 9.0), (-1.0,)])
def test_senseless_scales_are_refused(network: DeepLabV3, scales: tuple[float, ...]) -> None:
    with pytest.raises(MaskwrightError, match="Scales"):
        Predictor(network, "cpu", scales=scales)


def test_half_precision_is_upsampled_in_full_precision(network: DeepLabV3, photo: Photo) -> None:
    images = normalised(photo, network.config)
    with torch.inference_mode():
        exact = InferenceNetwork(network, "cpu")(images)
        # Emulated where the hardware has none: slow, but the same numbers.
        rounded = InferenceNetwork(network, "cpu", "bfloat16")(images)
    assert rounded.dtype == torch.float32
    assert 0 < (rounded - exact).abs().max() < 0.1 * exact.abs().max()
    assert len(rounded.unique()) > rounded.numel() / 4  # bfloat16 has 256 values an octave


def test_too_large_for_half_precision_goes_on_in_full(network: DeepLabV3, photo: Photo) -> None:
    def overflow(_module: nn.Module, _inputs: object, output: torch.Tensor) -> torch.Tensor:
        return output * torch.inf if torch.is_autocast_enabled("cpu") else output

    images = normalised(photo, network.config)
    with torch.inference_mode():
        expected = InferenceNetwork(network, "cpu")(images)
        network.classifier[0].register_forward_hook(overflow)
        half = InferenceNetwork(network, "cpu", "bfloat16")
        torch.testing.assert_close(half(images), expected, rtol=1e-3, atol=1e-4)
    assert half.dtype == torch.float32


def test_bfloat16_without_the_hardware_is_refused_in_a_note(network: DeepLabV3) -> None:
    notes: list[str] = []
    predictor = Predictor(network, "cpu", precision="bfloat16", on_note=notes.append)
    has_it = any(torch.cpu.get_capabilities().get(n) for n in ("amx_bf16", "avx512_bf16", "bf16"))
    assert predictor.precision == ("bfloat16" if has_it else "float32")
    assert bool(notes) != has_it
