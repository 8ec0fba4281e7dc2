"""The pixels that a scribble covers."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil


def scribble_stencil(points: NDArray[np.float64], width: float) -> Stencil:
    """A line of ``width`` image pixels through ``points`` (N×2 image coordinates, at least one),
    with round ends; never thinner than a pixel. As a hint it need not be exact to the pixel."""
    half = max(0, round((width - 1) / 2))
    pixels = np.floor(points).astype(np.int32)
    (left, top), (right, bottom) = pixels.min(axis=0) - half - 1, pixels.max(axis=0) + half + 2
    rect = Rect.between(int(left), int(top), int(right), int(bottom))
    drawn = np.zeros((rect.height, rect.width), np.uint8)
    moved = pixels - (rect.left, rect.top)
    for x, y in moved[[0, -1]].tolist():
        cv2.circle(drawn, (x, y), half, 1, cv2.FILLED)
    cv2.polylines(drawn, [moved.reshape(-1, 1, 2)], False, 1, max(1, 2 * half - 1))
    return Stencil(rect, drawn)
