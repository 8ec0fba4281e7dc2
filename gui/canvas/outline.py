"""Outlines of label maps, found at the resolution of the screen.

Where dilation and erosion of the sampled map differ there is an edge: that costs the same at any
zoom and for any shape; tracing contours costs what the mask is worth in corners, and would have
to be redone at every edit.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.project.classes import UNLABELLED

HALO = 0xB0000000
"""The dark rim that keeps a line readable on a photo of its own colour."""


@dataclass(frozen=True)
class OutlineWidth:
    """In device pixels."""

    line: int
    halo: int

    @classmethod
    def for_pixel_ratio(cls, pixel_ratio: float) -> OutlineWidth:
        """A line of about 2 and a rim of about 1 logical pixel."""
        return cls(max(1, round(2 * pixel_ratio)), max(1, round(pixel_ratio)))

    @property
    def reach(self) -> int:
        """How far from an edge anything is drawn, and so how far one must look to draw it."""
        return max(self.line, self.halo)


def outline(
    sampled: NDArray[np.uint8],
    drawn: NDArray[np.uint8],
    width: OutlineWidth,
    halo_value: int | None,
) -> NDArray[np.uint8]:
    """The inner border of every region of a class that is drawn, 255 elsewhere.

    ``sampled``: a label map with ``width.reach`` more pixels at each side than the result has;
    ``drawn``: the look-up table of :func:`gui.canvas.palette.drawn_ids`; ``halo_value`` marks
    the rim just outside (None: no rim). Regions that touch have a line each, so a look tells
    which two classes meet.
    """
    shown = cv2.LUT(sampled, drawn)
    kernel = _square(width.line)
    # 255 where all around is alike, and so nothing is drawn there.
    even = cv2.compare(cv2.dilate(shown, kernel), cv2.erode(shown, kernel), cv2.CMP_EQ)
    lines = cv2.bitwise_or(shown, even)
    if halo_value is not None:
        near = cv2.erode(shown, _square(width.halo)) < UNLABELLED
        np.putmask(lines, near & (shown == UNLABELLED), halo_value)
    reach = width.reach
    return np.array(lines[reach:-reach, reach:-reach], np.uint8)


def _square(distance: int) -> NDArray[np.uint8]:
    """The kernel that reaches ``distance`` pixels to every side."""
    return np.ones((2 * distance + 1, 2 * distance + 1), np.uint8)


def unused_value(drawn: NDArray[np.uint8]) -> int | None:
    """A value that no class which is drawn can have, for the rim; None where all 255 are taken."""
    free = np.flatnonzero(drawn == UNLABELLED)
    return int(free[0]) if len(free) > 1 else None
