"""A rectangle of whole pixels."""

from __future__ import annotations

from typing import NamedTuple


class Rect(NamedTuple):
    """Pixels ``left … right-1`` × ``top … bottom-1``; empty where width or height is 0."""

    left: int = 0
    top: int = 0
    width: int = 0
    height: int = 0

    @property
    def right(self) -> int:
        """One beyond the last column."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def is_empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an H×W array with; the rectangle must lie inside it."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @classmethod
    def between(cls, left: int, top: int, right: int, bottom: int) -> Rect:
        """From edges; ``right`` and ``bottom`` are one beyond. Empty where they cross."""
        return cls(left, top, max(0, right - left), max(0, bottom - top))

    def clipped(self, width: int, height: int) -> Rect:
        """The part inside an image of this size."""
        return self.intersected(Rect(0, 0, width, height))

    def intersected(self, other: Rect) -> Rect:
        """The part inside ``other``."""
        # Unpacked, for a brush event asks a dozen times: properties would take twice as long.
        (x, y, width, height), (other_x, other_y, other_width, other_height) = self, other
        left, top = max(x, other_x), max(y, other_y)
        right = min(x + width, other_x + other_width)
        bottom = min(y + height, other_y + other_height)
        return Rect(left, top, max(0, right - left), max(0, bottom - top))

    def united(self, other: Rect) -> Rect:
        """The smallest rectangle around both."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        (x, y, width, height), (other_x, other_y, other_width, other_height) = self, other
        left, top = min(x, other_x), min(y, other_y)
        right = max(x + width, other_x + other_width)
        bottom = max(y + height, other_y + other_height)
        return Rect(left, top, right - left, bottom - top)

    def relative_to(self, other: Rect) -> Rect:
        """The same pixels, counted from the upper left corner of ``other``."""
        return Rect(self.left - other.left, self.top - other.top, self.width, self.height)

    def grown(self, margin: int) -> Rect:
        """With ``margin`` more pixels at every side."""
        return Rect.between(
            self.left - margin, self.top - margin, self.right + margin, self.bottom + margin
        )
