"""A mask that is being corrected: edits in place, each action one step that can be taken back."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.history import History
from segmenter.editing.protection import Protection
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil
from segmenter.editing.step import TILE, Step, step_between

BLOCK = 8 * 2**20
"""Bytes that are asked of the system at a time while a large edit is made."""


class EditableMask:
    """``begin`` … ``paint`` … ``commit``: many events, one step. One thread at a time."""

    def __init__(self, labels: NDArray[np.uint8], history: History | None = None) -> None:
        """``labels``: uint8 H×W class ids, 255 = unlabelled; edited in place."""
        if labels.dtype != np.uint8 or labels.ndim != 2:
            raise ValueError(f"labels are uint8 H×W, not {labels.dtype} {labels.shape}")
        if not (labels.flags.writeable and labels.flags.c_contiguous):
            raise ValueError("labels are edited in place: they must be writable and in rows")
        self.labels = labels
        self.history = history if history is not None else History()
        self.protection = Protection()
        self.version = 0
        """Goes up with every change of the labels."""
        self.parts: list[Rect] = []
        """What the last :meth:`paint` or :meth:`replace` has changed lies in these: less than all
        that is within the rectangle around it. None is empty, or taller than a tile."""
        self._name: str | None = None
        self._before: list[tuple[Rect, NDArray[np.uint8]]] = []
        """Parts as they were when the open step began: whole tiles, of those it has changed."""
        self._kept: dict[int, bytearray] = {}
        """By row of tiles: 1 for every tile of it that is in ``_before``."""
        self._block = np.empty(0, np.uint8)
        self._changed = Rect()
        """Around all that the open step has changed."""

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
        the stencil), but for protected ones. Returns the rectangle around those that are different
        now; empty where none is."""
        inside = stencil.clipped(self.width, self.height)
        if isinstance(value, np.ndarray):
            value = value[inside.rect.relative_to(stencil.rect).slices]
        return self._paint(inside.rect, inside.pixels, value)

    def replace(self, rect: Rect, labels: NDArray[np.uint8]) -> Rect:
        """Give every pixel of ``rect`` its label of ``labels`` (uint8, as large as ``rect``), but
        for protected ones: for edits of the whole mask. Returns what :meth:`paint` does."""
        inside = rect.clipped(self.width, self.height)
        return self._paint(inside, None, labels[inside.relative_to(rect).slices])

    def is_held_back(self, stencil: Stencil) -> bool:
        """Whether protection keeps any pixel of ``stencil`` as it is."""
        inside = stencil.clipped(self.width, self.height)
        free = self.protection.paintable()[self.labels[inside.rect.slices]]
        return bool(np.any(free < inside.pixels))

    def commit(self) -> bool:
        """End the step; False where nothing is different from before."""
        name = self._name
        if name is None:
            return False
        step = step_between(name, self._before, self.labels, self._changed)
        self._close()
        if step is None:
            return False
        self.history.add(step)
        return True

    def roll_back(self) -> Rect:
        """End the step as if it had not been begun. Returns what may have changed."""
        changed = self._changed
        for part, old in self._before:
            self.labels[part.slices] = old
        self._close()
        if not changed.is_empty:
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
        self.history.foresee()
        self.version += 1
        return step.rect

    def _close(self) -> None:
        self._name, self._changed = None, Rect()
        self._before, self._kept, self._block = [], {}, np.empty(0, np.uint8)

    def _paint(
        self, rect: Rect, where: NDArray[np.uint8] | None, value: int | NDArray[np.uint8]
    ) -> Rect:
        """``rect`` lies inside the image; ``where`` and ``value`` are of its size."""
        if not self.is_open:
            raise RuntimeError("begin() a step first")
        changed = Rect()
        self.parts = []
        if rect.is_empty:
            return changed
        free = None if self.protection.is_off else self.protection.paintable()
        if not isinstance(value, np.ndarray):
            label = np.full((min(rect.height, TILE), rect.width), value, np.uint8)
        # By rows of tiles: what one pass reads is still in the cache for the next.
        for top in range(rect.top - rect.top % TILE, rect.bottom, TILE):
            strip = rect.intersected(Rect(rect.left, top, rect.width, TILE))
            rows, _ = strip.relative_to(rect).slices
            new = value[rows] if isinstance(value, np.ndarray) else label[: strip.height]
            part = self._paint_strip(strip, None if where is None else where[rows], new, free)
            if not part.is_empty:
                self.parts.append(part)
                changed = changed.united(part)
        if not changed.is_empty:
            self._changed = self._changed.united(changed)
            self.version += 1
        return changed

    def _paint_strip(
        self,
        strip: Rect,
        where: NDArray[np.uint8] | None,
        new: NDArray[np.uint8],
        free: NDArray[np.uint8] | None,
    ) -> Rect:
        """Paint what is different, within one row of tiles."""
        target = self.labels[strip.slices]
        differs = np.not_equal(target, new).view(np.uint8)
        if where is not None:
            np.bitwise_and(differs, where, out=differs)
        if not cv2.hasNonZero(differs):
            return Rect()
        around = Rect(*cv2.boundingRect(differs))
        if free is not None:
            part = differs[around.slices]
            np.bitwise_and(part, cv2.LUT(target[around.slices], free), out=part)
            if not cv2.hasNonZero(part):
                return Rect()
            around = Rect(*cv2.boundingRect(differs))
        changed = Rect(
            strip.left + around.left, strip.top + around.top, around.width, around.height
        )
        self._keep_tiles(changed)
        part = target[around.slices]
        cv2.copyTo(new[around.slices], differs[around.slices], part)
        return changed

    def _keep_tiles(self, rect: Rect) -> None:
        """Copy the tiles, all of one row, that are about to change for the first time."""
        row = rect.top // TILE
        kept = self._kept.setdefault(row, bytearray(-(-self.width // TILE)))
        column, end = rect.left // TILE, (rect.right - 1) // TILE + 1
        while (column := kept.find(0, column, end)) >= 0:
            after = kept.find(1, column, end)
            after = end if after < 0 else after
            kept[column:after] = bytes([1]) * (after - column)
            part = Rect.between(column * TILE, row * TILE, after * TILE, (row + 1) * TILE)
            part = part.clipped(self.width, self.height)
            self._before.append((part, self._copy(self.labels[part.slices])))
            column = after

    def _copy(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Large parts of a large edit go into common blocks, which the system gives out in pages
        of 2 MB: half the time, where a whole mask is copied."""
        if pixels.size < BLOCK // 32:
            return pixels.copy()
        if self._block.size < pixels.size:
            self._block = np.empty(max(BLOCK, pixels.size), np.uint8)
        copy, self._block = self._block[: pixels.size], self._block[pixels.size :]
        copy = copy.reshape(pixels.shape)
        copy[...] = pixels
        return copy
