"""What DeepLabv3 asks of a backbone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn


@dataclass
class Features:
    """What a backbone computes from N×3×H×W images; sizes are rounded up."""

    low: Tensor
    """N×c×H/4×W/4: outlines, for the decoder."""
    middle: Tensor
    """The input of the auxiliary classifier."""
    out: Tensor
    """N×c×H/os×W/os: the input of the head, os being the output stride."""


class Backbone(nn.Module, ABC):
    """A classification network without its classifier, run at a chosen output stride."""

    low_channels: int
    middle_channels: int
    block4_channels: int
    out_channels: int
    """As ``block4_channels``, but for MobileNetV3, where a 1×1 convolution follows block 4."""

    @abstractmethod
    def forward(self, images: Tensor) -> Features:
        """float32 N×3×H×W, normalised, any H and W from 1 → :class:`Features`."""

    @abstractmethod
    def block_strides(self) -> tuple[int, ...]:
        """The nominal stride of the stem and of blocks 1 to 4."""

    @abstractmethod
    def set_output_stride(
        self, output_stride: int, multi_grid: Sequence[int], *, first_unit_keeps_rate: bool
    ) -> None:
        """Turn strides beyond ``output_stride`` into rates; the weights stay as they are."""

    @abstractmethod
    def copy_of_block4(self, in_channels: int) -> nn.Sequential:
        """One more block like block 4 with weights of its own, for the cascade."""


def initialise(module: nn.Module) -> None:
    """Random weights for training from scratch (He et al., arXiv 1502.01852)."""
    for part in module.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")
            if part.bias is not None:
                nn.init.zeros_(part.bias)
