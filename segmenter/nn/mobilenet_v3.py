"""Atrous MobileNetV3-Large (Howard et al., arXiv 1905.02244), parameter names as in torchvision.

Full width to the end, as torchvision's DeepLabv3 uses it (that paper's own segmentation experiments
also try a tail of half the width).
"""

from __future__ import annotations

from typing import NamedTuple

from torch import nn

from segmenter.nn.inverted_residual import InvertedResidual, convolution_norm_activation
from segmenter.nn.mobile_backbone import MobileBackbone


class Row(NamedTuple):
    """One line of the paper's Table 1; strides are set by the output stride."""

    kernel: int
    expanded: int
    out: int
    squeeze_excite: bool
    hard_swish: bool


STEM_CHANNELS = 16
TABLE_1 = (
    Row(3, 16, 16, False, False),  # 1
    Row(3, 64, 24, False, False),  # 2: block 1, stride 4
    Row(3, 72, 24, False, False),
    Row(5, 72, 40, True, False),  # 4: block 2, stride 8
    Row(5, 120, 40, True, False),
    Row(5, 120, 40, True, False),
    Row(3, 240, 80, False, True),  # 7: block 3, stride 16
    Row(3, 200, 80, False, True),
    Row(3, 184, 80, False, True),
    Row(3, 184, 80, False, True),
    Row(3, 480, 112, True, True),
    Row(3, 672, 112, True, True),
    Row(5, 672, 160, True, True),  # 13: block 4, stride 32
    Row(5, 960, 160, True, True),
    Row(5, 960, 160, True, True),
)
BLOCKS = (range(2, 4), range(4, 7), range(7, 13), range(13, 16))


class MobileNetV3Large(MobileBackbone):
    """Stem, fifteen inverted residuals and the 1×1 convolution to 960 channels."""

    low_channels = 24
    middle_channels = 40  # the auxiliary classifier's input is block 2, as in torchvision
    block4_channels = 160
    out_channels = 960
    middle_layer = 4

    def __init__(self) -> None:
        stem = convolution_norm_activation(3, STEM_CHANNELS, 3, stride=2, activation=nn.Hardswish)
        channels = [STEM_CHANNELS, *(row.out for row in TABLE_1)]
        units = [_unit(number, channels[number - 1]) for number in range(1, len(TABLE_1) + 1)]
        last = convolution_norm_activation(channels[-1], 960, activation=nn.Hardswish)
        super().__init__([stem, *units, last], BLOCKS, _unit)


def _unit(number: int, in_channels: int) -> InvertedResidual:
    row = TABLE_1[number - 1]
    first_of_block = any(number == block[0] for block in BLOCKS)
    return InvertedResidual(
        in_channels,
        row.expanded,
        row.out,
        row.kernel,
        squeeze_excite=row.squeeze_excite,
        activation=nn.Hardswish if row.hard_swish else nn.ReLU,
        adds_input=in_channels == row.out and not first_of_block,
    )
