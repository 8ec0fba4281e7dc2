"""What goes into memory is told about right, and parts follow from it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from segmenter.nn.config import BACKBONES, ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.loss import segmentation_loss
from segmenter.training.recipes import PAPER, SMALLEST_PART, STANDARD, Recipe
from segmenter.training.sizing import fit, new_network

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The machine may be busy."""

GB = 2**30
CLASSES = tuple("abcdefghijk")


def kept_bytes(config: ModelConfig, side: int) -> int:
    """What the way back through the network really keeps of two crops."""
    network = DeepLabV3(config).train()
    weights = {each.untyped_storage().data_ptr() for each in network.state_dict().values()}
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        logits, auxiliary = network.forward_with_auxiliary(torch.rand(2, 3, side, side))
        labels = torch.zeros(2, side, side, dtype=torch.uint8)
        segmentation_loss(logits, auxiliary, labels, class_weights=None, auxiliary_weight=0.4)
    return sum(kept.values())


@pytest.mark.parametrize(
    "config",
    [
        ModelConfig("efficientnet_lite0", decoder=True, separable=True, classes=CLASSES),
        ModelConfig("mobilenet_v3_large", decoder=True, classes=CLASSES),
        ModelConfig("resnet50", output_stride=8),
    ],
    ids=lambda config: config.backbone,
)
def test_two_crops_take_about_what_was_told(config: ModelConfig) -> None:
    side = 97
    recipe = STANDARD.replace(crop=side, batch_size=4)
    two, four = (fit(recipe.replace(batch_size=n), config, "cpu", None).needed for n in (2, 4))
    told, true = four - two, kept_bytes(config, side)
    assert 1.0 * true < told < 2.0 * true


@pytest.mark.parametrize(
    ("memory", "crops"), [(80 * GB, 16), (16 * GB, 8), (8 * GB, 4), (4 * GB, 2)]
)
def test_a_smaller_memory_gets_smaller_parts(memory: int, crops: int) -> None:
    """A crop of 513 pixels at output stride 8 takes a gigabyte in half precision."""
    found = fit(PAPER, ModelConfig("resnet50"), "cuda", memory)
    assert found.crops == crops
    assert found.is_enough == (memory > 4 * GB)


def test_the_stage_that_takes_most_decides() -> None:
    config = ModelConfig("resnet50")
    first = PAPER.replace(second_epochs=0)
    assert fit(PAPER, config, "cpu", None).needed > 1.5 * fit(first, config, "cpu", None).needed


def test_half_precision_on_a_gpu_takes_about_half() -> None:
    config = ModelConfig("resnet50")
    half, full = (
        fit(PAPER.replace(mixed_precision=on), config, "cuda", None).needed for on in (True, False)
    )
    assert half < 0.7 * full


@PATIENT
@given(st.integers(1, 512), st.integers(2, 64), st.sampled_from(BACKBONES))
def test_parts_are_of_about_one_size_and_never_a_single_crop(
    gigabytes: int, batch: int, backbone: str
) -> None:
    recipe = Recipe(batch_size=batch)
    found = fit(recipe, ModelConfig(backbone), "cpu", gigabytes * GB)
    assert SMALLEST_PART <= found.crops <= batch
    if found.is_enough and found.crops < batch:
        parts = -(-batch // found.crops)
        assert found.crops - batch / parts < 1


@pytest.mark.parametrize(
    ("size", "expected"),
    [((480, 360), 360), ((4000, 3000), 513), ((100, 80), 224), ((0, 0), 513)],
)
def test_a_new_network_sees_images_at_their_own_size_up_to_the_paper_s(
    size: tuple[int, int], expected: int
) -> None:
    assert new_network("efficientnet_lite0", size).input_size == expected


def test_the_paper_s_network_is_as_published() -> None:
    assert new_network("resnet50", (0, 0), as_published=True) == ModelConfig("resnet50")
    light: dict[str, Any] = {"decoder": True, "separable": True, "head_channels": 128}
    assert new_network("mobilenet_v3_large", (0, 0)) == ModelConfig("mobilenet_v3_large", **light)
    assert new_network("resnet101", (0, 0)) == ModelConfig("resnet101", decoder=True)
