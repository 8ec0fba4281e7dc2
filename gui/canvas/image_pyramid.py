"""A photo as Qt draws it fastest, with its area-averaged half-size levels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

SMALLEST_LEVEL = 128
"""Levels end once both sides are at most this long: nothing is gained below a thumbnail."""


class ImagePyramid:
    """Level 0 is the photo, level k covers 2^k × 2^k of its pixels with each of its own.

    Built without widgets, so any thread may do it; Qt's images wrap the arrays without a copy,
    and the pyramid keeps both alive together.
    """

    def __init__(self, rgb: NDArray[np.uint8]) -> None:
        """``rgb``: uint8 H×W×3."""
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or rgb.size == 0:
            raise ValueError(f"an image is uint8 H×W×3, not {rgb.dtype} {rgb.shape}")
        self.levels: list[NDArray[np.uint8]] = [cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA)]  # type: ignore[list-item]
        while max(self.levels[-1].shape[:2]) > SMALLEST_LEVEL:
            self.levels.append(_halved(self.levels[-1]))
        self.images = [_as_rgb32(level) for level in self.levels]

    @property
    def width(self) -> int:
        return self.levels[0].shape[1]

    @property
    def height(self) -> int:
        return self.levels[0].shape[0]

    @property
    def nbytes(self) -> int:
        return sum(level.nbytes for level in self.levels)

    @property
    def pixels(self) -> NDArray[np.uint32]:
        """Level 0 as H×W whole pixels (0xffRRGGBB on the usual little-endian machine)."""
        return self.pixel_levels[0]

    @property
    def pixel_levels(self) -> list[NDArray[np.uint32]]:
        """All levels as :attr:`pixels`."""
        return [level.view(np.uint32)[..., 0] for level in self.levels]

    def level_for(self, scale: float) -> int:
        """The coarsest level that still has at least one pixel for each of the screen's, where an
        image pixel is ``scale`` screen pixels wide: drawing it smoothly needs no more averaging."""
        level = 0
        while level + 1 < len(self.levels) and scale * 2 ** (level + 1) <= 1:
            level += 1
        return level


def _as_rgb32(level: NDArray[np.uint8]) -> QImage:
    height, width = level.shape[:2]
    return QImage(level.data, width, height, level.strides[0], QImage.Format.Format_RGB32)


def _halved(level: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Each 2×2 block averaged; the last block of an odd side averages what there is of it.

    ``cv2.resize`` alone would squeeze an odd side into fewer blocks and so shift the photo
    against its mask by up to a pixel a level.
    """
    height, width = level.shape[:2]
    even_height, even_width = height & ~1, width & ~1
    half = np.empty(((height + 1) // 2, (width + 1) // 2, 4), np.uint8)
    blocks = (
        (slice(0, even_height), slice(0, even_width)),
        (slice(0, even_height), slice(even_width, width)),
        (slice(even_height, height), slice(0, even_width)),
        (slice(even_height, height), slice(even_width, width)),
    )
    for rows, columns in blocks:
        block = level[rows, columns]
        if block.size:
            target = half[
                rows.start // 2 : (rows.stop + 1) // 2, columns.start // 2 : (columns.stop + 1) // 2
            ]
            target[...] = cv2.resize(
                block, (target.shape[1], target.shape[0]), interpolation=cv2.INTER_AREA
            ).reshape(target.shape)
    return half
