"""The rows of the image list."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt

from gui.image_list.catalogue import Catalogue
from gui.image_list.state_look import record_words
from segmenter.project.state import ImageRecord, State

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for beyond Qt's own roles."""

    RECORD = Qt.ItemDataRole.UserRole + 1


class ImageListModel(QStringListModel):
    """Rows are indices into a :class:`Catalogue`.

    The base class does nothing here but count rows, in C++: QListView asks for the count six
    times a row when it lays out, and with ``rowCount`` in Python 100,000 rows took 250 ms at
    every change, against 14 ms.
    """

    def __init__(self) -> None:
        super().__init__()
        self.catalogue = Catalogue()
        self._indices: NDArray[np.intp] = np.empty(0, np.intp)
        self._rows: NDArray[np.intp] = np.empty(0, np.intp)

    def show(self, catalogue: Catalogue, indices: NDArray[np.intp]) -> None:
        """The rows are these from now on."""
        before, now = self.rowCount(), len(indices)
        self.catalogue, self._indices = catalogue, indices
        self._rows = np.full(len(catalogue), -1, np.intp)
        self._rows[indices] = np.arange(now)
        if now != before:
            # Anew: insertRows() of the base class takes 2.5 s for 100,000.
            self.setStringList([""] * now)
        elif now:
            self.dataChanged.emit(self.index(0, 0), self.index(now - 1, 0))

    def record(self, row: int) -> ImageRecord:
        return self.catalogue[int(self._indices[row])]

    def row_of(self, name: str) -> int | None:
        """None where it isn't listed, or filtered away."""
        index = self.catalogue.index_of(name)
        if index is None or self._rows[index] < 0:
            return None
        return int(self._rows[index])

    def row_starting_with(self, text: str, start: int) -> int | None:
        """The first row from ``start`` on, and then from the top, whose file name begins so."""
        matching = self.catalogue.starting_with(text)
        rows = self._rows[matching]
        rows = np.sort(rows[rows >= 0])
        if len(rows) == 0:
            return None
        return int(rows[np.searchsorted(rows, start) % len(rows)])

    def unapproved_row(self, after: int | None, besides: Iterable[str] = ()) -> int | None:
        """The next row below ``after`` (None: the first), and then from the top, that waits for
        approval; ``besides``: names that count as approved already."""
        rows = np.flatnonzero(self.catalogue.unapproved(self._indices, besides))
        if len(rows) == 0:
            return None
        start = 0 if after is None else after + 1
        return int(rows[np.searchsorted(rows, start) % len(rows)])

    def names_in_state(self, states: Iterable[State], first: int) -> list[str]:
        """Images in one of these states: from the row ``first`` on, then from the top, and at
        last those that are filtered away."""
        hidden = np.flatnonzero(self._rows < 0)
        order = np.concatenate([np.roll(self._indices, -first), hidden])
        return [self.catalogue[i].name for i in order[self.catalogue.in_state(states)[order]]]

    def update(self, record: ImageRecord) -> None:
        """Show what is new of one image; its row alone is drawn again."""
        if self.catalogue.update(record) is None:
            return
        row = self.row_of(record.name)
        if row is not None:
            changed = self.index(row, 0)
            self.dataChanged.emit(changed, changed)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._indices):
            return None
        record = self.record(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return record.name
        if role == Role.RECORD:
            return record
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(record)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{record.name}, {record_words(record)}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemNeverHasChildren
        )


def tooltip(record: ImageRecord) -> str:
    """The whole name, the state and why, as plain text (a name is a stranger's)."""
    lines = [record.name, record_words(record)]
    if record.uncertainty is not None:
        lines[-1] += f" · {percent(record.uncertainty)} uncertain"
    if record.reason:
        lines.append(record.reason)
    return "\n".join(lines)


def percent(fraction: float) -> str:
    return f"{round(100 * fraction)}%"
