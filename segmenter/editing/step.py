"""One action, so that it can be taken back and made again.

A step holds, for the part of the mask it changed, what was there before XOR what was there after:
taking it back and making it again are the same operation, and untouched pixels cost next to
nothing. A fresh step holds that as it is; :meth:`Step.pack` makes it small, on any thread and
while the step is in use, and :meth:`Step.unpack` has it ready again before it is needed.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
from numpy.typing import NDArray

from segmenter.editing.rect import Rect

TILE = 128
"""Side in pixels of the tiles that a change is packed in."""
LARGE = 96 * TILE**2
"""Packing a step of more pixels takes longer than the hand should wait."""
MANY = 256
"""A step of more packed changes is unpacked on several threads."""

_OVERHEAD = 300
"""Bytes of the Python objects around one change."""
_RAW_DEFLATE = -zlib.MAX_WBITS
"""Without a checksum: unpacking takes a quarter less time."""

Change = NDArray[np.uint8] | bytes | int
"""Before XOR after: as it is, deflated, or the same number for every pixel."""


class Step:
    """What one action changed."""

    def __init__(
        self, name: str, changes: Sequence[tuple[Rect, NDArray[np.uint8]]], rect: Rect
    ) -> None:
        """``name``: as the menu says it (“brush stroke”). ``changes``: rectangles that don't
        overlap, with before XOR after; the step keeps the arrays. ``rect``: around every pixel
        that is different."""
        self.name = name
        self.rect = rect
        self.state_after = object()
        """Stands for the labels as this step left them; small, so that it may outlive the step."""
        self._changes: Sequence[tuple[Rect, Change]] = changes
        self._at_hand: Sequence[tuple[Rect, Change]] | None = None
        """The same unpacked, besides."""
        self._is_packed = False
        self._nbytes = _nbytes(changes)
        self.raw_nbytes = sum(change.nbytes for _, change in changes)
        """What it takes in memory as long as it isn't packed."""

    @property
    def nbytes(self) -> int:
        """What it takes in memory now; less once it is packed."""
        return self._nbytes

    @property
    def is_packed(self) -> bool:
        return self._is_packed

    @property
    def is_large(self) -> bool:
        """Whether it is better packed on another thread."""
        return self._nbytes > LARGE

    def pack(self) -> None:
        """Make it small. May run while another thread makes use of the step."""
        if self._is_packed:
            return
        packed: list[tuple[Rect, Change]] = []
        for tile, raw in _tiles(self._changes):
            change = _packed(raw)
            if change == 0:
                continue
            if isinstance(change, int) and packed and packed[-1][1] == change:
                joined = _joined(packed[-1][0], tile)
                if joined is not None:
                    packed[-1] = joined, change
                    continue
            packed.append((tile, change))
        # Whoever is reading goes on with the changes as they were, which mean the same.
        self._changes = tuple(packed)
        self._nbytes = _nbytes(packed)
        self._is_packed = True

    def unpack(self) -> None:
        """Have it ready to be toggled at once, in up to ``raw_nbytes`` besides ``nbytes``, until
        :meth:`let_go`. May run while another thread makes use of the step."""
        if self._is_packed and self._at_hand is None:
            self._at_hand = tuple(_side_by_side(self._changes))

    def let_go(self) -> None:
        """It isn't likely to be toggled next any more."""
        self._at_hand = None

    def toggle(self, labels: NDArray[np.uint8]) -> None:
        """Take it back, or make it again. ``labels``: the mask it was made on, H×W."""
        changes = self._at_hand or self._changes
        if len(changes) <= MANY:
            _toggle(changes, labels)
            return
        # zlib and numpy let other threads run, and the changes don't overlap.
        share = -(-len(changes) // _THREADS)
        shares = [changes[first : first + share] for first in range(0, len(changes), share)]
        for _ in _threads().map(lambda each: _toggle(each, labels), shares):
            pass


def step_between(
    name: str,
    before: Iterable[tuple[Rect, NDArray[np.uint8]]],
    labels: NDArray[np.uint8],
    rect: Rect,
) -> Step | None:
    """The step from ``before`` to ``labels``; None where they are alike. The arrays of ``before``
    become the step's. ``rect``: around every pixel that is different."""
    changes = []
    for part, old in before:
        np.bitwise_xor(old, labels[part.slices], out=old)
        if old.any():
            changes.append((part, old))
    return Step(name, changes, rect) if changes else None


_THREADS = min(4, os.cpu_count() or 1)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="toggle-step")


def _toggle(changes: Sequence[tuple[Rect, Change]], labels: NDArray[np.uint8]) -> None:
    for rect, change in changes:
        target = labels[rect.slices]
        np.bitwise_xor(target, _unpacked(change, rect), out=target)


def _tiles(changes: Iterable[tuple[Rect, Change]]) -> Iterator[tuple[Rect, Change]]:
    """What is not packed yet in pieces of at most a tile."""
    for rect, change in changes:
        if not isinstance(change, np.ndarray):
            yield rect, change
            continue
        for top in range(0, rect.height, TILE):
            for left in range(0, rect.width, TILE):
                piece = change[top : top + TILE, left : left + TILE]
                height, width = piece.shape
                yield Rect(rect.left + left, rect.top + top, width, height), piece


def _packed(change: Change) -> bytes | int:
    if not isinstance(change, np.ndarray):
        return change
    first = int(change[0, 0])
    if (change == first).all():
        return first
    deflate = zlib.compressobj(1, zlib.DEFLATED, _RAW_DEFLATE)
    return deflate.compress(change.tobytes()) + deflate.flush()


def _unpacked(change: Change, rect: Rect) -> NDArray[np.uint8] | np.uint8:
    if isinstance(change, np.ndarray):
        return change
    if isinstance(change, int):
        return np.uint8(change)
    pixels = zlib.decompress(change, _RAW_DEFLATE, rect.width * rect.height)
    return np.frombuffer(pixels, np.uint8).reshape(rect.height, rect.width)


def _side_by_side(changes: Iterable[tuple[Rect, Change]]) -> Iterator[tuple[Rect, Change]]:
    """What is packed, unpacked, and what lies side by side as one: a few large changes are
    toggled several times as fast as a few thousand tiles."""
    row: list[tuple[Rect, Change]] = []
    around = Rect()
    for rect, change in changes:
        joined = _joined(around, rect)
        if joined is None:
            yield from _as_one(around, row)
            row, joined = [], rect
        row.append((rect, change))
        around = joined
    yield from _as_one(around, row)


def _as_one(around: Rect, row: Sequence[tuple[Rect, Change]]) -> Iterator[tuple[Rect, Change]]:
    if len(row) == 1 and isinstance(row[0][1], int):
        yield row[0]
    elif row:
        pixels = np.empty((around.height, around.width), np.uint8)
        for rect, change in row:
            pixels[rect.relative_to(around).slices] = _unpacked(change, rect)
        yield around, pixels


def _joined(left: Rect, right: Rect) -> Rect | None:
    """Both as one rectangle, where they lie side by side."""
    if (left.top, left.height, left.right) == (right.top, right.height, right.left):
        return Rect(left.left, left.top, left.width + right.width, left.height)
    return None


def _nbytes(changes: Sequence[tuple[Rect, Change]]) -> int:
    sizes = (
        change.nbytes if isinstance(change, np.ndarray) else len(change)
        for _, change in changes
        if not isinstance(change, int)
    )
    return sum(sizes) + _OVERHEAD * len(changes)
