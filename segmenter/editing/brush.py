"""What a brush covers: one dab, its outline, and a stroke from one point to the next.

Pixel (i, j) covers [i, i+1) × [j, j+1). A round brush covers the pixels whose centres lie within
size / 2 of its centre; a stroke covers those whose centres lie within it at any moment of its way.
Both are convex, so every row of pixels is one run from ``left`` to ``right``: runs are what is
computed, exactly, and pixels are filled in at the end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil

SMALLEST, LARGEST = 1, 1000
"""Brush sizes: the diameter (or side) in image pixels."""
STRIP, WHOLE = 256, 2**22
"""Rows of a strip of :func:`strips`, and pixels up to which it leaves a stroke in one piece."""

_BEYOND = np.iinfo(np.int64).max

Point = tuple[float, float]


class BrushShape(StrEnum):
    ROUND = "round"
    SQUARE = "square"


def dab(x: float, y: float, size: int, shape: BrushShape) -> Stencil:
    """A brush of ``size`` pixels set down at the image point (x, y). Odd sizes are centred on the
    pixel under the point, even ones on the corner nearest to it. The pixels are shared between
    dabs and can't be written to."""
    return Stencil(_square(x, y, size), _dab_pixels(size, shape))


def outline(size: int, shape: BrushShape) -> tuple[tuple[int, int], ...]:
    """The corners (x, y) of the line around a dab's pixels, clockwise from the top, relative to
    the dab's upper left corner. Lines between them are horizontal and vertical by turns."""
    return _outline(size, shape)


def stroke(
    start: Point,
    end: Point,
    size: int,
    shape: BrushShape,
    *,
    end_size: int | None = None,
    bounds: Rect | None = None,
) -> Stencil:
    """What the brush sweeps over on a straight way from ``start`` to ``end``, both ends whole.

    ``end_size``: the size at ``end`` (a pen that is pressed harder); it changes evenly on the way.
    ``bounds``: the image; what lies outside costs nothing and is left out.
    """
    first, last = _square(*start, size), _square(*end, size if end_size is None else end_size)
    if first == last:
        still = dab(*start, size, shape)
        return still if bounds is None else still.within(bounds)
    return _filled(_sweep(first, last, shape, bounds), bounds)


def strips(
    start: Point,
    end: Point,
    size: int,
    shape: BrushShape,
    *,
    end_size: int | None = None,
    bounds: Rect | None = None,
) -> Iterator[Stencil]:
    """The pixels of :func:`stroke`, in one piece or, where that would be large, in strips of a few
    rows each: a long, slanting line costs what its length does, and not what the rectangle around
    it does. Nothing where it is empty."""
    first, last = _square(*start, size), _square(*end, size if end_size is None else end_size)
    rect = first.united(last)
    rect = rect if bounds is None else rect.intersected(bounds)
    if rect.is_empty:
        return
    if first == last:
        parts = iter([stroke(start, end, size, shape, end_size=end_size, bounds=bounds)])
    elif rect.width * rect.height <= WHOLE:
        parts = iter([_filled(_sweep(first, last, shape, bounds), bounds)])
    else:
        sweep = _sweep(first, last, shape, bounds)
        parts = (
            _filled(sweep.rows(row, row + STRIP), bounds) for row in range(0, rect.height, STRIP)
        )
    yield from (part for part in parts if not part.rect.is_empty)


class _Sweep(NamedTuple):
    """Rows of pixels from ``top`` on; each covers the columns ``left`` … ``right`` - 1."""

    top: int
    lefts: NDArray[np.int64]
    rights: NDArray[np.int64]

    def rows(self, first: int, end: int) -> _Sweep:
        return _Sweep(self.top + first, self.lefts[first:end], self.rights[first:end])


def _sweep(first: Rect, last: Rect, shape: BrushShape, bounds: Rect | None) -> _Sweep:
    """The runs of a stroke from one dab to another; only of the rows within ``bounds``."""
    rect = first.united(last)
    if bounds is not None:
        rect = rect.intersected(bounds)
        if rect.is_empty:
            return _Sweep(0, np.zeros(0, np.int64), np.zeros(0, np.int64))
    lefts = np.full(rect.height, _BEYOND)
    rights = np.full(rect.height, -_BEYOND)
    _unite_dab(lefts, rights, rect.top, first, shape)
    _unite_dab(lefts, rights, rect.top, last, shape)
    if shape is BrushShape.ROUND:
        _unite_tangents(lefts, rights, rect.top, first, last)
    else:
        _unite_polygon(lefts, rights, rect.top, _square_hull(first, last))
    return _Sweep(rect.top, lefts, rights)


