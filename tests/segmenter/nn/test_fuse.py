"""Folding batch normalisation into the convolutions changes the time, not the outputs."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.fuse import fuse_batch_norm


@pytest.mark.parametrize("head", ["aspp", "cascade"])
@pytest.mark.parametrize("backbone", ["resnet50", "mobilenet_v3_large", "efficientnet_lite0"])
def test_a_fused_network_gives_the_same_logits(backbone: str, head: str) -> None:
    config = ModelConfig(
        backbone=backbone, head=head, head_channels=8, decoder=True, head_convolution=True,
        separable=True, multi_grid=(1, 1, 1),
    )  # fmt: skip
    network = DeepLabV3(config)
    with torch.no_grad():
        network.train()(torch.randn(2, 3, 49, 49))  # batch normalisation that is not neutral
    network.eval().double()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    fused = fuse_batch_norm(network)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in fused.modules())
    images = torch.randn(1, 3, 33, 40, dtype=torch.float64)
    with torch.inference_mode():
        for output_stride in (16, 8):
            network.set_output_stride(output_stride)
            fused.set_output_stride(output_stride)
            expected = network(images)
            torch.testing.assert_close(fused(images), expected, rtol=1e-9, atol=1e-9)
    after = network.state_dict()
    assert after.keys() == before.keys()
    assert all(torch.equal(after[name], before[name]) for name in before)
