"""The rows of the image list."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt

from gui.image_list.catalogue import Catalogue
from gui.image_list.state_look import state_word
from segmenter.project.state import ImageRecord

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
        before, now = len(self._indices), len(indices)
        self.catalogue, self._indices = catalogue, indices
        self._rows = np.full(len(catalogue), -1, np.intp)
        self._rows[indices] = np.arange(now)
        if now > before:
            self.insertRows(before, now - before)
        elif now < before:
            self.removeRows(now, before - now)
        if now and before:
            self.dataChanged.emit(self.index(0, 0), self.index(min(now, before) - 1, 0))

    def record(self, row: int) -> ImageRecord:
        return self.catalogue[int(self._indices[row])]

    def row_of(self, name: str) -> int | None:
        """None where it isn't listed, or filtered away."""
        index = self.catalogue.index_of(name)
        if index is None or self._rows[index] < 0:
            return None
        return int(self._rows[index])

    def index_at(self, row: int) -> int:
        """The catalogue's index of a row."""
        return int(self._indices[row])

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
            return f"{record.name}, {state_word(record.state)}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemNeverHasChildren
        )


def tooltip(record: ImageRecord) -> str:
    """The whole name, the state and why, as plain text (a name is a stranger's)."""
    lines = [record.name, state_word(record.state)]
    if record.uncertainty is not None:
        lines[-1] += f" · {percent(record.uncertainty)} uncertain"
    if record.reason:
        lines.append(record.reason)
    return "\n".join(lines)


def percent(fraction: float) -> str:
    return f"{round(100 * fraction)}%"
