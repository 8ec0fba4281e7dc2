from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction.predictor import Predictor
from segmenter.training.data import FolderExamples
from segmenter.training.evaluate import evaluate, score_labels, score_predictor


def to_classes(network: DeepLabV3) -> tuple[Tensor, Tensor]:
    """Weight and bias of the last convolution."""
    layer = network.classifier[-1]
    assert isinstance(layer, nn.Conv2d)
    assert layer.bias is not None
    return layer.weight, layer.bias


@pytest.fixture
def network(small: ModelConfig) -> DeepLabV3:
    """Says "petal" everywhere."""
    torch.manual_seed(0)
    network = DeepLabV3(small).eval()
    with torch.no_grad():
        to_classes(network)[0].zero_()
        to_classes(network)[1].copy_(torch.tensor([0.0, 1.0]))
    return network


def petal_share(task) -> float:  # type: ignore[no-untyped-def]
    examples = FolderExamples(task.images, task.masks, ("background", "petal"))
    return float(np.mean([examples.load(name)[1].mean() for name in examples.names]))


def test_the_figures_are_those_of_the_predicted_labels(task, network: DeepLabV3) -> None:  # type: ignore[no-untyped-def]
    scores = evaluate(network, images=task.images, masks=task.masks, device="cpu")
    share = petal_share(task)
    assert scores.images == 12
    assert scores.pixel_accuracy == pytest.approx(share, abs=1e-5)
    assert scores.iou == {"background": 0.0, "petal": pytest.approx(share, abs=1e-5)}
    assert scores.mean_iou == pytest.approx(share / 2, abs=1e-5)
    assert scores.boundary_f == 0.0


def test_the_models_classes_are_found_by_name(task, network: DeepLabV3) -> None:  # type: ignore[no-untyped-def]
    """A model that calls value 0 by another name than the masks do is right about the rest."""
    network.config = network.config.replace(classes=("sky", "Petal"))
    scores = evaluate(
        network,
        images=task.images,
        masks=task.masks,
        classes=("background", "petal"),
        device="cpu",
    )
    assert scores.iou["petal"] == pytest.approx(petal_share(task), abs=1e-5)

    network.config = network.config.replace(classes=("petal", "sky"))
    scores = evaluate(
        network,
        images=task.images,
        masks=task.masks,
        classes=("background", "petal"),
        device="cpu",
    )
    assert scores.pixel_accuracy == 0  # "sky" is wrong everywhere


def test_a_renamed_class_is_the_one_it_was(task, network: DeepLabV3) -> None:  # type: ignore[no-untyped-def]
    network.config = network.config.replace(classes=("background", "petal"))
    predictor = Predictor(network, "cpu", tile="off")
    examples = FolderExamples(task.images, task.masks, ("background", "petal"))
    renamed = FolderExamples(task.images, task.masks, ("background", "blossom"))
    renamed.former_names = {"Petal": "blossom"}
    before = score_predictor(predictor, examples).iou["petal"]
    assert before
    assert score_predictor(predictor, renamed).iou["blossom"] == before


def test_a_predictor_and_names_can_be_given(task, network: DeepLabV3) -> None:  # type: ignore[no-untyped-def]
    seen = []
    predictor = Predictor(network, "cpu", tile="off")
    examples = FolderExamples(task.images, task.masks, ("background", "petal"))
    scores = evaluate(
        predictor,
        images=task.images,
        masks=task.masks,
        names=examples.names[:2],
        progress=lambda done, total: seen.append((done, total)),
    )
    assert scores.images == 2
    assert seen == [(0, 2), (1, 2), (2, 2)]
    with pytest.raises(MaskwrightError, match=r"no image zebra\.png"):
        evaluate(predictor, images=task.images, masks=task.masks, names=["zebra.png"])


def test_the_truth_itself_scores_1(task) -> None:  # type: ignore[no-untyped-def]
    examples = FolderExamples(task.images, task.masks, ("background", "petal"))
    truths = iter([examples.load(name)[1] for name in examples.names])
    scores = score_labels(lambda rgb: next(truths), examples)
    assert scores.mean_iou == scores.pixel_accuracy == 1
    assert scores.boundary_f == pytest.approx(1)


def test_what_is_missing_is_one_sentence(task, network: DeepLabV3, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(MaskwrightError, match="folder of images"):
        evaluate(network, images=task.images)
    with pytest.raises(MaskwrightError, match="nothing"):
        evaluate(tmp_path / "nothing.safetensors", images=task.images, masks=task.masks)


def test_it_can_be_cancelled(task, network: DeepLabV3) -> None:  # type: ignore[no-untyped-def]
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        evaluate(network, images=task.images, masks=task.masks, cancel=cancel)