def _unite_dab(
    lefts: NDArray[np.int64],
    rights: NDArray[np.int64],
    top: int,
    square: Rect,
    shape: BrushShape,
) -> None:
    margins = _margins(square.width, shape)
    begin, end = max(top, square.top), min(top + len(lefts), square.bottom)
    if begin >= end:
        return
    rows = slice(begin - top, end - top)
    margins = margins[begin - square.top : end - square.top]
    np.minimum(lefts[rows], square.left + margins, out=lefts[rows])
    np.maximum(rights[rows], square.right - margins, out=rights[rows])


def _unite_polygon(
    lefts: NDArray[np.int64],
    rights: NDArray[np.int64],
    top: int,
    corners: NDArray[np.float64],
) -> None:
    """Widen the runs to the pixels whose centres lie in a convex polygon or on its edge."""
    around = [(float(x), float(y)) for x, y in corners]
    low = np.full(len(lefts), np.inf)
    high = np.full(len(lefts), -np.inf)
    for (x0, y0), (x1, y1) in pairwise((*around, *around[:1])):
        if y0 == y1:
            continue
        begin = max(0, int(np.ceil(min(y0, y1) - 0.5)) - top)
        end = min(len(lefts), int(np.floor(max(y0, y1) - 0.5)) - top + 1)
        if begin >= end:
            continue
        # Multiplied before it is divided: then halves come out exactly, and they decide.
        x = x0 + (np.arange(top + begin, top + end) + 0.5 - y0) * (x1 - x0) / (y1 - y0)
        np.minimum(low[begin:end], x, out=low[begin:end])
        np.maximum(high[begin:end], x, out=high[begin:end])
    covered = np.flatnonzero(low <= high)
    if covered.size:
        rows = slice(int(covered[0]), int(covered[-1]) + 1)
        first = np.ceil(low[rows] - 0.5).astype(np.int64)
        last = np.floor(high[rows] - 0.5).astype(np.int64)
        np.minimum(lefts[rows], first, out=lefts[rows])
        np.maximum(rights[rows], last + 1, out=rights[rows])


def _unite_tangents(
    lefts: NDArray[np.int64], rights: NDArray[np.int64], top: int, first: Rect, last: Rect
) -> None:
    """Widen the runs of two discs to what lies between them: to their outer tangents, which are
    all of its edge that isn't within a disc."""
    for (x0, y0), (x1, y1), outwards in _tangents(first, last):
        begin = max(0, math.ceil(min(y0, y1) - 0.5) - top)
        end = min(len(lefts), math.floor(max(y0, y1) - 0.5) - top + 1)
        if y0 == y1 or begin >= end:
            continue
        # Multiplied before it is divided: then halves come out exactly, and they decide.
        x = np.arange(top + begin + 0.5 - y0, top + end - y0)
        x *= x1 - x0
        x /= y1 - y0
        x += x0 - 0.5
        if outwards < 0:
            np.ceil(x, out=x)
            np.minimum(lefts[begin:end], x.astype(np.int64), out=lefts[begin:end])
        else:
            np.floor(x, out=x)
            x += 1
            np.maximum(rights[begin:end], x.astype(np.int64), out=rights[begin:end])


def _tangents(first: Rect, last: Rect) -> Iterator[tuple[Point, Point, float]]:
    """Both ends of the outer tangents of two discs, and how far to the right (left: less than 0)
    the outside lies; none where one disc lies in the other."""
    start, end = _centre(first), _centre(last)
    way_x, way_y = end[0] - start[0], end[1] - start[1]
    distance = math.hypot(way_x, way_y)
    along = (first.width - last.width) / 2 / distance if distance else 1.0
    if abs(along) >= 1:
        return
    way_x, way_y = way_x / distance, way_y / distance
    across = math.sqrt(1 - along * along)
    for side in (across, -across):
        x, y = way_x * along - way_y * side, way_y * along + way_x * side
        ends = [
            (centre[0] + x * (disc.width / 2), centre[1] + y * (disc.width / 2))
            for centre, disc in ((start, first), (end, last))
        ]
        # From the same end to the other on the way there and back: they cover the same.
        yield (*(ends if side > 0 else reversed(ends)), x)


