"""Where the pixels of one axis lie on a coarser grid, as PyTorch's bilinear upsampling has it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class GridAxis:
    """For every pixel of one axis the grid node before it and the fraction of the way to the next.

    Node ``i`` and the next one bound cell ``i``. The last node's cell has no far node: the value
    stays the same up to the border (PyTorch's ``align_corners=False``).
    """

    node: NDArray[np.int64]
    """Per pixel: the node at or before it; never decreases."""
    fraction: NDArray[np.float32]
    """Per pixel: 0 at that node, towards 1 at the next."""
    first: NDArray[np.int64]
    """Per node: its cell's first pixel."""
    count: NDArray[np.int64]
    """Per node: how many pixels lie in its cell (none, where the grid is finer than the pixels)."""
    split: int = 1
    """Into how many parts every cell of the original grid was split to make this one."""

    @property
    def nodes(self) -> int:
        return len(self.first)


def grid_axis(nodes: int, pixels: int, *, extent: float | None = None, split: int = 1) -> GridAxis:
    """Lay ``pixels`` pixels on a grid of ``nodes`` nodes (both from 1).

    Args:
        extent: how many pixels the grid spans, where that is more than are wanted (the grid of a
            padded image); ``pixels`` where not given.
        split: split every cell into that many first, which makes ``(nodes − 1) · split + 1``
            nodes.
    """
    # The same steps in the same precision as PyTorch's area_pixel_compute_source_index, so that
    # only the rounding inside the interpolation differs.
    scale = np.float32(nodes) / np.float32(extent if extent is not None else pixels)
    position = scale * (np.arange(pixels, dtype=np.float32) + np.float32(0.5)) - np.float32(0.5)
    position = np.clip(position, np.float32(0), np.float32(nodes - 1)) * np.float32(split)
    last = (nodes - 1) * split
    node = np.minimum(position.astype(np.int64), last)
    fraction = (position - node.astype(np.float32)).astype(np.float32)
    count = np.bincount(node, minlength=last + 1).astype(np.int64)
    return GridAxis(node, fraction, np.cumsum(count) - count, count, split)
