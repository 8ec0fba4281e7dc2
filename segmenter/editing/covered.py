"""From pixels to a stencil no larger than what it covers."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil


def covered(pixels: NDArray[np.uint8], left: int = 0, top: int = 0) -> Stencil | None:
    """``pixels``: uint8 H×W of 0 and 1, its corner at image pixel (left, top). The stencil is a
    copy, cropped to what is 1, so that a small region of a large image stays small; None where
    nothing is."""
    if not pixels.size:
        return None
    x, y, width, height = cv2.boundingRect(pixels)
    if not width:
        return None
    part = pixels[y : y + height, x : x + width].copy()
    return Stencil(Rect(left + x, top + y, width, height), part)
