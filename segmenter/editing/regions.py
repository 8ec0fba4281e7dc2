"""Connected regions of a label map, and what they enclose."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.covered import covered
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil

Connectivity = Literal[4, 8]


def connected_region(
    labels: NDArray[np.uint8], x: int, y: int, *, connectivity: Connectivity = 4
) -> Stencil:
    """The pixels of the label at (x, y) that can be reached from there without leaving it.

    ``labels``: uint8 H×W, any values. Raises IndexError where (x, y) lies outside of it.
    12 MP in one region: 10 ms.
    """
    _check_inside(labels, x, y)
    rect, reached = flood(labels, x, y, connectivity=connectivity)
    return Stencil(rect, reached[rect.slices].copy())


def enclosed_by(region: Stencil) -> Stencil | None:
    """What ``region`` (4-connected) encloses: every pixel outside of it that can't reach the edge
    of the image without crossing it, holes within holes and all. None where nothing is enclosed."""
    # Two pixels that touch at a corner alone don't keep apart what lies on either side: the
    # counterpart of a 4-connected region is 8-connected.
    outside = cv2.copyMakeBorder(region.pixels, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(outside, None, (0, 0), 1, flags=8)
    holes = (outside[1:-1, 1:-1] == 0).astype(np.uint8)
    return covered(holes, region.rect.left, region.rect.top)


def flood(
    values: NDArray[np.uint8],
    x: int,
    y: int,
    *,
    up_to: int = 0,
    connectivity: Connectivity = 4,
) -> tuple[Rect, NDArray[np.uint8]]:
    """Pixels reached from (x, y) through values at most ``up_to`` away from that of (x, y):
    their bounding rectangle, and uint8 H×W of 0 and 1. Only within the rectangle is the second
    to be relied on."""
    height, width = values.shape
    # cv2 wants a frame of one pixel around the mask, which it fills itself.
    reached = np.zeros((height + 2, width + 2), np.uint8)
    flags = connectivity | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (1 << 8)
    _, _, _, box = cv2.floodFill(values, reached, (x, y), 0, up_to, up_to, flags)
    return Rect(*box), reached[1:-1, 1:-1]


def _check_inside(labels: NDArray[np.uint8], x: int, y: int) -> None:
    height, width = labels.shape
    if not (0 <= x < width and 0 <= y < height):
        raise IndexError(f"({x}, {y}) lies outside of {width}×{height} pixels")
