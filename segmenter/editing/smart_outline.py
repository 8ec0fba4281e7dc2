"""The outline of an object from a few scribbles or a box: the edge snaps to the image.

At most :data:`LONGEST_SIDE` pixels a side decide what belongs to the object: a colour model of
inside and outside, learnt from the scribbles and then from the result; geodesic distances, which
keep what only looks alike but lies behind an edge out of it (Bai and Sapiro 2007); a minimum cut
over both, as GrabCut does it (Rother, Kolmogorov and Blake 2004). The full photo then decides
where exactly the edge is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.color_model import ColorModel
from segmenter.editing.covered import covered
from segmenter.editing.edge_snap import snapped
from segmenter.editing.geodesic import geodesic_distances
from segmenter.editing.hints import Hints, Marks
from segmenter.editing.photo_pixels import PhotoLevels, PhotoPixels
from segmenter.editing.rect import Rect
from segmenter.editing.rough_cut import banded_cut, rough_cut
from segmenter.editing.stencil import Stencil

__all__ = ["Hints", "SmartOutline"]

LONGEST_SIDE = 240
"""The window is looked at with no more pixels than this a side. 320 found the same, in half as
much time again."""
ROUNDS = 3
"""Colour model and cut in turn."""
STRENGTH = 4.0
"""What the log-odds weigh against the length of the border."""
COLOR_LIMIT = 4.0
"""Log-odds that colour alone can give."""
STEP = 0.003
"""What a step on an even ground costs on the way from a scribble, against 1 across an edge."""
SCRIBBLED = 5.0
"""Pixels that somebody scribbled on count as examples as much as so many others."""
AROUND, NEARBY = 1.0, 0.07
"""Log-odds against what is right beside a scribble outside, within so much of the window."""
ALIKE = 0.4
"""Log-odds from which a colour belongs to a scribble outside rather than to what lies inside."""
KEEP = 0.5
"""Log-odds for staying with the result before the last scribble, far away from that one."""

REMEMBERED = 8
"""Results that are kept, so that taking scribbles back takes no time."""

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class _Found:
    """What was made of some hints."""

    hints: Hints
    window: Rect
    coarse: NDArray[np.uint8]
    """0 and 1; covers the window with fewer pixels."""


class SmartOutline:
    """Finds objects in one photo. ``outline`` may run on any thread, one call at a time."""

    def __init__(self, pixels: PhotoPixels, *smaller: PhotoPixels) -> None:
        """``pixels``: the photo, and smaller copies that save shrinking it: see
        :class:`PhotoLevels`. Nothing is copied."""
        self._photo = PhotoLevels(pixels, *smaller)
        self._chain: list[_Found] = []
        """What was found last, the newest at the end."""

    def outline(self, hints: Hints) -> Stencil | None:
        """The object. What was scribbled on as inside always belongs to it, what was scribbled
        on as outside never. None where the hints don't suffice or leave nothing.

        A scribble refines what was found before it. The same hints always give the same: what
        was found before is kept for a while, and found again where it isn't.
        """
        found = self._found(hints)
        if found is None:
            return None
        window = found.window
        pixels = snapped(self._photo, window, found.coarse)
        hints.apply(pixels, window)
        return covered(pixels, window.left, window.top)

    # -- a chain of results ---------------------------------------------------------------

    def _found(self, hints: Hints) -> _Found | None:
        """Of these hints: as found before, or from what was found before the last scribble."""
        for found in self._chain:
            if found.hints == hints:
                return found
        before = self._before(hints)
        window = self._window(hints)
        if window.is_empty:
            return None
        scale = min(1.0, LONGEST_SIDE / max(window.width, window.height))
        width, height = max(1, round(window.width * scale)), max(1, round(window.height * scale))
        bgr = self._photo.shrunk(window, width, height)
        view = _View(hints, window, bgr, hints.coarse_marks(window, width, height))
        if before is not None:
            fresh = Hints(hints.scribbles[-1:]).coarse_marks(window, width, height)
            guess = _moved(before, window, width, height)
            view.stay_with(guess, fresh.inside | fresh.outside)
        found = _Found(hints, window, view.segment())
        self._chain = [*self._chain[-REMEMBERED:], found]
        return found

    def _before(self, hints: Hints) -> _Found | None:
        """What was found before the last scribble, if that was worth anything: from scribbles
        inside alone it is a first guess, which those outside should be free to overturn."""
        if not hints.scribbles:
            return None
        before = hints.without_last()
        return self._found(before) if before.is_enough and before.tells_outside else None

    def _window(self, hints: Hints) -> Rect:
        """Where to look: around the hints, with half their size more at every side; a quarter of
        a box, out of which the object doesn't reach."""
        around = hints.rect
        margin = max(around.width, around.height) // (2 if hints.box is None else 4) + 8
        window = around.grown(margin)
        # Whole pixels of the copy that is shrunk.
        ratio = max(window.width, window.height) // LONGEST_SIDE
        side = 1 << max(0, ratio.bit_length() - 1)
        whole = Rect.between(
            window.left // side * side,
            window.top // side * side,
            -(-window.right // side) * side,
            -(-window.bottom // side) * side,
        )
        return whole.clipped(*self._photo.size)


class _View:
    """One look at a window with few pixels."""

    def __init__(self, hints: Hints, window: Rect, bgr: NDArray[np.uint8], marks: Marks) -> None:
        """``marks``: what was scribbled on, as large as ``bgr``."""
        self._lab = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2Lab), np.uint8)
        self._colors = ColorModel(self._lab)
        self._inside, self._outside = marks
        if hints.box is None:
            self._expect_around_scribbles()
        else:
            scale = bgr.shape[1] / window.width, bgr.shape[0] / window.height
            self._expect_within(hints.box.relative_to(window), scale)

    def stay_with(self, guess: NDArray[np.uint8], fresh: Flags) -> None:
        """``guess`` was found before the scribble ``fresh``, which is about its surroundings;
        further away all stays rather as it was."""
        away = _distance_to(fresh)
        weight = KEEP * (1 - np.exp(-((6 * away / max(guess.shape)) ** 2)))
        self._place += np.asarray(weight * (guess * 2.0 - 1.0), np.float32)

    def segment(self) -> NDArray[np.uint8]:
        """uint8 of 0 and 1."""
        like_inside, like_outside = self._first_inside, self._first_outside
        found = np.zeros(self._inside.shape, np.uint8)
        for done in range(1, ROUNDS + 1):
            color = self._colors.log_odds(like_inside, like_outside)
            near = self._nearness(color, sweeps=2 if done == ROUNDS else 1)
            log_odds = np.clip(color, -COLOR_LIMIT, COLOR_LIMIT) + self._place + near
            # The first ones only serve to learn the colours from.
            cut = banded_cut if done == ROUNDS else rough_cut
            found = cut(
                log_odds, self._lab[..., 1:], self._inside, self._outside, strength=STRENGTH
            )
            like_inside, like_outside = self._examples(found)
        return self._connected(found)

    # -- what is expected before anything is seen -----------------------------------------

    def _expect_within(self, box: Rect, scale: tuple[float, float]) -> None:
        """The object fills the middle of a box rather than its corners."""
        height, width = self._inside.shape
        left, right = box.left * scale[0], box.right * scale[0]
        top, bottom = box.top * scale[1], box.bottom * scale[1]
        x, y = np.arange(width) + 0.5, (np.arange(height) + 0.5)[:, None]
        beyond = (x < left) | (x > right) | (y < top) | (y > bottom)
        scribbled = self._outside.copy()
        self._outside |= beyond & ~self._inside
        radius = np.hypot(
            (2 * x - left - right) / max(right - left, 1e-3),
            (2 * y - top - bottom) / max(bottom - top, 1e-3),
        )
        self._place = np.clip(0.95 - radius, -1, 0.6).astype(np.float32)
        middle = (radius < 0.8) & ~self._outside
        self._near_inside = self._inside | (radius < 0.25) & ~self._outside
        if scribbled.any():
            # Of the middle only what is nearer to what is surely inside than to a scribble.
            away = _distance_to(scribbled)
            middle &= _distance_to(self._near_inside) < away
            # A colour that was scribbled on more often than it occurs there is meant to go.
            some = middle | self._near_inside
            unlike = self._colors.log_odds(_counted(scribbled), _counted(some)) < ALIKE
            middle &= unlike
            self._near_inside &= unlike | self._inside
            beside = np.exp(-((away / (NEARBY * max(height, width))) ** 2))
            self._place -= np.asarray(AROUND * beside, np.float32)
        self._first_inside = np.asarray(middle + SCRIBBLED * self._inside, np.float32)
        self._base_outside = np.asarray(beyond + SCRIBBLED * scribbled, np.float32)
        self._first_outside = self._base_outside
        self._near_outside = self._outside

    def _expect_around_scribbles(self) -> None:
        """The object is about as large as what was scribbled on; what is far isn't part of it."""
        away = _distance_to(self._inside)
        box = cv2.boundingRect(self._inside.astype(np.uint8))
        reach = max(0.45 * max(box[2:]), 2.0)
        if self._outside.any():
            other = _distance_to(self._outside)
            place = np.clip(1.5 * (other - away) / (other + away + 1e-3), -2, 1)
        else:
            place = np.clip(1 - away / reach, -2, 0.5)
        self._place = place.astype(np.float32)
        far = away > reach
        if not far.any():
            far = away >= np.percentile(away, 70)
        self._first_inside = self._inside.astype(np.float32)
        self._base_outside = np.asarray(0.5 * far + SCRIBBLED * self._outside, np.float32)
        self._first_outside = self._base_outside
        self._near_inside = self._inside
        self._near_outside = self._outside | (away > 1.5 * reach)

    # -- what follows from a result -------------------------------------------------------

    def _examples(self, found: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        """What counts how much for the colours of inside and outside."""
        inside = found + (SCRIBBLED - 1) * self._inside
        outside = self._base_outside + (found ^ 1)
        return inside.astype(np.float32), outside.astype(np.float32)

    def _nearness(self, color: Floats, sweeps: int) -> Floats:
        """−1 … 1: nearer to what is outside, or inside, on ways that shun edges."""
        if not self._near_outside.any() or not self._near_inside.any():
            return np.zeros(color.shape, np.float32)
        likely: Floats = np.asarray(1 / (1 + np.exp(-color)), np.float32)
        lightness = self._lab[..., 0].astype(np.float32) / 255
        cost = np.asarray(STEP + _steepness(likely) + _steepness(lightness) / 2, np.float32)
        inside, outside = geodesic_distances(
            cost, self._near_inside, self._near_outside, rounds=sweeps
        )
        return np.asarray((outside - inside) / (outside + inside + 1e-6), np.float32)

    def _connected(self, found: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Only what hangs together with a scribble inside, where there is one."""
        if not self._inside.any():
            return found
        count, numbers = cv2.connectedComponents(found, connectivity=4)
        keep = np.zeros(count, np.uint8)
        keep[np.asarray(numbers)[self._inside]] = 1
        keep[0] = 0
        return keep[numbers]


def _moved(before: _Found, window: Rect, width: int, height: int) -> NDArray[np.uint8]:
    """What was found, over another window with width × height coarse pixels."""
    old = before.window
    if old == window:
        return before.coarse
    across = before.coarse.shape[1] / old.width, before.coarse.shape[0] / old.height
    # Which pixel of the old map lies under each of the new one.
    x = (np.arange(width) + 0.5) * window.width / width + window.left - old.left
    y = (np.arange(height) + 0.5) * window.height / height + window.top - old.top
    column, row = np.floor(x * across[0]).astype(int), np.floor(y * across[1]).astype(int)
    moved = np.zeros((height, width), np.uint8)
    known_rows = (row >= 0) & (row < before.coarse.shape[0])
    known_columns = (column >= 0) & (column < before.coarse.shape[1])
    moved[np.ix_(known_rows, known_columns)] = before.coarse[
        np.ix_(row[known_rows], column[known_columns])
    ]
    return moved


def _counted(flags: Flags) -> Floats:
    return flags.astype(np.float32)


def _distance_to(flags: Flags) -> Floats:
    """In pixels; far where there is nothing."""
    if not flags.any():
        return np.full(flags.shape, 1e6, np.float32)
    away = cv2.distanceTransform((~flags).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(away, np.float32)


def _steepness(values: NDArray[Any]) -> Floats:
    return np.asarray(
        cv2.magnitude(
            cv2.Sobel(values, cv2.CV_32F, 1, 0, scale=0.25),
            cv2.Sobel(values, cv2.CV_32F, 0, 1, scale=0.25),
        ),
        np.float32,
    )
