"""The magic wand on a smaller copy of the photo: something to look at at once, while all of a
large photo is looked at."""

from __future__ import annotations

from gui.canvas.image_pyramid import ImagePyramid
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil
from segmenter.editing.wand import ColorSelector

ENOUGH_PIXELS = 1_500_000
"""A photo of no more pixels is looked at as quickly as a copy of it."""


def coarse_level(photo: ImagePyramid) -> int:
    """The finest level of few enough pixels; 0 where the photo itself is one."""
    for level, pixels in enumerate(photo.levels):
        if pixels.shape[0] * pixels.shape[1] <= ENOUGH_PIXELS:
            return level
    return len(photo.levels) - 1


def coarse_selection(
    photo: ImagePyramid, pixel: tuple[int, int], tolerance: float, *, connected: bool
) -> Stencil | None:
    """About what :class:`ColorSelector` selects in the photo, in squares of a few pixels."""
    level = coarse_level(photo)
    small = photo.pixel_levels[level]
    x, y = pixel[0] >> level, pixel[1] >> level
    found = ColorSelector(small).select(x, y, tolerance, connected=connected)
    if found is None:
        return None
    side = 1 << level
    rect = Rect(
        found.rect.left * side,
        found.rect.top * side,
        found.rect.width * side,
        found.rect.height * side,
    )
    squares = found.pixels.repeat(side, axis=0).repeat(side, axis=1)
    return Stencil(rect, squares).clipped(photo.width, photo.height)
