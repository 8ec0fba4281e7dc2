"""The magic wand, near the point first: what is small is found without a look at all of a large
photo."""

from __future__ import annotations

from segmenter.editing.photo_pixels import PhotoPixels
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil
from segmenter.editing.wand import ColorSelector

REACH = 512
"""Pixels that are looked at first on every side of the point: 20 ms where 12 MP take 200."""


class NearbySelector:
    """Selects as :class:`ColorSelector` does, to the pixel. A selection that stays away from the
    border of the part that is looked at first can't be another one in the whole photo."""

    def __init__(self, pixels: PhotoPixels, reach: int = REACH) -> None:
        """``pixels``: the photo; not copied."""
        self._height, self._width = int(pixels.shape[0]), int(pixels.shape[1])
        self._reach = reach
        self._near = ColorSelector(pixels)
        self._whole = ColorSelector(pixels)

    def select(
        self, x: int, y: int, tolerance: float, *, connected: bool = True, clean: int = 0
    ) -> Stencil | None:
        """See :meth:`ColorSelector.select`. One thread at a time."""
        if connected:
            around = Rect(x, y, 1, 1).grown(self._reach).clipped(self._width, self._height)
            found = self._near.select(x, y, tolerance, window=around)
            if found is None or not self._reaches_border(found.rect, around):
                return self._near.select(x, y, tolerance, window=around, clean=clean)
        return self._whole.select(x, y, tolerance, connected=connected, clean=clean)

    def _reaches_border(self, found: Rect, around: Rect) -> bool:
        """Beyond which the photo goes on."""
        return (
            found.left == around.left > 0
            or found.top == around.top > 0
            or found.right == around.right < self._width
            or found.bottom == around.bottom < self._height
        )
