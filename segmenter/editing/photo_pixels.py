"""The pixels of a photo as they come from the canvas or from the loader, for cv2."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.rect import Rect

PhotoPixels = NDArray[np.uint32] | NDArray[np.uint8]
"""A photo as uint32 H×W of 0xffRRGGBB (little-endian), or RGB uint8 H×W×3."""


def as_bgr(pixels: PhotoPixels) -> NDArray[np.uint8]:
    """A view of the photo as uint8 H×W×3 in cv2's order; not contiguous."""
    values: NDArray[Any] = pixels
    if values.dtype == np.uint32 and values.ndim == 2:
        return values[..., None].view(np.uint8)[..., :3]
    if values.dtype == np.uint8 and values.ndim == 3 and values.shape[2] == 3:
        return values[..., ::-1]
    raise ValueError(f"a photo is uint32 H×W or uint8 H×W×3, not {values.dtype} {values.shape}")


def shrunk(pixels: PhotoPixels, rect: Rect, width: int, height: int) -> NDArray[np.uint8]:
    """The part ``rect`` of the photo with width × height pixels, in cv2's order of colours."""
    part: NDArray[Any] = pixels[rect.slices]
    is_packed = part.dtype == np.uint32
    part = part[..., None].view(np.uint8) if is_packed else np.ascontiguousarray(part)
    small = np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(small[..., :3] if is_packed else small[..., ::-1])
