"""Where the image lies in the view: a zoom and an offset, and how they change.

Plain arithmetic without Qt, in logical pixels; every function returns a new transform.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LARGEST_SCALE = 64.0
"""Device pixels per image pixel: beyond it there is nothing more to see."""
FIT_MARGIN = 8
"""Logical pixels left free around a fitted image."""

Size = tuple[int, int]


@dataclass(frozen=True)
class ViewTransform:
    """view = image × scale + offset. Offsets are whole: the view scrolls by whole pixels."""

    scale: float = 1.0
    dx: int = 0
    dy: int = 0

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.dx) / self.scale, (y - self.dy) / self.scale

    def placing(
        self, image_point: tuple[float, float], view_point: tuple[float, float], scale: float
    ) -> ViewTransform:
        """At ``scale``, with ``image_point`` under ``view_point``."""
        dx = view_point[0] - image_point[0] * scale
        dy = view_point[1] - image_point[1] * scale
        return ViewTransform(scale, round(dx), round(dy))

    def moved(self, dx: float, dy: float) -> ViewTransform:
        return ViewTransform(self.scale, self.dx + round(dx), self.dy + round(dy))

    def kept_in_sight(self, image: Size, view: Size) -> ViewTransform:
        """Moved as little as needed so that the centre of the view shows some of the image: it
        can be pushed far enough aside to work at its edge, and is never lost."""
        return ViewTransform(
            self.scale,
            _clamped(self.dx, image[0] * self.scale, view[0]),
            _clamped(self.dy, image[1] * self.scale, view[1]),
        )

    def centred(self, image: Size, view: Size) -> ViewTransform:
        return ViewTransform(
            self.scale,
            round((view[0] - image[0] * self.scale) / 2),
            round((view[1] - image[1] * self.scale) / 2),
        )


def fit_scale(image: Size, view: Size, pixel_ratio: float = 1.0) -> float:
    """The scale at which the whole image just fits the view with a small margin."""
    room = (max(1, view[0] - 2 * FIT_MARGIN), max(1, view[1] - 2 * FIT_MARGIN))
    scale = min(room[0] / image[0], room[1] / image[1])
    return min(scale, LARGEST_SCALE / pixel_ratio)


def fitted(image: Size, view: Size, pixel_ratio: float = 1.0) -> ViewTransform:
    return ViewTransform(fit_scale(image, view, pixel_ratio)).centred(image, view)


def bounded_scale(scale: float, image: Size, view: Size, pixel_ratio: float) -> float:
    """``scale`` kept between half of what fits (or 1:1, if that is less) and 64 device pixels
    per image pixel."""
    smallest = min(0.5 * fit_scale(image, view, pixel_ratio), 1 / pixel_ratio)
    return min(max(scale, smallest), LARGEST_SCALE / pixel_ratio)


def _clamped(offset: int, extent: float, view: int) -> int:
    centre = view / 2
    return int(min(max(offset, math.ceil(centre - extent)), math.floor(centre)))
