"""Which pixels a person changed of a prediction, and the marks that show them.

Three kinds, told apart by the direction of their hatching as well as by colour, so that they read
without colour vision: what was added (/), what was taken away (\\), what got another class (×).
The colours are from Okabe and Ito's set; each line has a dark rim, so it shows on any photo.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

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
_LINES = {
    Change.ADDED: _RISING,
    Change.REMOVED: _FALLING,
    Change.RECLASSED: _RISING | _FALLING,
}
_SQUARE = np.ones((3, 3), np.uint8)
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
    pairs = cv2.merge([prediction, mask]).view("<u2").reshape(mask.shape)
    # Twice as fast as indexing; "clip" spares it a buffer, see DeviceGrid.sample.
    return table.take(pairs, mode="clip")


def marks(kinds: Pixels, reach: int, size: MarkSize, left: int, top: int) -> Pixels:
    """What to draw, as indices into :func:`mark_table`.

    ``kinds``: changes with ``reach`` (at least ``size.reach``) more pixels at each side than the
    result has; ``left``, ``top``: where the result's first pixel lies from the image's corner, in
    device pixels: the hatching belongs to the image and moves with it.

    What is drawn depends on a few bits of each pixel: they are put together, and the colour table
    does the rest.
    """
    wide = np.asarray(cv2.dilate(kinds, _SQUARE, iterations=size.edge), np.uint8)
    narrow = np.asarray(cv2.erode(kinds, _SQUARE, iterations=size.edge), np.uint8)
    near = wide
    if size.rim != size.edge:
        near = np.asarray(cv2.dilate(kinds, _SQUARE, iterations=size.rim), np.uint8)
    inner = (slice(reach, kinds.shape[0] - reach), slice(reach, kinds.shape[1] - reach))
    values = kinds[inner] | _hatch(kinds[inner].shape, size, left, top)
    values |= (wide[inner] != narrow[inner]).view(np.uint8) * np.uint8(_EDGE)
    values |= (near[inner] != 0).view(np.uint8) * np.uint8(_RIM)
    return values


def marked_fill(labels: Pixels, drawn: Pixels, colors: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Fill and marks at once: ``colors`` (of :func:`marked_fill_table`) by label and mark. One
    picture to paint in the place of three: painting is what takes the time."""
    pairs = cv2.merge([labels, drawn]).view("<u2").reshape(labels.shape)
    return np.asarray(colors.take(pairs, mode="clip"), np.uint32)


def marked_fill_table(unchanged: ColorTable, changed: ColorTable) -> NDArray[np.uint32]:
    """Premultiplied colours by ``mark << 8 | label``: the mark over the fill of ``changed``, or
    of ``unchanged`` where a pixel is not."""
    table = np.array(mark_table()[: 2 * _RIM], np.uint32)
    fills = np.array([unchanged, changed], np.uint32)
    is_changed = (np.arange(2 * _RIM) & _KIND != Change.NONE).astype(int)
    return _over(table[:, None], fills[is_changed]).reshape(-1)


def _over(upper: NDArray[np.uint32], lower: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """0xAARRGGBB over 0xAARRGGBB → the same, premultiplied."""
    planes = []
    alphas = [(each >> 24 & 255) / 255 for each in (upper, lower)]
    for shift in (16, 8, 0):
        above, below = ((each >> shift & 255).astype(float) for each in (upper, lower))
        planes.append(above * alphas[0] + below * alphas[1] * (1 - alphas[0]))
    red, green, blue = (np.rint(each).astype(np.uint32) for each in planes)
    alpha = np.rint(255 * (alphas[0] + alphas[1] * (1 - alphas[0]))).astype(np.uint32)
    return np.asarray(alpha << 24 | red << 16 | green << 8 | blue, np.uint32)


def mark_table() -> ColorTable:
    """The colours of :func:`marks`."""
    table = [0] * 256
    for value in range(256):
        kind = value & _KIND
        if kind == Change.NONE:
            table[value] = _RIM_COLOR if value & _RIM else 0
            continue
        red, green, blue = COLORS[Change(kind)]
        is_line = value & (_EDGE | _LINES[Change(kind)])
        table[value] = (0xFF000000 if is_line else _TINT) | red << 16 | green << 8 | blue
    return table


def _hatch(shape: tuple[int, ...], size: MarkSize, left: int, top: int) -> Pixels:
    """The bits of both directions of lines, for every pixel."""
    height, width = shape
    x, y = left % size.period, top % size.period
    tiles = (-(-(height + y) // size.period), -(-(width + x) // size.period))
    return _tiled(size, *(-(-each // 16) * 16 for each in tiles))[y : y + height, x : x + width]


@lru_cache(maxsize=4)
def _tiled(size: MarkSize, rows: int, columns: int) -> Pixels:
    at = np.arange(size.period)
    rising = (at[:, None] + at[None, :]) % size.period < size.line
    falling = (at[:, None] - at[None, :]) % size.period < size.line
    one = (rising * _RISING + falling * _FALLING).astype(np.uint8)
    return np.tile(one, (rows, columns))
