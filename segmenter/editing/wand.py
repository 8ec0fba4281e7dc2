"""Magic wand: what is connected to a point and has a similar colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.covered import covered
from segmenter.editing.photo_pixels import PhotoPixels, as_bgr
from segmenter.editing.rect import Rect
from segmenter.editing.regions import flood
from segmenter.editing.stencil import Stencil

WIDEST_TOLERANCE = 100.0
"""Black to white."""
STEPS = 2
"""Levels of the distance map to one unit of colour distance; 127.5 units fit into uint8."""
STRIP = 64
"""Rows that are converted at once: small enough to stay in the processor's cache."""

MANY_HOLES = 20_000
"""From so many on it is quicker to look at every pixel than at every hole."""


class ColorSelector:
    """Selects by colour in one photo, the same point again and again while a person drags the
    tolerance: the distances from the colour of the point are computed once.

    Distances are those of CIE Lab (ΔE*ab 1976): black to white is 100, a just visible difference
    about 2. Keeps one byte a pixel of the window.
    """

    def __init__(self, pixels: PhotoPixels) -> None:
        """``pixels``: the photo; not copied."""
        self._photo, self._to_lab = _for_lab(pixels)
        self._seed: tuple[int, int, Rect] | None = None
        self._distance: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)

    def select(
        self,
        x: int,
        y: int,
        tolerance: float,
        *,
        connected: bool = True,
        window: Rect | None = None,
        clean: int = 0,
    ) -> Stencil | None:
        """The pixels within ``tolerance`` (0–100) of the colour at (x, y).

        ``connected``: only those that can be reached from there; otherwise all in the window.
        ``window``: look nowhere else (the part in sight); the whole photo where it is None.
        ``clean``: fill enclosed holes of up to so many pixels, and where the selection isn't
        connected leave out specks as small. None where (x, y) lies outside of the window.
        """
        height, width = self._photo.shape[:2]
        window = (window or Rect(0, 0, width, height)).clipped(width, height)
        if not (window.left <= x < window.right and window.top <= y < window.bottom):
            return None
        self._aim(x, y, window)
        level = round(min(max(tolerance, 0.0), WIDEST_TOLERANCE) * STEPS)
        if connected:
            rect, reached = flood(self._distance, x - window.left, y - window.top, up_to=level)
            part = reached[rect.slices]
            stencil = covered(part, window.left + rect.left, window.top + rect.top)
        else:
            _, near = cv2.threshold(self._distance, level, 1, cv2.THRESH_BINARY_INV)
            near = without_specks(np.asarray(near, np.uint8), clean)
            stencil = covered(near, window.left, window.top)
        return with_holes_filled(stencil, clean) if stencil is not None else None

    def _aim(self, x: int, y: int, window: Rect) -> None:
        """Have the distances from the colour at (x, y) ready for all of the window."""
        if self._seed == (x, y, window):
            return
        self._seed = None
        around = Rect(x - 2, y - 2, 5, 5).clipped(window.right, window.bottom)
        patch = self._lab(around).reshape(-1, 3)
        # The median of 5 × 5 pixels: noise and a stray pixel don't count.
        tables = _squared_difference_tables(np.median(patch, axis=0))
        self._distance = np.empty((window.height, window.width), np.uint8)
        for top in range(0, window.height, STRIP):
            rows = min(STRIP, window.height - top)
            strip = self._lab(Rect(window.left, window.top + top, window.width, rows))
            squares = cv2.transform(cv2.LUT(strip, tables), np.ones((1, 3), np.float32))
            distance = cv2.sqrt(squares)
            self._distance[top : top + STRIP] = cv2.convertScaleAbs(distance, alpha=STEPS)
        # The point itself is always selected, whatever the pixels around it look like.
        self._distance[y - window.top, x - window.left] = 0
        self._seed = (x, y, window)

    def _lab(self, rect: Rect) -> NDArray[np.uint8]:
        """uint8 H×W×3: L of 0–255 for 0–100, a and b shifted by 128."""
        return np.asarray(cv2.cvtColor(self._photo[rect.slices], self._to_lab), np.uint8)


def _for_lab(pixels: PhotoPixels) -> tuple[NDArray[np.uint8], int]:
    """The photo as cv2 converts it without a copy, and the conversion."""
    as_bgr(pixels)  # raises where it is neither
    if pixels.dtype == np.uint32:
        return pixels[..., None].view(np.uint8), cv2.COLOR_BGR2Lab
    return pixels.astype(np.uint8, copy=False), cv2.COLOR_RGB2Lab


def _squared_difference_tables(color: NDArray[np.float64]) -> NDArray[np.float32]:
    """1×256×3 for cv2.LUT: the squared difference of each channel from ``color``, in units of
    Lab."""
    scale = np.array([100 / 255, 1.0, 1.0])
    return (((np.arange(256)[:, None] - color) * scale) ** 2)[None].astype(np.float32)


def without_specks(pixels: NDArray[np.uint8], smallest: int) -> NDArray[np.uint8]:
    """Regions (8-connected) of fewer than ``smallest`` pixels are left out."""
    if smallest <= 1:
        return pixels
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(pixels, connectivity=8)
    keep = (stats[:, cv2.CC_STAT_AREA] >= smallest).astype(np.uint8)
    keep[0] = 0
    return np.take(keep, np.asarray(numbers, np.int32))


def with_holes_filled(stencil: Stencil, largest: int) -> Stencil:
    """Enclosed holes of up to ``largest`` pixels are filled."""
    if largest <= 0:
        return stencil
    # What touches the edge of the rectangle reaches around the selection. Pixels that touch at a
    # corner alone don't keep apart what lies on either side of a 4-connected region.
    outside = stencil.pixels ^ 1
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(outside, connectivity=8)
    height, width = outside.shape
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    small = (stats[:, cv2.CC_STAT_AREA] <= largest) & (left > 0) & (top > 0)
    small &= (right < width) & (bottom < height)
    small[0] = False  # the selection itself
    holes = np.flatnonzero(small)
    filled = stencil.pixels.copy()
    if len(holes) > MANY_HOLES:
        filled |= np.take(small.view(np.uint8), np.asarray(numbers, np.int32))
    else:
        for hole in holes.tolist():
            place = slice(top[hole], bottom[hole]), slice(left[hole], right[hole])
            filled[place] |= numbers[place] == hole
    return Stencil(stencil.rect, filled)
