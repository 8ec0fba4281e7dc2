"""ONNX and TorchScript compute what the network computes, at any size, and say what they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_out.exporting import EXTRA_FILE, export_network
from segmenter.nn.model_out.kinds import Kind, kind_of
from segmenter.nn.zoo import load_model
from segmenter.training.quick_head import head_config
from segmenter.training.quick_recipe import QUICK

Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]
QUICK_HEAD = head_config(
    ModelConfig(backbone="efficientnet_lite0", output_stride=32), ("background", "cat"), QUICK
)
CONFIGS = {
    "lite0-aspp": ModelConfig(backbone="efficientnet_lite0", head_channels=8),
    "lite0-cascade": ModelConfig(backbone="efficientnet_lite0", head="cascade"),
    # Stride 2 and rate 2 in one convolution with SAME padding.
    "lite0-stride32": ModelConfig(
        backbone="efficientnet_lite0", output_stride=32, multi_grid=(2, 1, 1), head_channels=8
    ),
    "quick": QUICK_HEAD,
    "mobilenet-aspp": ModelConfig(
        backbone="mobilenet_v3_large", head_channels=8, head_convolution=True, auxiliary=True
    ),
    "mobilenet-cascade": ModelConfig(
        backbone="mobilenet_v3_large", head="cascade", decoder=True, head_channels=8
    ),
    "resnet50-aspp": ModelConfig(
        backbone="resnet50", output_stride=8, head_channels=8, image_pooling=False
    ),
    "resnet50-cascade": ModelConfig(backbone="resnet50", head="cascade", head_channels=8),
}


def network_that_differs_everywhere(config: ModelConfig) -> DeepLabV3:
    """Statistics that are not 0 and 1, so that batch normalisation does something."""
    network = DeepLabV3(config).train()
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None
    with torch.no_grad():
        network(torch.randn(4, 3, 96, 96))
        for norm in norms:
            # A channel that hardly varied in these would magnify rounding without end.
            assert norm.running_var is not None
            norm.running_var.clamp_(min=float(norm.running_var.mean()) / 4)
    return network.eval()


def reference(network: DeepLabV3, image: NDArray[np.float32]) -> NDArray[np.float32]:
    config = network.config
    mean, std = (torch.tensor(each).reshape(1, 3, 1, 1) for each in (config.mean, config.std))
    with torch.no_grad():
        logits: Tensor = network((torch.from_numpy(image) / 255 - mean) / std)
    result: NDArray[np.float32] = logits.numpy()
    return result


def opened(path: Path) -> Run:
    """By the runtime that the file is for; nothing of ours."""
    if path.suffix == ".onnx":
        session = onnxruntime.InferenceSession(path)
        return lambda image: np.asarray(session.run(None, {"image": image})[0])
    script = torch.jit.load(path)

    def run(image: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.no_grad():
            return np.asarray(script(torch.from_numpy(image)))

    return run


def photo(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.float32)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_backbone_and_head_computes_the_same_at_any_size(name: str, tmp_path: Path) -> None:
    network = network_that_differs_everywhere(CONFIGS[name])
    runs = []
    for kind in Kind:
        path = tmp_path / f"model{kind.suffix}"
        export_network(network, path, kind)
        runs.append(opened(path))
    onnx.checker.check_model(onnx.load(tmp_path / "model.onnx"), full_check=True)
    for shape in ((1, 3, 64, 81), (2, 3, 97, 66), (1, 3, 33, 128)):
        image = photo(*shape)
        expected = reference(network, image)
        for run in runs:
            logits = run(image)
            assert logits.shape == expected.shape
            assert logits.dtype == np.float32
            # Depth without training magnifies rounding.
            largest = max(1.0, float(np.abs(expected).max()))
            assert np.abs(logits - expected).max() < 1e-3 * largest


@pytest.mark.parametrize("kind", Kind)
def test_the_starter_computes_the_same_at_the_sizes_of_photos(kind: Kind, tmp_path: Path) -> None:
    network = load_model("starter")
    path = tmp_path / f"starter{kind.suffix}"
    export_network(network, path, kind)
    run = opened(path)
    for shape in ((1, 3, 513, 513), (1, 3, 321, 497)):
        image = photo(*shape)
        np.testing.assert_allclose(run(image), reference(network, image), atol=1e-3)


def test_the_network_stays_as_it_is(small_network: DeepLabV3, tmp_path: Path) -> None:
    before = {name: tensor.clone() for name, tensor in small_network.state_dict().items()}
    export_network(small_network, tmp_path / "model.onnx", Kind.ONNX)
    assert before.keys() == small_network.state_dict().keys()
    assert all(before[name].equal(t) for name, t in small_network.state_dict().items())


def test_the_file_says_what_it_is_and_nothing_private(
    small_config: ModelConfig, tmp_path: Path
) -> None:
    card = ModelCard(
        name="Katzen – 写真",
        origin="Trained by a test.",
        license="CC0",
        scores={"mean_iou": 0.5},
        training={"command": "maskwright train /home/ada", "validation": ["Jane Doe.jpg"]},
        note="Ask Jane.",
    )
    network = DeepLabV3(small_config, card).eval()
    colors = ((0, 0, 0), (255, 16, 1), (0, 0, 255))
    for kind in Kind:
        export_network(
            network, tmp_path / f"model{kind.suffix}", kind, version="1.2", colors=colors
        )
    found = onnxruntime.InferenceSession(tmp_path / "model.onnx").get_modelmeta()
    facts = found.custom_metadata_map
    assert json.loads(facts["classes"]) == [
        {"id": 0, "name": "background", "color": "#000000"},
        {"id": 1, "name": "cat", "color": "#ff1001"},
        {"id": 2, "name": "dog", "color": "#0000ff"},
    ]
    assert (facts["name"], facts["license"]) == ("Katzen – 写真", "CC0")
    assert json.loads(facts["mean"]) == [0.5, 0.5, 0.5]
    assert facts["input_size"] == "513"
    assert (found.producer_name, facts["maskwright"]) == ("Maskwright", "1.2")
    extra = {EXTRA_FILE: ""}
    torch.jit.load(tmp_path / "model.pt", _extra_files=extra)
    assert json.loads(extra[EXTRA_FILE]) == facts
    for path in tmp_path.iterdir():
        assert not any(word in path.read_bytes() for word in (b"/home/ada", b"Jane"))


def test_batch_height_and_width_have_names(small_network: DeepLabV3, tmp_path: Path) -> None:
    export_network(small_network, tmp_path / "model.onnx", Kind.ONNX)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    (image,), (logits,) = session.get_inputs(), session.get_outputs()
    assert (image.name, image.shape) == ("image", ["batch", 3, "height", "width"])
    assert (logits.name, logits.shape) == ("logits", ["batch", 3, "height", "width"])


@pytest.mark.parametrize("kind", Kind)
def test_a_cancelled_export_leaves_what_was_there(
    small_network: DeepLabV3, tmp_path: Path, kind: Kind
) -> None:
    target = tmp_path / f"model{kind.suffix}"
    target.write_bytes(b"what was there")
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        export_network(
            small_network, target, kind, progress=lambda *at: cancel.cancel(), cancel=cancel
        )
    assert target.read_bytes() == b"what was there"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_progress_counts_the_bytes_of_the_file(small_network: DeepLabV3, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    target = tmp_path / "model.onnx"
    export_network(small_network, target, Kind.ONNX, progress=lambda *at: seen.append(at))
    size = target.stat().st_size
    assert seen[-1] == (size, size)


def test_the_suffix_says_the_kind(tmp_path: Path) -> None:
    assert kind_of(Path("a.ONNX")) is Kind.ONNX
    assert kind_of(Path("a.pt")) is Kind.TORCHSCRIPT
    with pytest.raises(MaskwrightError, match=r"model\.tflite"):
        kind_of(tmp_path / "model.tflite")


def test_a_place_that_takes_no_file_is_one_sentence(
    small_network: DeepLabV3, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(MaskwrightError, match=r"model\.onnx"):
        export_network(small_network, tmp_path / "file" / "model.onnx", Kind.ONNX)


def test_weights_larger_than_a_chunk_are_whole(tmp_path: Path) -> None:
    config = ModelConfig(backbone="mobilenet_v3_large", head_channels=256)
    network = DeepLabV3(config).eval()
    target = tmp_path / "model.onnx"
    export_network(network, target, Kind.ONNX)
    tensors = {each.name: each for each in onnx.load(target).graph.initializer}
    weight = network.get_parameter("classifier.1.weight")
    written = onnx.numpy_helper.to_array(tensors["classifier.1.weight"])
    np.testing.assert_array_equal(written, weight.detach().numpy())
    assert target.stat().st_size > 4 * 1024 * 1024
