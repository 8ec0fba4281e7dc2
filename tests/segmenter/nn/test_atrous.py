"""The rates are the paper's, in every block, at every output stride."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from segmenter.errors import MaskwrightError
from segmenter.nn.aspp import ASPP, AtrousConvolution
from segmenter.nn.atrous import Atrous, place_convolution, strides_to_rates
from segmenter.nn.cascade import Cascade
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.empty_network import empty_network
from segmenter.nn.inverted_residual import InvertedResidual
from segmenter.nn.resnet import Bottleneck

# Figure 3 and section 3.2: what each block of ResNet multiplies its unit rates by.
BLOCK_RATES = {
    8: {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 16, 7: 32},
    16: {1: 1, 2: 1, 3: 1, 4: 2, 5: 4, 6: 8, 7: 16},
    32: {1: 1, 2: 1, 3: 1, 4: 1, 5: 2, 6: 4, 7: 8},
}
ASPP_RATES = {8: (12, 24, 36), 16: (6, 12, 18), 32: (3, 6, 9)}
MULTI_GRIDS = [(1, 1, 1), (1, 2, 4), (1, 2, 1)]


def rates(block: nn.Module) -> list[int]:
    """The rate of each unit's spatial convolution."""
    found = []
    for unit in block.children():
        convolution = unit.conv2 if isinstance(unit, Bottleneck) else None
        if isinstance(unit, InvertedResidual):
            convolution = unit.depthwise
        assert isinstance(convolution, nn.Conv2d)
        vertical, horizontal = convolution.dilation
        reach = (convolution.kernel_size[0] - 1) // 2
        assert vertical == horizontal
        assert convolution.padding == (vertical * reach, vertical * reach)
        found.append(vertical)
    return found


def resnet_blocks(network: DeepLabV3) -> dict[int, nn.Module]:
    blocks = {n: network.backbone.get_submodule(f"layer{n}") for n in (1, 2, 3, 4)}
    head = network.classifier[0]
    if isinstance(head, Cascade):
        blocks.update({n: head.get_submodule(f"block{n}") for n in (5, 6, 7)})
    return blocks


def check_resnet(network: DeepLabV3, output_stride: int, multi_grid: tuple[int, ...]) -> None:
    expected = BLOCK_RATES[output_stride]
    for number, block in resnet_blocks(network).items():
        units = list(block.children())
        if number < 4:
            assert rates(block) == [expected[number]] * len(units)
        else:
            assert rates(block) == [unit * expected[number] for unit in multi_grid]
    head = network.classifier[0]
    if isinstance(head, ASPP):
        found = [b.spatial.dilation for b in head.convs if isinstance(b, AtrousConvolution)]
        assert found == [(rate, rate) for rate in ASPP_RATES[output_stride]]


@pytest.mark.parametrize("head", ["aspp", "cascade"])
@pytest.mark.parametrize("multi_grid", MULTI_GRIDS)
@pytest.mark.parametrize("output_stride", [8, 16, 32])
def test_rates_of_a_new_resnet(
    output_stride: int, multi_grid: tuple[int, int, int], head: str
) -> None:
    config = ModelConfig(
        backbone="resnet50", head=head, output_stride=output_stride, multi_grid=multi_grid
    )
    check_resnet(empty_network(config), output_stride, multi_grid)


@pytest.mark.parametrize("head", ["aspp", "cascade"])
def test_rates_follow_when_the_output_stride_changes(head: str) -> None:
    network = empty_network(ModelConfig(backbone="resnet101", head=head, multi_grid=(1, 2, 4)))
    for output_stride in (8, 32, 16, 8, 16, 32, 8):
        network.set_output_stride(output_stride)
        assert network.config.output_stride == output_stride
        check_resnet(network, output_stride, (1, 2, 4))


@pytest.mark.parametrize(
    ("output_stride", "kept", "block3", "block4"),
    [(32, 5, 1, 1), (16, 4, 1, 2), (8, 3, 2, 4)],
)
@pytest.mark.parametrize("backbone", ["mobilenet_v3_large", "efficientnet_lite0"])
def test_rates_of_the_mobile_backbones(
    backbone: str, output_stride: int, kept: int, block3: int, block4: int
) -> None:
    config = ModelConfig(backbone=backbone, multi_grid=(1, 2, 4))
    network = empty_network(config)
    network.set_output_stride(output_stride)
    units = [m for m in network.backbone.children() if isinstance(m, InvertedResidual)]
    found = [unit.depthwise.dilation[0] for unit in units]
    sawtooth = [1, 2, 4, 1, 2][: 3 if backbone == "mobilenet_v3_large" else 5]
    block4_units = len(sawtooth)
    assert found[-block4_units:] == [unit * block4 for unit in sawtooth]
    assert found[-block4_units - 6 : -block4_units] == [block3] * 6
    assert set(found[: -block4_units - 6]) == {1}
    strides = [m.stride for m in network.backbone.modules() if isinstance(m, nn.Conv2d)]
    assert strides.count((2, 2)) == kept


@pytest.mark.parametrize("backbone", ["mobilenet_v3_large", "efficientnet_lite0"])
def test_rates_of_a_mobile_cascade(backbone: str) -> None:
    network = empty_network(ModelConfig(backbone=backbone, head="cascade", multi_grid=(1, 2, 4)))
    units = 3 if backbone == "mobilenet_v3_large" else 5
    for output_stride in (8, 16, 32):
        network.set_output_stride(output_stride)
        for number in (5, 6, 7):
            block_rate = BLOCK_RATES[output_stride][number]
            block = network.classifier[0].get_submodule(f"block{number}")
            assert rates(block) == [unit * block_rate for unit in [1, 2, 4, 1, 2][:units]]


