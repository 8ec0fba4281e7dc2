"""The one rule that turns strides into atrous rates (arXiv 1706.05587, sections 3.1 and 3.2).

A network has a nominal stride for each of its blocks. Up to the chosen output stride they stay
strides; from there on each stride is replaced by 1, and its factor multiplies the rate of this
block and of all that follow. So the features stay dense, and every filter still sees what it saw
when it was trained with strides: the weights are the same at any output stride.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from torch import nn


@dataclass(frozen=True)
class Atrous:
    """How one block is run."""

    stride: int
    """Of the block's first unit; 1 where the stride became a rate."""
    rate: int
    """The block's rate; multi-grid multiplies it."""
    rate_before: int
    """The rate of the block before: what ``first_unit_keeps_rate`` keeps."""


class Unit(Protocol):
    """A residual unit whose spatial convolution can be placed."""

    def place(self, stride: int, rate: int) -> None: ...


def strides_to_rates(strides: Iterable[int], output_stride: int) -> list[Atrous]:
    """The nominal strides of successive blocks → how each is run at ``output_stride``.

    ResNet's (4, 1, 2, 2, 2) at output stride 16 gives the last block stride 1 and rate 2;
    three more blocks of stride 2, the cascade, get the rates 4, 8 and 16 (Figure 3).
    """
    placed = []
    reached = rate = 1
    for stride in strides:
        before = rate
        if reached * stride <= output_stride:
            reached *= stride
            placed.append(Atrous(stride, rate, before))
        else:
            rate *= stride
            placed.append(Atrous(1, rate, before))
    return placed


def place_units(
    units: Sequence[Unit],
    atrous: Atrous,
    unit_rates: Sequence[int] = (1,),
    *,
    first_unit_keeps_rate: bool = False,
) -> None:
    """Run a block's units as ``atrous`` says: unit i at unit rate i × the block's rate.

    ``unit_rates`` is the paper's multi-grid (section 3.2.1), made for the three units of a
    ResNet's block 4. Where a block has more units than rates, the rates start over, as in the
    sawtooth of Wang et al. (arXiv 1702.08502): EfficientNet-Lite0's five units run (1, 2, 4) as
    1, 2, 4, 1, 2.
    """
    for index, unit in enumerate(units):
        rate = atrous.rate
        if index == 0 and first_unit_keeps_rate:
            rate = atrous.rate_before
        unit.place(
            stride=atrous.stride if index == 0 else 1,
            rate=unit_rates[index % len(unit_rates)] * rate,
        )


def place_convolution(convolution: nn.Conv2d, stride: int, rate: int) -> None:
    """Set stride and rate, and the zero padding that gives ceil(size / stride) outputs."""
    convolution.stride = (stride, stride)
    convolution.dilation = (rate, rate)
    height, width = convolution.kernel_size
    convolution.padding = (rate * (height - 1) // 2, rate * (width - 1) // 2)
