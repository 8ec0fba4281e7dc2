"""A mask that is being corrected: edits in place, each action one step that can be taken back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segmenter.editing.history import TILE, History, Step, step_between
from segmenter.editing.protection import Protection
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil


class EditableMask:
    """``begin`` … ``paint`` … ``commit``: many events, one step. One thread at a time."""

    def __init__(self, labels: NDArray[np.uint8], history: History | None = None) -> None:
        """``labels``: uint8 H×W class ids, 255 = unlabelled; edited in place."""
        if labels.dtype != np.uint8 or labels.ndim != 2:
            raise ValueError(f"labels are uint8 H×W, not {labels.dtype} {labels.shape}")
        self.labels = labels
        self.history = history if history is not None else History()
        self.protection = Protection()
        self.version = 0
        """Goes up with every change of the labels."""
        self._name: str | None = None
        self._before: dict[tuple[int, int], NDArray[np.uint8]] = {}

    @property
    def width(self) -> int:
        return int(self.labels.shape[1])

    @property
    def height(self) -> int:
        return int(self.labels.shape[0])

    @property
    def is_open(self) -> bool:
        """A step was begun and is not ended."""
        return self._name is not None

    def begin(self, name: str) -> None:
        """Open a step; ``name`` is what the menu says: “brush stroke”. Commits an open one."""
        if self.is_open:
            self.commit()
        self._name = name

    def paint(self, stencil: Stencil, value: int | NDArray[np.uint8]) -> Rect:
        """Give the pixels of ``stencil`` the label ``value`` (or each its own: uint8, as large as
        the stencil), but for protected ones. Returns the rectangle that may have changed."""
        if not self.is_open:
            raise RuntimeError("begin() a step first")
        clipped = stencil.clipped(self.width, self.height)
        rect = clipped.rect
        if rect.is_empty:
            return rect
        if not isinstance(value, int):
            rows, columns = Rect(
                rect.left - stencil.rect.left, rect.top - stencil.rect.top, rect.width, rect.height
            ).slices
            value = value[rows, columns]
        self._keep_tiles(rect)
        target = self.labels[rect.slices]
        where = clipped.pixels
        if not self.protection.is_off:
            where = where & self.protection.paintable()[target]
        np.copyto(target, value, where=where.view(bool))
        self.version += 1
        return rect

    def commit(self) -> bool:
        """End the step; False where nothing is different from before."""
        name, self._name = self._name, None
        if name is None:
            return False
        before, self._before = self._before, {}
        step = step_between(name, ((self._tile(*k), old) for k, old in before.items()), self.labels)
        if step is None:
            return False
        self.history.add(step)
        return True

    def roll_back(self) -> Rect:
        """End the step as if it had not been begun. Returns what may have changed."""
        changed = Rect()
        for key, old in self._before.items():
            tile = self._tile(*key)
            self.labels[tile.slices] = old
            changed = changed.united(tile)
        self._name = None
        self._before = {}
        self.version += 1
        return changed

    def undo(self) -> Rect:
        """Take the last step back (an open one is ended first); empty where there is none."""
        self.commit()
        return self._toggled(self.history.undo())

    def redo(self) -> Rect:
        self.commit()
        return self._toggled(self.history.redo())

    def _toggled(self, step: Step | None) -> Rect:
        if step is None:
            return Rect()
        step.toggle(self.labels)
        self.version += 1
        return step.rect

    def _keep_tiles(self, rect: Rect) -> None:
        """Copy the tiles that are about to change for the first time in this step."""
        for row in range(rect.top // TILE, (rect.bottom - 1) // TILE + 1):
            for column in range(rect.left // TILE, (rect.right - 1) // TILE + 1):
                if (row, column) not in self._before:
                    tile = self._tile(row, column)
                    self._before[row, column] = self.labels[tile.slices].copy()

    def _tile(self, row: int, column: int) -> Rect:
        return Rect(column * TILE, row * TILE, TILE, TILE).clipped(self.width, self.height)
