"""Steps that can be taken back and made again, as small as they can be kept.

A step holds, for every 128-pixel tile it changed, what was there before XOR what is there now,
compressed: taking it back and making it again are the same operation, and untouched pixels cost
next to nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from segmenter.editing.rect import Rect

TILE = 128
"""Side of a tile in pixels."""
BUDGET = 256 * 2**20
"""Bytes that the steps of all images may take together, unless a person sets another number."""


@dataclass(frozen=True)
class Step:
    """What one action changed."""

    name: str
    """As the menu says it: “brush stroke”."""
    changes: tuple[tuple[Rect, bytes], ...]
    """Tile and its compressed XOR."""

    @property
    def nbytes(self) -> int:
        return sum(len(packed) + 64 for _, packed in self.changes)

    @property
    def rect(self) -> Rect:
        around = Rect()
        for tile, _ in self.changes:
            around = around.united(tile)
        return around

    def toggle(self, labels: NDArray[np.uint8]) -> None:
        """Take it back, or make it again."""
        for tile, packed in self.changes:
            change = np.frombuffer(zlib.decompress(packed), np.uint8)
            labels[tile.slices] ^= change.reshape(tile.height, tile.width)


def step_between(
    name: str, before: Iterable[tuple[Rect, NDArray[np.uint8]]], labels: NDArray[np.uint8]
) -> Step | None:
    """The step from the tiles of ``before`` to ``labels``; None where they are alike."""
    changes = []
    for tile, old in before:
        change = old ^ labels[tile.slices]
        if change.any():
            changes.append((tile, zlib.compress(change.tobytes(), 1)))
    return Step(name, tuple(changes)) if changes else None


class HistoryBudget:
    """Caps the bytes of several histories together; the oldest step of any of them goes first."""

    def __init__(self, limit: int = BUDGET) -> None:
        self.limit = limit
        self._order: list[tuple[History, Step]] = []

    @property
    def nbytes(self) -> int:
        return sum(step.nbytes for _, step in self._order)

    def note(self, history: History, step: Step) -> None:
        """A step was made; make room for it."""
        self._order.append((history, step))
        while self.nbytes > self.limit and len(self._order) > 1:
            owner, oldest = self._order.pop(0)
            owner.forget(oldest)

    def release(self, history: History, steps: Iterable[Step]) -> None:
        """These steps are gone."""
        gone = {id(step) for step in steps}
        self._order = [(h, s) for h, s in self._order if h is not history or id(s) not in gone]


@dataclass(eq=False)
class History:
    """The steps of one image."""

    budget: HistoryBudget = field(default_factory=HistoryBudget)
    _done: list[Step] = field(default_factory=list)
    _undone: list[Step] = field(default_factory=list)
    is_complete: bool = True
    """Whether taking everything back leads to where the image was opened; not so once the
    oldest steps were dropped to stay within the budget."""
    _bottom: object = field(default_factory=object)

    @property
    def position(self) -> object:
        """Which state of the labels this is: the same object whenever undo or redo lead back to
        it, also after the steps before it were dropped."""
        return self._done[-1] if self._done else self._bottom

    @property
    def undo_name(self) -> str:
        """Of the step that would be taken back; empty where there is none."""
        return self._done[-1].name if self._done else ""

    @property
    def redo_name(self) -> str:
        return self._undone[-1].name if self._undone else ""

    @property
    def nbytes(self) -> int:
        return sum(step.nbytes for step in (*self._done, *self._undone))

    @property
    def is_at_start(self) -> bool:
        """Nothing is left to take back, and nothing was dropped."""
        return self.is_complete and not self._done

    def add(self, step: Step) -> None:
        self.budget.release(self, self._undone)
        self._undone.clear()
        self._done.append(step)
        self.budget.note(self, step)

    def undo(self) -> Step | None:
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> Step | None:
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]

    def forget(self, step: Step) -> None:
        """The budget dropped it. What can be made again only after it goes with it."""
        if step in self._done:
            self._done.remove(step)
            self._bottom = step
            self.is_complete = False
        elif step in self._undone:
            self.budget.release(self, self._undone)
            self._undone.clear()

    def clear(self) -> None:
        self.budget.release(self, (*self._done, *self._undone))
        self._done.clear()
        self._undone.clear()
        self._bottom = object()
        self.is_complete = False
