"""The network rebuilt for the CPU gives the logits of the plain one."""

from __future__ import annotations

import pytest
import torch

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.fuse import fuse_batch_norm
from segmenter.nn.onednn import OneDnnConvolution, optimise_for_cpu

pytestmark = pytest.mark.skipif(
    not torch.backends.mkldnn.is_available(), reason="this PyTorch has no oneDNN"
)


def trained_a_little(config: ModelConfig) -> DeepLabV3:
    """Batch normalisation that is not neutral, so that its folding matters."""
    network = DeepLabV3(config)
    with torch.no_grad():
        network.train()(torch.randn(2, 3, 49, 49))
    return network.eval()


@pytest.mark.parametrize("head", ["aspp", "cascade"])
@pytest.mark.parametrize("backbone", ["resnet50", "mobilenet_v3_large", "efficientnet_lite0"])
def test_the_logits_are_the_plain_networks_at_any_size(backbone: str, head: str) -> None:
    network = trained_a_little(
        ModelConfig(
            backbone=backbone,
            head=head,
            head_channels=8,
            decoder=True,
            head_convolution=True,
            separable=True,
            multi_grid=(1, 2, 1),
        )
    )
    fused = fuse_batch_norm(network).requires_grad_(False)
    fast = optimise_for_cpu(fused)
    assert sum(isinstance(module, OneDnnConvolution) for module in fast.modules()) > 40
    for height, width in ((65, 97), (1, 1), (32, 40), (257, 129)):
        images = torch.randn(2, 3, height, width).contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            expected = network(images)
            scale = float(expected.abs().max())
            torch.testing.assert_close(fast(images), expected, rtol=0, atol=1e-5 * scale)
            torch.testing.assert_close(fused(images), expected, rtol=0, atol=1e-5 * scale)


def test_the_original_is_left_as_it_was() -> None:
    network = trained_a_little(ModelConfig(backbone="efficientnet_lite0", head_channels=8))
    fused = fuse_batch_norm(network)
    before = str(fused), {name: tensor.clone() for name, tensor in fused.state_dict().items()}
    optimise_for_cpu(fused)
    assert str(fused) == before[0]
    assert all(torch.equal(tensor, before[1][n]) for n, tensor in fused.state_dict().items())


def test_where_the_result_would_be_wrong_the_plain_network_is_used() -> None:
    """Weights that make logits which are not numbers: nothing can be compared, so no trust."""
    network = trained_a_little(ModelConfig(backbone="efficientnet_lite0", head_channels=8))
    fused = fuse_batch_norm(network)
    torch.nn.init.constant_(fused.classifier[-1].bias, float("nan"))  # type: ignore[arg-type]
    assert optimise_for_cpu(fused) is fused
