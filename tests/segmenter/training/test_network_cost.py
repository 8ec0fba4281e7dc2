"""The figures told from a configuration are those of the network itself."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from segmenter.nn.config import BACKBONES, ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.network_cost import Cost, network_cost

SIDE = 512


def counted(config: ModelConfig) -> Cost:
    """By a pass through the network, without memory."""
    with torch.device("meta"):
        network = DeepLabV3(config).eval()
        image = torch.zeros(1, 3, SIDE, SIDE)
    multiply_adds = values = 0

    def count(module: nn.Module, _: Any, output: Tensor) -> None:
        nonlocal multiply_adds, values
        values += output.numel()
        if isinstance(module, nn.Conv2d):
            multiply_adds += output.numel() * module.weight[0].numel()

    for module in network.modules():
        if not list(module.children()):
            module.register_forward_hook(count)
    with torch.no_grad():
        network.coarse_logits(image)
    parameters = sum(each.numel() for each in network.parameters())
    return Cost(multiply_adds / SIDE**2, values / SIDE**2, parameters)


VARIANTS: tuple[dict[str, Any], ...] = (
    {"output_stride": 8},
    {"output_stride": 32, "image_pooling": False},
    {"decoder": True, "separable": True, "head_channels": 128, "classes": tuple("abcdefghijk")},
    {"decoder": True, "atrous_rates": (6,)},
    {"head": "cascade", "decoder": True},
    {"head_convolution": True},
)


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_cost_is_that_of_the_network(backbone: str, variant: dict[str, Any]) -> None:
    config = ModelConfig(backbone=backbone, **variant)
    told, true = network_cost(config), counted(config)
    assert told.multiply_adds == pytest.approx(true.multiply_adds, rel=0.03)
    assert told.values == pytest.approx(true.values, rel=0.03)
    assert told.parameters == pytest.approx(true.parameters, rel=0.03)
