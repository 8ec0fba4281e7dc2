"""An image of any size, tile by tile: probabilities blended where tiles overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segmenter.prediction.plan import STRIDE
from segmenter.prediction.tiles import blend_weights, tile_starts

Region = NDArray[np.uint8]


def blended_rows(
    rgb: Region,
    tile: int,
    probabilities: Callable[[Sequence[Region]], Tensor],
    *,
    batch: int,
) -> Iterator[Tensor]:
    """Segment ``rgb`` in overlapping tiles; yield the blended grid from top to bottom.

    The grid has a node every ``STRIDE`` pixels of ``rgb``, padded to a multiple of that. Only the
    nodes of one row of tiles exist at a time.

    Args:
        rgb: uint8 H×W×3.
        tile: side of the square tiles, a multiple of ``STRIDE``.
        probabilities: up to ``batch`` regions of one size, uint8 h×w×3 → float32 N×C×h/4×w/4.

    Yields:
        float32 C×n×ceil(W / 4): the next n rows of the grid.
    """
    rows, columns = grid_size(rgb.shape[:2])
    side = tile // STRIDE
    tops, lefts = tile_starts(rows, side), tile_starts(columns, side)
    across = blend_weights(lefts, side, columns)
    down = blend_weights(tops, side, rows)
    open_rows: Tensor | None = None
    for index, top in enumerate(tops):
        line: Tensor | None = None
        for at in range(0, len(lefts), batch):
            chosen = range(at, min(at + batch, len(lefts)))
            result = probabilities([_region(rgb, top, lefts[i], tile) for i in chosen])
            if line is None:
                line = result.new_zeros(result.shape[1], result.shape[2], columns)
            for i, values in zip(chosen, result, strict=True):
                weights = torch.from_numpy(across[i]).to(values.device)
                line[..., lefts[i] : lefts[i] + len(weights)] += values * weights
        assert line is not None  # there is at least one tile in a row
        line *= torch.from_numpy(down[index]).to(line.device)[:, None]
        if open_rows is not None:
            # What the tiles above left open, now shared with these.
            line[:, : open_rows.shape[1]] += open_rows
        done = (tops[index + 1] if index + 1 < len(tops) else rows) - top
        yield line[:, :done]
        open_rows = line[:, done:].clone()


def grid_size(size: Sequence[int]) -> tuple[int, int]:
    """(height, width) in pixels → nodes of the grid that covers them."""
    return -(-size[0] // STRIDE), -(-size[1] // STRIDE)


def _region(rgb: Region, top: int, left: int, tile: int) -> Region:
    """The pixels of a tile, given its first nodes; the image's last ones repeated where its size
    is not a multiple of ``STRIDE``."""
    top, left = top * STRIDE, left * STRIDE
    region = rgb[top : top + tile, left : left + tile]
    below, right = -region.shape[0] % STRIDE, -region.shape[1] % STRIDE
    return np.pad(region, ((0, below), (0, right), (0, 0)), mode="edge")