def test_torchvisions_first_unit_keeps_the_rate_before() -> None:
    config = ModelConfig(
        backbone="resnet50", output_stride=8, multi_grid=(1, 1, 1), first_unit_keeps_rate=True
    )
    blocks = resnet_blocks(empty_network(config))
    assert rates(blocks[3]) == [1, 2, 2, 2, 2, 2]
    assert rates(blocks[4]) == [2, 4, 4]


def test_strides_become_rates_once_the_output_stride_is_reached() -> None:
    assert strides_to_rates((4, 1, 2, 2, 2, 2, 2, 2), 16) == [
        Atrous(4, 1, 1),
        Atrous(1, 1, 1),
        Atrous(2, 1, 1),
        Atrous(2, 1, 1),
        Atrous(1, 2, 1),
        Atrous(1, 4, 2),
        Atrous(1, 8, 4),
        Atrous(1, 16, 8),
    ]


def test_an_impossible_output_stride_changes_nothing(small_network: DeepLabV3) -> None:
    before = str(small_network)
    with pytest.raises(MaskwrightError, match="8, 16 or 32"):
        small_network.set_output_stride(4)
    assert str(small_network) == before
    assert small_network.config.output_stride == 16


def test_odd_rates_can_not_be_halved() -> None:
    network = empty_network(ModelConfig(backbone="mobilenet_v3_large", atrous_rates=(3, 5)))
    network.set_output_stride(8)
    with pytest.raises(MaskwrightError, match="choose even ones"):
        network.set_output_stride(32)
    assert network.config.output_stride == 8


def touched_by(module: nn.Module, channels: int, size: int, row: int, column: int) -> set[object]:
    """The input positions that output (row, column) depends on."""
    image = torch.rand(1, channels, size, size, requires_grad=True)
    output: Tensor = module(image)
    output[0, :, row, column].sum().backward()
    assert image.grad is not None
    return {tuple(position) for position in image.grad.abs().sum((0, 1)).nonzero().tolist()}


@pytest.mark.parametrize("rate", [1, 2, 3, 6, 12, 18, 24, 36])
def test_one_output_of_an_atrous_branch_touches_exactly_nine_inputs(rate: int) -> None:
    aspp = ASPP(4, (rate,), 4).eval()
    branch = aspp.convs[1]
    assert isinstance(branch, AtrousConvolution)
    nn.init.constant_(branch.spatial.weight, 0.1)  # so that ReLU lets everything pass
    centre = 40
    steps = (-rate, 0, rate)
    expected = {(centre + dy, centre + dx) for dy in steps for dx in steps}
    assert touched_by(branch, 4, 81, centre, centre) == expected


def test_one_output_of_every_aspp_branch_of_a_network_touches_its_nine_inputs(
    small_network: DeepLabV3,
) -> None:
    head = small_network.classifier[0]
    assert isinstance(head, ASPP)
    for output_stride, expected_rates in ASPP_RATES.items():
        small_network.set_output_stride(output_stride)
        branches = [b for b in head.convs if isinstance(b, AtrousConvolution)]
        for branch, rate in zip(branches, expected_rates, strict=True):
            nn.init.constant_(branch.spatial.weight, 0.1)
            expected = {(40 + dy, 40 + dx) for dy in (-rate, 0, rate) for dx in (-rate, 0, rate)}
            assert touched_by(branch, 320, 81, 40, 40) == expected


def test_near_the_border_the_missing_inputs_count_as_zero() -> None:
    convolution = nn.Conv2d(1, 1, 3, bias=False)
    place_convolution(convolution, stride=1, rate=5)
    assert touched_by(convolution, 1, 9, 0, 8) == {(0, 3), (0, 8), (5, 3), (5, 8)}


@pytest.mark.parametrize("head", ["aspp", "cascade"])
@pytest.mark.parametrize("backbone", ["resnet50", "mobilenet_v3_large", "efficientnet_lite0"])
def test_a_smaller_output_stride_computes_the_same_values_more_densely(
    backbone: str, head: str
) -> None:
    """Section 3.1: removing a stride and dilating what follows leaves each response as it was.

    True to the digit where the unit that had the stride keeps its own rate. Left out is what
    looks at the number of positions: image-level features, squeeze-and-excite.
    """
    config = ModelConfig(
        backbone=backbone,
        head=head,
        head_channels=4,
        image_pooling=False,
        first_unit_keeps_rate=True,
        multi_grid=(1, 2, 4),
    )
    network = DeepLabV3(config).eval().double()
    for module in network.modules():
        if type(module).__name__ == "SqueezeExcite":
            module.forward = lambda x: x
    images = torch.rand(1, 3, 129, 65, dtype=torch.float64)
    with torch.inference_mode():
        network.set_output_stride(32)
        coarse = network.coarse_logits(images)
        for output_stride in (16, 8):
            network.set_output_stride(output_stride)
            step = 32 // output_stride
            dense = network.coarse_logits(images)
            assert dense.shape[-1] == (coarse.shape[-1] - 1) * step + 1
            torch.testing.assert_close(dense[..., ::step, ::step], coarse, rtol=1e-9, atol=1e-9)
