"""The pixels inside a polygon."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segmenter.editing.covered import covered
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil


def fill_polygon(points: Sequence[tuple[float, float]], width: int, height: int) -> Stencil | None:
    """The pixels of a width × height image whose centres lie inside the polygon (even–odd rule).

    ``points``: corners in image coordinates, where pixel (i, j) covers [i, i+1) × [j, j+1), as
    they come, closed by itself; they may lie outside of the image and the sides may cross. A
    centre exactly on a left or upper side is inside, one on a right or lower side is not, so two
    polygons with a common side never share a pixel nor leave a gap. None where nothing is
    covered. cv2.fillPoly would draw the outline too, half a pixel too far all around.
    """
    corners = np.asarray(points, np.float64).reshape(-1, 2)
    if len(corners) < 3:
        return None
    rect = _pixels_around(corners).clipped(width, height)
    if rect.is_empty:
        return None
    columns, rows = _crossings(corners, rect)
    # A pixel is inside where the number of sides above its centre is odd.
    pixels = np.zeros((rect.height + 1, rect.width), np.uint8)
    np.bitwise_xor.at(pixels, (rows, columns), np.uint8(1))
    pixels = pixels[: rect.height]
    # np.bitwise_xor.accumulate goes down column by column, 50 times slower than row on row.
    for row in range(1, rect.height):
        np.bitwise_xor(pixels[row - 1], pixels[row], out=pixels[row])
    return covered(pixels, rect.left, rect.top)


def _crossings(
    corners: NDArray[np.float64], rect: Rect
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each side and each column of ``rect`` whose centre line it crosses: the column, and the
    first row whose centre is not above the crossing; both from the corner of ``rect``."""
    start, end = corners, np.roll(corners, -1, axis=0)
    low, high = np.minimum(start[:, 0], end[:, 0]), np.maximum(start[:, 0], end[:, 0])
    # Of the two columns that a corner between two sides may belong to, each takes one.
    first = np.clip(np.ceil(low - 0.5), rect.left, rect.right).astype(np.int64)
    beyond = np.clip(np.ceil(high - 0.5), rect.left, rect.right).astype(np.int64)
    counts = beyond - first
    side = np.repeat(np.arange(len(corners)), counts)
    nth = np.arange(len(side)) - np.repeat(np.cumsum(counts) - counts, counts)
    column = first[side] + nth
    x0, y0, x1, y1 = start[side, 0], start[side, 1], end[side, 0], end[side, 1]
    y = y0 + (column + 0.5 - x0) * (y1 - y0) / (x1 - x0)
    row = np.clip(np.ceil(y - 0.5), rect.top, rect.bottom).astype(np.int64)
    return column - rect.left, row - rect.top


def _pixels_around(corners: NDArray[np.float64]) -> Rect:
    left, top = np.floor(corners.min(axis=0)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int)
    return Rect.between(int(left), int(top), int(right), int(bottom))
