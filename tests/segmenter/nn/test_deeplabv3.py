"""The network as a whole: shapes, strides, training."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from segmenter.nn.aspp import ASPP, BatchNormOfFew
from segmenter.nn.config import BACKBONES, HEADS, ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.zoo import load_backbone

# resnet101 is the same code as resnet50, only deeper.
SMALL_ENOUGH = [name for name in BACKBONES if name != "resnet101"]
CLASSES = ("background", "cat", "dog")


def make(**choices: object) -> DeepLabV3:
    config = ModelConfig(head_channels=8, classes=CLASSES)
    return DeepLabV3(config.replace(**choices)).eval()


def aspp(network: DeepLabV3) -> ASPP:
    head = network.classifier[0]
    assert isinstance(head, ASPP)
    return head


@pytest.mark.parametrize("decoder", [False, True])
@pytest.mark.parametrize(("backbone", "head"), list(product(SMALL_ENOUGH, HEADS)))
def test_logits_have_the_images_size_whatever_it_is(
    backbone: str, head: str, decoder: bool
) -> None:
    network = make(backbone=backbone, head=head, decoder=decoder)
    for height, width in ((1, 1), (1, 70), (67, 1), (2, 3), (33, 64)):
        images = torch.randn(2, 3, height, width)
        with torch.inference_mode():
            logits = network(images)
        assert logits.shape == (2, 3, height, width)
        assert logits.dtype == torch.float32
        assert logits.isfinite().all()


@pytest.mark.parametrize("backbone", ["resnet50", "mobilenet_v3_large", "efficientnet_lite0"])
@pytest.mark.parametrize("size", [1, 31, 32, 33, 64, 65, 97])
def test_coarse_logits_have_the_images_size_divided_by_the_output_stride(
    backbone: str, size: int
) -> None:
    network = make(backbone=backbone)
    images = torch.randn(1, 3, size, 40)
    for output_stride in (8, 16, 32):
        network.set_output_stride(output_stride)
        with torch.inference_mode():
            height, width = network.coarse_logits(images).shape[-2:]
        assert (height, width) == (-(-size // output_stride), -(-40 // output_stride))


@pytest.mark.parametrize("backbone", ["resnet50", "mobilenet_v3_large", "efficientnet_lite0"])
def test_with_a_decoder_coarse_logits_have_stride_4(backbone: str) -> None:
    network = make(backbone=backbone, decoder=True)
    with torch.inference_mode():
        assert network.coarse_logits(torch.randn(1, 3, 65, 40)).shape[-2:] == (17, 10)


def test_changing_the_output_stride_keeps_the_weights() -> None:
    # Untrained, the small backbones say the same of every image, at every stride.
    network = make(backbone="resnet50")
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    images = torch.randn(1, 3, 65, 65)
    with torch.inference_mode():
        at_16 = network(images)
        network.set_output_stride(8)
        at_8 = network(images)
        network.set_output_stride(16)
        assert torch.equal(network(images), at_16)
    assert not torch.equal(at_8, at_16)
    assert before.keys() == network.state_dict().keys()
    assert all(torch.equal(before[name], t) for name, t in network.state_dict().items())


def test_a_network_built_at_a_stride_equals_one_switched_to_it() -> None:
    network = make(backbone="mobilenet_v3_large", output_stride=8)
    switched = make(backbone="mobilenet_v3_large", output_stride=32)
    switched.load_state_dict(network.state_dict())
    switched.set_output_stride(8)
    images = torch.randn(1, 3, 50, 70)
    with torch.inference_mode():
        assert torch.equal(network(images), switched(images))
    assert switched.config == network.config


def test_upsampling_is_bilinear_from_the_coarse_logits() -> None:
    network = make(backbone="efficientnet_lite0")
    images = torch.randn(1, 3, 50, 70)
    with torch.inference_mode():
        expected = torch.nn.functional.interpolate(
            network.coarse_logits(images), (50, 70), mode="bilinear", align_corners=False
        )
        assert torch.equal(network(images), expected)


@pytest.mark.parametrize(
    ("backbone", "head"), list(product(("resnet50", "efficientnet_lite0"), HEADS))
)
def test_every_weight_learns(backbone: str, head: str) -> None:
    network = make(
        backbone=backbone, head=head, decoder=True, auxiliary=True, head_convolution=True
    ).train()
    logits, auxiliary = network.forward_with_auxiliary(torch.randn(2, 3, 64, 64))
    assert auxiliary is not None
    assert auxiliary.shape == logits.shape == (2, 3, 64, 64)
    target = torch.randint(0, 3, (2, 64, 64))
    loss = torch.nn.functional.cross_entropy(logits, target)
    loss = loss + torch.nn.functional.cross_entropy(auxiliary, target)
    loss.backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name


def test_without_an_auxiliary_classifier_there_are_no_auxiliary_logits() -> None:
    network = make(backbone="efficientnet_lite0")
    logits, auxiliary = network.forward_with_auxiliary(torch.randn(1, 3, 33, 33))
    assert auxiliary is None
    assert logits.shape == (1, 3, 33, 33)


def test_a_batch_of_one_image_trains() -> None:
    network = make(backbone="efficientnet_lite0").train()
    (pooled,) = (m for m in network.modules() if isinstance(m, BatchNormOfFew))
    assert pooled.running_mean is not None
    before = pooled.running_mean.clone()
    network(torch.randn(1, 3, 64, 64)).sum().backward()
    assert torch.equal(pooled.running_mean, before), "one value says nothing about the spread"
    network(torch.randn(2, 3, 64, 64)).sum().backward()
    assert not torch.equal(pooled.running_mean, before)


def test_a_network_learns_two_colours_apart() -> None:
    """End to end: after some steps the labels of a two-coloured image are right."""
    network = make(backbone="efficientnet_lite0", output_stride=8, head_channels=32).train()
    network.backbone.load_state_dict(load_backbone("imagenet-efficientnet-lite0"))
    image = torch.zeros(2, 3, 64, 64)
    image[:, 0, :, :32] = 1
    image[:, 2, :, 32:] = 1
    target = torch.zeros(2, 64, 64, dtype=torch.long)
    target[:, :, 32:] = 2
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3)
    for _ in range(30):
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(image), target)
        loss.backward()
        optimiser.step()
    with torch.inference_mode():
        labels = network(image).argmax(1)
    assert (labels == target).float().mean() > 0.95


def test_without_image_pooling_the_head_has_one_branch_less() -> None:
    assert len(aspp(make(backbone="efficientnet_lite0")).convs) == 5
    without = make(backbone="efficientnet_lite0", image_pooling=False)
    assert len(aspp(without).convs) == 4


def test_image_level_features_reach_every_pixel() -> None:
    """Section 3.3: a change in one corner is seen in the opposite one through global pooling."""
    reached = {}
    for pooling in (True, False):
        network = make(
            backbone="efficientnet_lite0", image_pooling=pooling, atrous_rates=(1,),
            multi_grid=(1, 1, 1),
        )  # fmt: skip
        features = torch.rand(1, 320, 40, 40, requires_grad=True)
        aspp(network)(features)[0, :, 0, 0].sum().backward()
        assert features.grad is not None
        reached[pooling] = bool(features.grad[..., -1, -1].abs().sum() > 0)
    assert reached == {True: True, False: False}


def test_a_separable_head_has_far_fewer_parameters() -> None:
    plain = sum(p.numel() for p in make(backbone="resnet50").classifier.parameters())
    split = make(backbone="resnet50", separable=True).classifier.parameters()
    assert sum(p.numel() for p in split) < plain / 3
