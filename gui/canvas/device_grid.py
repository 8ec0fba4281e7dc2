"""Which image pixel every pixel of the screen shows.

The one rule of the canvas: a device pixel shows the image pixel its centre lies in. Label maps
are sampled by it directly, at the resolution of the screen, so the overlay is exact at every
zoom and pixel ratio, costs what the screen costs whatever the size of the image, and an edit has
nothing to refresh but the pixels it covers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QTransform

Pixel = TypeVar("Pixel", bound=np.generic)


@dataclass(frozen=True)
class DeviceGrid:
    """A rectangle of device pixels over an image of ``width`` × ``height`` pixels."""

    width: int
    height: int
    scale: float
    """Device pixels per image pixel."""
    dx: int
    """Device x of the image's left edge; whole, or a photo at 1:1 could not be copied as it is."""
    dy: int
    left: int
    top: int
    right: int
    """One beyond the last device column."""
    bottom: int

    @classmethod
    def over_image(cls, width: int, height: int, transform: QTransform) -> DeviceGrid:
        """Every device pixel whose centre lies on the image, where ``transform`` takes image to
        device coordinates (scale and translation alone)."""
        scale = transform.m11()
        dx, dy = math.floor(transform.dx() + 0.5), math.floor(transform.dy() + 0.5)
        return cls(
            width,
            height,
            scale,
            dx,
            dy,
            left=dx,
            top=dy,
            right=dx + max(1, math.ceil(width * scale - 0.5)),
            bottom=dy + max(1, math.ceil(height * scale - 0.5)),
        )

    def within(self, exposed: QRectF) -> DeviceGrid:
        """The part of it that covers ``exposed``, a rectangle in image coordinates, and the
        pixel around it that rounding the offset may have moved into it."""
        return DeviceGrid(
            self.width,
            self.height,
            self.scale,
            self.dx,
            self.dy,
            left=max(self.left, math.floor(exposed.left() * self.scale) + self.dx - 1),
            top=max(self.top, math.floor(exposed.top() * self.scale) + self.dy - 1),
            right=min(self.right, math.ceil(exposed.right() * self.scale) + self.dx + 1),
            bottom=min(self.bottom, math.ceil(exposed.bottom() * self.scale) + self.dy + 1),
        )

    def around(self, left: int, top: int, right: int, bottom: int, margin: int) -> QRect:
        """Every device pixel that may show any of the image pixels ``left`` … ``right`` - 1 ×
        ``top`` … ``bottom`` - 1, and ``margin`` more at every side; also beyond the image."""
        reach = margin + 1  # what rounding may add
        x, y = math.floor(left * self.scale) + self.dx, math.floor(top * self.scale) + self.dy
        end_x = math.ceil(right * self.scale) + self.dx
        end_y = math.ceil(bottom * self.scale) + self.dy
        return QRect(x - reach, y - reach, end_x - x + 2 * reach, end_y - y + 2 * reach)

    def grown(self, margin: int) -> DeviceGrid:
        """With ``margin`` more device pixels at every side; beyond the image its border repeats."""
        if not margin:
            return self
        return replace(
            self,
            left=self.left - margin,
            top=self.top - margin,
            right=self.right + margin,
            bottom=self.bottom + margin,
        )

    @property
    def is_empty(self) -> bool:
        return self.right <= self.left or self.bottom <= self.top

    def columns(self) -> NDArray[np.intp]:
        """The image column that each device column shows."""
        return _indices(self.left, self.right, self.dx, self.scale, self.width)

    def rows(self) -> NDArray[np.intp]:
        return _indices(self.top, self.bottom, self.dy, self.scale, self.height)

    def first_pixels(self, points: NDArray[np.int64]) -> NDArray[np.int64]:
        """N×2 (x, y) corners of image pixels → the first device column and row that show the
        pixel at the lower right of each, or one beyond it: where the corner is seen. Unbounded,
        unlike :meth:`columns`."""
        offset = np.array((self.dx, self.dy))
        device = np.ceil(points * self.scale - 0.5) + offset
        if self.scale != 1:
            # Where an edge lies half-way across a device pixel, rounding may differ by one from
            # that of _indices; what that says is what is drawn.
            centre = 0.5 - offset
            device += np.floor((device + centre) / self.scale) < points
            device -= np.floor((device - 1 + centre) / self.scale) >= points
        return device.astype(np.int64)

    def sample(self, values: NDArray[Pixel]) -> NDArray[Pixel]:
        """H×W image pixels → a contiguous copy with one value for each device pixel.

        Rows first: copying 900 of 5,773 whole rows is a run of memory copies, while picking
        single values all over a 50 MP map misses the cache every time.
        """
        rows, columns = self.rows(), self.columns()
        first, last = int(columns[0]), int(columns[-1]) + 1
        if self.scale == 1 and last - first == len(columns):
            top, bottom = int(rows[0]), int(rows[-1]) + 1
            if bottom - top == len(rows):
                return values[top:bottom, first:last].copy()
        # "clip" promises take() valid indices, which spares it a buffer; indexing with an array
        # on the second axis would return a transposed layout.
        return values[rows, first:last].take(columns - first, axis=1, mode="clip")


def image_index(device: float, offset: float, scale: float) -> int:
    """The image column (or row) that device column (or row) ``device`` shows; unbounded."""
    return math.floor((math.floor(device) + 0.5 - offset) / scale)


def _indices(start: int, stop: int, offset: int, scale: float, size: int) -> NDArray[np.intp]:
    centres = (np.arange(start, stop) + (0.5 - offset)) / scale
    indices = np.floor(centres).astype(np.intp)
    # Two of these take half as long as np.clip, which matters where a stroke is drawn.
    np.maximum(indices, 0, out=indices)
    return np.minimum(indices, size - 1, out=indices)
