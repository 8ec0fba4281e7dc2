"""Polygons → pixels by COCO's rule (``rleFrPoly`` of cocoapi's maskApi.c), which CVAT uses too.

Corners are put on a grid five times as fine; the line between two of them is walked step by step
along its longer side. Where it crosses the middle of a column of pixels, all pixels of the column
from there on change sides. So a line that crosses itself, or walks back on itself, fills by even
and odd.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segmenter.formats.damaged import DamagedError
from segmenter.formats.dataset import Size
from segmenter.formats.patches import NOTHING, Patch

Positions = NDArray[np.int64]

_FINE = 5
_PART = 1 << 20
"""Steps that are walked at once, so that memory stays bounded."""
_LONGEST = 1 << 27
"""Steps of an outline, 5 a pixel: 27 million pixels."""
_FARTHEST = 10
"""Of a corner from the image, in sides of the image: what lies beyond is a mistake."""
_ROUNDED = 1.0
"""Pixels that an outline along the border may lie outside by rounding; it covers nothing then."""


def filled(points: NDArray[np.float64], size: Size) -> Patch:
    """The pixels of an image within a polygon, N×2 (x, y); the top left pixel spans (0, 0) to
    (1, 1). Parts outside of the image are cut off.

    Raises:
        DamagedError: there are fewer than three points, one is no number or far outside, or all
            of the polygon lies outside.
    """
    check_points(points, size)
    check_touches(points, size)
    height, width = size
    # Towards 0, as C turns a number into a whole one.
    x, y = np.trunc(points.T * _FINE + 0.5).astype(np.int64)
    columns, rows = _crossings(x, y)
    inside = (columns >= 0) & (columns < width)
    columns, rows = columns[inside], np.clip(rows[inside], 0, height)
    if not len(columns):
        return NOTHING
    left, top = int(columns.min()), int(rows.min())
    # One row more than there are: what changes sides there concerns no pixel.
    changes = np.zeros((int(rows.max()) + 1 - top, int(columns.max()) + 1 - left), np.int64)
    np.add.at(changes, (rows - top, columns - left), 1)
    region = np.cumsum(changes[:-1], axis=0) % 2 == 1
    return Patch(left, top, region, leads_out(points, size))


def check_points(points: NDArray[np.float64], size: Size, *, least: int = 3) -> None:
    """
    Raises:
        DamagedError: there are fewer than ``least``, or one is nowhere near an image of this size.
    """
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < least:
        raise DamagedError(f"it needs at least {least} points of x and y")
    height, width = size
    farthest = _FARTHEST * max(height, width, 100)
    beyond = ~(np.abs(points) <= farthest).all(axis=1)
    if beyond.any():
        x, y = points[int(np.argmax(beyond))]
        raise DamagedError(
            f"it has a point at x {x:g}, y {y:g}, far outside of its image of "
            f"{width} × {height} pixels"
        )


def check_touches(points: NDArray[np.float64], size: Size) -> None:
    """
    Raises:
        DamagedError: the rectangle around the points, N×2 (x, y), lies outside of the image, so
            that nothing would be left of the shape.
    """
    height, width = size
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    if max(left - width, top - height, -right, -bottom) > _ROUNDED:
        raise DamagedError(
            f"it lies outside of its image of {width} × {height} pixels (x {left:g} to {right:g}, "
            f"y {top:g} to {bottom:g})"
        )


def leads_out(points: NDArray[np.float64], size: Size) -> bool:
    """Whether any of the points, N×2 (x, y), lies outside of the image, by more than rounding."""
    height, width = size
    beyond = np.maximum(-points, points - (width, height))
    return bool((beyond > _ROUNDED).any())


def _crossings(x: Positions, y: Positions) -> tuple[Positions, Positions]:
    """Column and first row below of each crossing with the middle of a column."""
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    steps = np.maximum(np.abs(next_x - x), np.abs(next_y - y))
    walked = np.cumsum(steps + 1)
    if walked[-1] > _LONGEST:
        raise DamagedError("its outline is far too long for an image")
    lines = np.stack((x, y, next_x, next_y))
    columns, rows = [], []
    # Lines end where the next one starts, so nothing crosses between two of them.
    for part in np.split(np.arange(len(x)), np.flatnonzero(np.diff(walked // _PART)) + 1):
        fine_x, fine_y = _walked(lines[:, part], steps[part])
        moved = fine_x[1:] != fine_x[:-1]
        column = np.minimum(fine_x[1:], fine_x[:-1])[moved] - (_FINE // 2)
        row = np.minimum(fine_y[1:], fine_y[:-1])[moved] - (_FINE // 2)
        at_middle = column % _FINE == 0
        columns.append(column[at_middle] // _FINE)
        rows.append(-(-row[at_middle] // _FINE))
    return np.concatenate(columns), np.concatenate(rows)


def _walked(lines: Positions, steps: Positions) -> tuple[Positions, Positions]:
    """All points of the fine grid on lines from (x, y) to (next x, next y), in order."""
    x, y, next_x, next_y = lines
    line = np.repeat(np.arange(len(x)), steps + 1)
    step = np.arange(len(line)) - np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)
    found = []
    is_flat = np.abs(next_x - x) >= np.abs(next_y - y)
    turned = np.where(is_flat, x > next_x, y > next_y)
    for start, end, is_long in ((x, next_x, is_flat), (y, next_y, ~is_flat)):
        # Lines are walked from left to right, steep ones from top to bottom, as rounding the other
        # side may go the other way.
        first, last = np.where(turned, end, start)[line], np.where(turned, start, end)[line]
        done = np.where(turned[line], steps[line] - step, step)
        slope = (last - first) / np.maximum(steps[line], 1)
        rounded = np.trunc(first + slope * done + 0.5).astype(np.int64)
        found.append(np.where(is_long[line], first + done, rounded))
    return found[0], found[1]
