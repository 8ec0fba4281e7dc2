"""Going deeper: block 4 repeated in cascade, with rates for strides (arXiv 1706.05587, 3.2)."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from segmenter.nn.atrous import place_units, strides_to_rates
from segmenter.nn.backbone import Backbone, initialise

EXTRA_BLOCKS = ("block5", "block6", "block7")


class Cascade(nn.Module):
    """Blocks 5, 6 and 7: copies of the backbone's block 4 in form, with weights of their own.

    Each would have stride 2 like block 4; all of it becomes rate. At output stride 16 blocks 4 to
    7 run at 2, 4, 8 and 16, times multi-grid's unit rates (Figure 3b, section 3.2.1).
    """

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self._strides = (*backbone.block_strides(), *(2 for _ in EXTRA_BLOCKS))
        channels = backbone.out_channels
        for name in EXTRA_BLOCKS:
            self.add_module(name, backbone.copy_of_block4(channels))
            channels = backbone.block4_channels
        self.out_channels = channels
        initialise(self)

    def set_output_stride(
        self, output_stride: int, multi_grid: Sequence[int], *, first_unit_keeps_rate: bool
    ) -> None:
        """Give each block the rate that follows from the strides before it."""
        placed = strides_to_rates(self._strides, output_stride)[-len(EXTRA_BLOCKS) :]
        for block, atrous in zip(self.children(), placed, strict=True):
            place_units(
                list(block.children()),  # type: ignore[arg-type]
                atrous,
                multi_grid,
                first_unit_keeps_rate=first_unit_keeps_rate,
            )

    def forward(self, x: Tensor) -> Tensor:
        """N×c×h×w → N×out_channels×h×w."""
        for block in self.children():
            x = block(x)
        return x
