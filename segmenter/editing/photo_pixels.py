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


def contiguous(bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A part of :func:`as_bgr` whose pixels cv2 and numpy take in one piece: where the photo has
    four bytes a pixel they all come along, without a copy, the last one the same everywhere."""
    if bgr.strides[1:] == (4, 1):
        height, width = bgr.shape[:2]
        return np.lib.stride_tricks.as_strided(bgr, (height, width, 4), bgr.strides)
    return np.ascontiguousarray(bgr)


class PhotoLevels:
    """A photo with copies of half, a quarter … of its pixels a side, out of which parts of it are
    shrunk in a few milliseconds."""

    def __init__(self, pixels: PhotoPixels, *smaller: PhotoPixels) -> None:
        """Nothing is copied. ``smaller``: each pixel the mean of 2×2 of the one before, the last
        ones of an odd side of what there is; none are needed."""
        self._levels = [as_bgr(each) for each in (pixels, *smaller)]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the photo."""
        height, width = self._levels[0].shape[:2]
        return width, height

    def part(self, rect: Rect) -> NDArray[np.uint8]:
        """uint8 H×W×3 in cv2's order; a view, not contiguous."""
        return self._levels[0][rect.slices]

    def shrunk(self, rect: Rect, width: int, height: int) -> NDArray[np.uint8]:
        """The part ``rect`` with width × height pixels, each the mean of what it stands for: to
        the pixel where ``rect`` begins at multiples of that mean's side."""
        level = 0
        while (
            level + 1 < len(self._levels)
            and rect.width >> (level + 1) >= width
            and rect.height >> (level + 1) >= height
        ):
            level += 1
        side = 1 << level
        part = Rect.between(
            rect.left // side, rect.top // side, -(-rect.right // side), -(-rect.bottom // side)
        )
        pixels = contiguous(self._levels[level][part.slices])
        small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)[..., :3]
