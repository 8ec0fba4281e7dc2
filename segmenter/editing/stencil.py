"""Which pixels an edit covers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmenter.editing.rect import Rect


@dataclass(frozen=True, eq=False)
class Stencil:
    """Pixels of a rectangle that may reach beyond the image. Equal to any that covers the same
    pixels of the same rectangle."""

    rect: Rect
    pixels: NDArray[np.uint8]
    """``rect.height`` × ``rect.width``; 1 where the edit applies, else 0."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Stencil):
            return NotImplemented
        return self.rect == other.rect and np.array_equal(self.pixels, other.pixels)

    def __hash__(self) -> int:
        return hash(self.rect)

    def clipped(self, width: int, height: int) -> Stencil:
        """The part inside an image of this size; shares the pixels."""
        return self.within(Rect(0, 0, width, height))

    def within(self, bounds: Rect) -> Stencil:
        """The part inside ``bounds``; shares the pixels."""
        inside = self.rect.intersected(bounds)
        if inside == self.rect:
            return self
        if inside.is_empty:
            return Stencil(Rect(), np.zeros((0, 0), np.uint8))
        return Stencil(inside, self.pixels[inside.relative_to(self.rect).slices])

    def united(self, other: Stencil) -> Stencil:
        """What either covers."""
        rect = self.rect.united(other.rect)
        pixels = np.zeros((rect.height, rect.width), np.uint8)
        for each in (self, other):
            if not each.rect.is_empty:
                pixels[each.rect.relative_to(rect).slices] |= each.pixels
        return Stencil(rect, pixels)