def _square_hull(first: Rect, last: Rect) -> NDArray[np.float64]:
    """The corners of the convex hull of two squares."""
    corners = [
        (x, y)
        for square in (first, last)
        for x in (square.left, square.right)
        for y in (square.top, square.bottom)
    ]
    return cv2.convexHull(np.array(corners, np.int32)).reshape(-1, 2).astype(np.float64)


def _filled(sweep: _Sweep, bounds: Rect | None) -> Stencil:
    if not sweep.lefts.size:
        return Stencil(Rect(), np.zeros((0, 0), np.uint8))
    left, right = int(sweep.lefts.min()), int(sweep.rights.max())
    rect = Rect.between(left, sweep.top, right, sweep.top + len(sweep.lefts))
    if bounds is not None:
        rect = rect.intersected(bounds)
    if rect.is_empty:
        return Stencil(Rect(), np.zeros((0, 0), np.uint8))
    return Stencil(rect, _fill(rect.width, sweep.lefts - rect.left, sweep.rights - rect.left))


def _fill(width: int, lefts: NDArray[np.int64], rights: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Pixels from runs, which may reach beyond either side."""
    overlap = (lefts[1:] < rights[:-1]) & (lefts[:-1] < rights[1:])
    if not overlap.all():  # a slanting line one pixel wide
        columns = np.arange(width)
        covered = (columns >= lefts[:, None]) & (columns < rights[:, None])
        return covered.view(np.uint8)
    # A polygon that goes from row to row in right angles and inside, so that OpenCV, which draws
    # the edges as well, fills these very pixels: 4 times as fast as comparing columns with runs.
    down = _staircase(lefts, inwards=np.maximum)
    up = _staircase(rights - 1, inwards=np.minimum)[::-1]
    pixels = np.zeros((len(lefts), width), np.uint8)
    cv2.fillConvexPoly(pixels, np.concatenate((down, up)), (1,))
    return pixels


def _staircase(ends: NDArray[np.int64], inwards: np.ufunc) -> NDArray[np.int32]:
    """The way down along the last pixels of the rows at one side."""
    points = np.empty((2 * len(ends) - 1, 2), np.int32)
    rows = np.arange(len(ends))
    points[::2, 0], points[::2, 1] = ends, rows
    corners = inwards(ends[:-1], ends[1:])
    points[1::2, 0] = corners
    points[1::2, 1] = np.where(corners == ends[1:], rows[:-1], rows[1:])
    return points


def _centre(square: Rect) -> Point:
    return square.left + square.width / 2, square.top + square.height / 2


def _square(x: float, y: float, size: int) -> Rect:
    """Where a brush lies whose centre is nearest to (x, y)."""
    if size < SMALLEST:
        raise ValueError(f"a brush has {SMALLEST} pixel or more, not {size}")
    half = 0.0 if size % 2 else 0.5
    left, top = math.floor(x + half) - size // 2, math.floor(y + half) - size // 2
    return Rect(left, top, size, size)


@lru_cache(maxsize=64)
def _margins(size: int, shape: BrushShape) -> NDArray[np.int64]:
    """How many pixels at either end of each of a dab's rows are not covered."""
    if shape is BrushShape.SQUARE:
        return np.zeros(size, np.int64)
    # Twice the offsets from the centre are whole numbers, as odd or even as size - 1 is.
    rows = 2 * np.arange(size) - (size - 1)
    reach = np.floor(np.sqrt(size * size - rows * rows)).astype(np.int64)
    reach -= (reach - (size - 1)) % 2
    return (size - 1 - reach) // 2


@lru_cache(maxsize=4)
def _dab_pixels(size: int, shape: BrushShape) -> NDArray[np.uint8]:
    margins = _margins(size, shape)
    pixels = _fill(size, margins, size - margins)
    pixels.setflags(write=False)
    return pixels


@lru_cache(maxsize=64)
def _outline(size: int, shape: BrushShape) -> tuple[tuple[int, int], ...]:
    margins = _margins(size, shape).tolist()
    right = [(size - margins[0], 0)]
    for row in range(1, size):
        if margins[row] != margins[row - 1]:
            right += [(size - margins[row - 1], row), (size - margins[row], row)]
    right.append((size - margins[-1], size))
    left = [(size - x, y) for x, y in reversed(right)]
    return (*right, *left)
