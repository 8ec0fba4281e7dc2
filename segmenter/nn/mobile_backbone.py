"""A backbone of inverted residuals: what MobileNetV3 and EfficientNet-Lite have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor, nn

from segmenter.nn.atrous import place_units, strides_to_rates
from segmenter.nn.backbone import Backbone, Features
from segmenter.nn.inverted_residual import InvertedResidual

MakeUnit = Callable[[int, int], InvertedResidual]
"""(which unit of the network, input channels) → the unit."""


class MobileBackbone(Backbone):
    """A stem (module "0"), units ("1", "2", …) and perhaps a last 1×1 convolution.

    The numbers are the parameter names' first part, as in torchvision's ``features``. Blocks 1 to
    4 are the units at nominal strides 4, 8, 16 and 32; the units before block 1 keep the stem's
    stride 2. Multi-grid is applied to block 4, whose units are more than three in
    EfficientNet-Lite0: see :func:`segmenter.nn.atrous.place_units`.
    """

    def __init__(
        self,
        layers: Sequence[nn.Module],
        blocks: Sequence[range],
        make_unit: MakeUnit,
    ) -> None:
        """``blocks``: the numbers of the units of blocks 1 to 4."""
        super().__init__()
        for number, layer in enumerate(layers):
            self.add_module(str(number), layer)
        self._blocks = tuple(blocks)
        self._make_unit = make_unit
        self._low, self._middle = blocks[0][-1], self.middle_layer

    middle_layer: int
    """The number of the layer that feeds the auxiliary classifier."""

    def forward(self, images: Tensor) -> Features:
        x = images
        taken: dict[int, Tensor] = {}
        for number, layer in enumerate(self.children()):
            x = layer(x)
            if number in (self._low, self._middle):
                taken[number] = x
        return Features(low=taken[self._low], middle=taken[self._middle], out=x)

    def block_strides(self) -> tuple[int, ...]:
        return (2, 2, 2, 2, 2)

    def set_output_stride(
        self, output_stride: int, multi_grid: Sequence[int], *, first_unit_keeps_rate: bool
    ) -> None:
        _stem, *placed = strides_to_rates(self.block_strides(), output_stride)
        last = self._blocks[-1]
        for numbers, atrous in zip(self._blocks, placed, strict=True):
            place_units(
                [self._unit(number) for number in numbers],
                atrous,
                multi_grid if numbers is last else (1,),
                first_unit_keeps_rate=first_unit_keeps_rate,
            )

    def copy_of_block4(self, in_channels: int) -> nn.Sequential:
        units = []
        channels = in_channels
        for number in self._blocks[-1]:
            unit = self._make_unit(number, channels)
            units.append(unit)
            channels = unit.out_channels
        return nn.Sequential(*units)

    def _unit(self, number: int) -> InvertedResidual:
        unit = self.get_submodule(str(number))
        assert isinstance(unit, InvertedResidual)
        return unit
