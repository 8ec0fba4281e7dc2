"""What a brush covers: one dab, and a stroke from one point to the next."""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np

from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil

SMALLEST, LARGEST = 1, 1000
"""Brush sizes: the diameter (or side) in image pixels."""


class BrushShape(StrEnum):
    ROUND = "round"
    SQUARE = "square"


def dab(x: float, y: float, size: int, shape: BrushShape) -> Stencil:
    """A brush of ``size`` pixels set down at the image point (x, y), where pixel (i, j) covers
    [i, i+1) × [j, j+1). Odd sizes are centred on the pixel under the point, even ones on the
    corner nearest to it. Round: the pixels whose centres lie within size / 2 of the brush's."""
    left, top = _corner(x, size), _corner(y, size)
    pixels = np.ones((size, size), np.uint8)
    if shape is BrushShape.ROUND:
        offsets = np.arange(size) - (size - 1) / 2
        squares = offsets**2
        pixels = (squares[:, None] + squares <= size * size / 4).astype(np.uint8)
    return Stencil(Rect(left, top, size, size), pixels)


def stroke(
    start: tuple[float, float], end: tuple[float, float], size: int, shape: BrushShape
) -> Stencil:
    """What the brush sweeps over on a straight way from ``start`` to ``end``, both ends whole."""
    first, last = dab(*start, size, shape), dab(*end, size, shape)
    rect = first.rect.united(last.rect)
    pixels = np.zeros((rect.height, rect.width), np.uint8)
    steps = max(abs(last.rect.left - first.rect.left), abs(last.rect.top - first.rect.top), 1)
    for step in range(steps + 1):
        left = round(first.rect.left + (last.rect.left - first.rect.left) * step / steps)
        top = round(first.rect.top + (last.rect.top - first.rect.top) * step / steps)
        part = pixels[top - rect.top :, left - rect.left :][:size, :size]
        cv2.bitwise_or(part, first.pixels, dst=part)
    return Stencil(rect, pixels)


def _corner(at: float, size: int) -> int:
    """The first column of a brush whose centre is nearest to ``at``."""
    return int(np.floor(at)) - size // 2 if size % 2 else int(np.floor(at + 0.5)) - size // 2
