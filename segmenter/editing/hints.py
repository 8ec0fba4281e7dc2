"""What a person has said about one object: scribbles and a box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil

COVERED = 0.25
"""A coarse pixel counts as scribbled on where so much of it is (or half as much as of any, so that
no scribble is too small)."""


@dataclass(frozen=True)
class Hints:
    """Made anew with every scribble."""

    scribbles: tuple[tuple[Stencil, bool], ...] = ()
    """Pixels and whether they belong to the object; where two overlap the later one counts."""
    box: Rect | None = None
    """Nothing outside of it belongs to the object, but for what is scribbled on as inside."""

    @property
    def is_enough(self) -> bool:
        """There is something to start from: a box, or a scribble inside the object."""
        return self.box is not None or any(inside for _, inside in self.scribbles)

    @property
    def tells_outside(self) -> bool:
        """Something is known not to belong to it."""
        return self.box is not None or not all(inside for _, inside in self.scribbles)

    @property
    def rect(self) -> Rect:
        """Around all of it."""
        around = self.box or Rect()
        for stencil, _ in self.scribbles:
            around = around.united(stencil.rect)
        return around

    def with_scribble(self, stencil: Stencil, inside: bool) -> Hints:
        return replace(self, scribbles=(*self.scribbles, (stencil, inside)))

    def with_box(self, box: Rect | None) -> Hints:
        return replace(self, box=box)

    def without_last(self) -> Hints:
        """As before the last scribble, or before the box where there is none."""
        if self.scribbles:
            return replace(self, scribbles=self.scribbles[:-1])
        return Hints()

    def coarse_marks(self, window: Rect, width: int, height: int) -> Marks:
        """What was scribbled on, where width × height pixels stand for those of ``window``."""
        marks = Marks(np.zeros((height, width), bool), np.zeros((height, width), bool))
        across, down = width / window.width, height / window.height
        for part, inside in self._within(window):
            points = cv2.findNonZero(part.pixels)
            if points is None:
                continue
            x, y = np.asarray(points).reshape(-1, 2).T
            column = ((x + (part.rect.left + 0.5)) * across).astype(np.intp)
            row = ((y + (part.rect.top + 0.5)) * down).astype(np.intp)
            share = np.bincount(row * width + column, minlength=width * height) * (across * down)
            where = (share >= min(COVERED, share.max() / 2)).reshape(height, width)
            scribbled, other = marks if inside else reversed(marks)
            scribbled |= where
            other &= ~where
        return marks

    def apply(self, pixels: NDArray[np.uint8], window: Rect) -> None:
        """Make ``pixels`` (uint8 of 0 and 1, as large as ``window``) heed the hints, in place."""
        if self.box is not None:
            box = self.box.relative_to(window).clipped(window.width, window.height)
            pixels[: box.top] = 0
            pixels[box.bottom :] = 0
            pixels[:, : box.left] = 0
            pixels[:, box.right :] = 0
        for part, inside in self._within(window):
            pixels[part.rect.slices][part.pixels.view(bool)] = inside

    def _within(self, window: Rect) -> Iterator[tuple[Stencil, bool]]:
        for stencil, inside in self.scribbles:
            moved = Stencil(stencil.rect.relative_to(window), stencil.pixels)
            part = moved.clipped(window.width, window.height)
            if not part.rect.is_empty:
                yield part, inside


class Marks(NamedTuple):
    """What is known: bool H×W, never both."""

    inside: NDArray[np.bool_]
    outside: NDArray[np.bool_]
