"""Which pixels a person changed of a prediction, and the marks that show them.

Three kinds, told apart by the direction of their hatching as well as by colour, so that they read
without colour vision: what was added (/), what was taken away (\\), what got another class (×).
The colours are from Okabe and Ito's set; each line has a dark rim, so it shows on any photo.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from gui.canvas.palette import ColorTable
from segmenter.project.classes import BACKGROUND, UNLABELLED, LabelClass

Pixels = NDArray[np.uint8]


class Change(IntEnum):
    """What happened to one pixel."""

    NONE = 0
    ADDED = 1
    """The model saw background (or nothing), the person a class."""
    REMOVED = 2
    """The model saw a class, the person background or nothing."""
    RECLASSED = 3
    """Each saw another class."""


COLORS = {
    Change.ADDED: (86, 180, 233),
    Change.REMOVED: (240, 160, 20),
    Change.RECLASSED: (240, 110, 200),
}
"""Sky blue, orange, reddish purple."""

_KIND = 0b00011
_RISING = 0b00100  # a line of /
_FALLING = 0b01000  # a line of \
_EDGE = 0b10000
_RIM = 0b100000
_RIM_COLOR = 0xC0000000
_TINT = 0x28000000


@dataclass(frozen=True)
class MarkSize:
    """In device pixels."""

    edge: int
    """Width of the line around what was changed."""
    rim: int
    """Of the dark line around that."""
    line: int
    """Of the hatching."""
    period: int
    """From one hatch line to the next, along a row."""

    @classmethod
    def for_pixel_ratio(cls, pixel_ratio: float) -> MarkSize:
        return cls(
            edge=max(1, round(1.5 * pixel_ratio)),
            rim=max(1, round(pixel_ratio)),
            line=max(1, round(1.5 * pixel_ratio)),
            period=max(4, round(10 * pixel_ratio)),
        )

    @property
    def reach(self) -> int:
        """How far from a changed pixel anything is drawn."""
        return max(self.edge, self.rim)


def change_table(classes: Iterable[LabelClass]) -> Pixels:
    """65,536 kinds of change, by ``mask << 8 | prediction``. Hidden classes count as background:
    with one class shown alone, only what happened to it is marked."""
    ground = {each.id for each in classes if each.name == BACKGROUND}
    seen = np.arange(256)
    for each in classes:
        if not each.visible or each.id in ground:
            seen[each.id] = -1
    mask, prediction = seen[:, None], seen[None, :]
    none = (mask == -1) | (mask == UNLABELLED)
    table = np.full((256, 256), Change.RECLASSED, np.uint8)
    table[np.broadcast_to((prediction == -1) | (prediction == UNLABELLED), table.shape)] = (
        Change.ADDED
    )
    table[np.broadcast_to(none, table.shape)] = Change.REMOVED
    # An unlabelled pixel is labelled by becoming background, too.
    table[(mask == -1) & (prediction == UNLABELLED)] = Change.ADDED
    table[mask == prediction] = Change.NONE
    return table.reshape(-1)


def changes(mask: Pixels, prediction: Pixels, table: Pixels) -> Pixels:
    """The :class:`Change` of each pixel, for two label maps of one shape."""
    pairs = mask.astype(np.uint16)
    pairs <<= 8
    pairs |= prediction
    return table.take(pairs)  # twice as fast as indexing with uint16


def marks(kinds: Pixels, reach: int, size: MarkSize, left: int, top: int) -> Pixels:
    """What to draw, as indices into :func:`mark_table`.

    ``kinds``: changes with ``reach`` (at least ``size.reach``) more pixels at each side than the
    result has; ``left``, ``top``: where the result's first pixel lies from the image's corner, in
    device pixels: the hatching belongs to the image and moves with it.
    """
    square = np.ones((3, 3), np.uint8)
    wide = cv2.dilate(kinds, square, iterations=size.edge)
    edges = cv2.compare(wide, cv2.erode(kinds, square, iterations=size.edge), cv2.CMP_NE)
    near = cv2.dilate(kinds, square, iterations=size.rim) if size.rim != size.edge else wide
    inner = (slice(reach, kinds.shape[0] - reach), slice(reach, kinds.shape[1] - reach))
    inside = kinds[inner]
    height, width = inside.shape
    hatch = _hatch(size)
    rows = np.arange(top, top + height) % size.period
    columns = np.arange(left, left + width) % size.period
    values = hatch[rows].take(columns, axis=1)
    values |= inside
    is_changed = inside != 0
    np.putmask(values, ~is_changed, 0)
    np.putmask(values, is_changed & (edges[inner] != 0), inside | _EDGE)
    np.putmask(values, (near[inner] != 0) & ~is_changed, _RIM)
    return np.ascontiguousarray(values)


def mark_table() -> ColorTable:
    """The colours of :func:`marks`."""
    table = [0] * 256
    for change, (red, green, blue) in COLORS.items():
        color = red << 16 | green << 8 | blue
        lines = {
            Change.ADDED: _RISING, Change.REMOVED: _FALLING, Change.RECLASSED: _RISING | _FALLING
        }[change]  # fmt: skip
        for bits in range(0, _EDGE, _RISING):
            table[change | bits] = (0xFF000000 if bits & lines else _TINT) | color
        table[change | _EDGE] = 0xFF000000 | color
    table[_RIM] = _RIM_COLOR
    return table


def _hatch(size: MarkSize) -> Pixels:
    """One period of both directions, as bits."""
    at = np.arange(size.period)
    rising = (at[:, None] + at[None, :]) % size.period < size.line
    falling = (at[:, None] - at[None, :]) % size.period < size.line
    return (rising * _RISING + falling * _FALLING).astype(np.uint8)
