"""The outline of an object from a few scribbles or a box: the edge snaps to the image."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.covered import covered
from segmenter.editing.photo_pixels import PhotoPixels, as_bgr
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil

LONGEST_SIDE = 360
"""The window is looked at with no more pixels than this a side."""
ROUNDS = 4


@dataclass(frozen=True)
class Hints:
    """What a person has said about one object; made anew with every scribble."""

    scribbles: tuple[tuple[Stencil, bool], ...] = ()
    """Pixels and whether they belong to the object; where two overlap the later one counts."""
    box: Rect | None = None
    """Nothing outside of it belongs to the object."""

    @property
    def is_enough(self) -> bool:
        """There is something to start from: a box, or a scribble inside the object."""
        return self.box is not None or any(inside for _, inside in self.scribbles)

    def with_scribble(self, stencil: Stencil, inside: bool) -> Hints:
        return replace(self, scribbles=(*self.scribbles, (stencil, inside)))

    def with_box(self, box: Rect | None) -> Hints:
        return replace(self, box=box)

    def without_last(self) -> Hints:
        """As before the last scribble, or before the box where there is none."""
        if self.scribbles:
            return replace(self, scribbles=self.scribbles[:-1])
        return Hints()


class SmartOutline:
    """Finds objects in one photo. ``outline`` may run on any thread, one call at a time."""

    def __init__(self, pixels: PhotoPixels) -> None:
        """``pixels``: the photo; not copied."""
        self._bgr = as_bgr(pixels)

    def outline(self, hints: Hints) -> Stencil | None:
        """The object. What was scribbled as inside always belongs to it, what was scribbled as
        outside never. None where the hints don't suffice or leave nothing."""
        height, width = self._bgr.shape[:2]
        if not hints.is_enough:
            return None
        window = _window(hints).clipped(width, height)
        if window.is_empty:
            return None
        marks = _marks(hints, window)
        found = _grab(np.ascontiguousarray(self._bgr[window.slices]), marks)
        return covered(found, window.left, window.top)


def _window(hints: Hints) -> Rect:
    """Where to look: around box and scribbles, with half their size more at every side."""
    around = hints.box or Rect()
    for stencil, _ in hints.scribbles:
        around = around.united(stencil.rect)
    return around.grown(max(around.width, around.height) // 2 + 8)


def _marks(hints: Hints, window: Rect) -> NDArray[np.uint8]:
    """For each pixel of the window what is known of it, as cv2.GC_…"""
    if hints.box is None:
        marks = np.full((window.height, window.width), cv2.GC_PR_BGD, np.uint8)
    else:
        marks = np.full((window.height, window.width), cv2.GC_BGD, np.uint8)
        box = hints.box.clipped(window.right, window.bottom)
        marks[
            max(0, box.top - window.top) : box.bottom - window.top,
            max(0, box.left - window.left) : box.right - window.left,
        ] = cv2.GC_PR_FGD
    for stencil, inside in hints.scribbles:
        moved = Stencil(
            stencil.rect._replace(
                left=stencil.rect.left - window.left, top=stencil.rect.top - window.top
            ),
            stencil.pixels,
        ).clipped(window.width, window.height)
        part = marks[moved.rect.slices]
        part[moved.pixels.view(bool)] = cv2.GC_FGD if inside else cv2.GC_BGD
    return marks


def _grab(bgr: NDArray[np.uint8], marks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = marks.shape
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    guess = np.asarray(cv2.resize(marks, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    if not (guess & 1).any() or (guess & 1).all():
        return (marks & 1).astype(np.uint8)
    cv2.setRNGSeed(0)
    colors = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(small, guess, (0, 0, 1, 1), *colors, ROUNDS, cv2.GC_INIT_WITH_MASK)
    inside = cv2.resize(
        (guess & 1).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR
    )
    found = (inside >= 0.5).astype(np.uint8)
    found[marks == cv2.GC_FGD] = 1
    found[marks == cv2.GC_BGD] = 0
    return found
