"""What the table of incoming classes shows: one row a class."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from gui.formats.class_mapping import Becoming, ClassMapping
from gui.review.statistics_dialog import short_number

Index = QModelIndex | QPersistentModelIndex
INCOMING, PIXELS, BECOMES = range(3)
SWATCH_ROLE = Qt.ItemDataRole.UserRole


class ClassTableModel(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._header = (self.tr("Class there"), self.tr("Pixels"), self.tr("Becomes here"))
        self.mapping: ClassMapping | None = None

    def show_mapping(self, mapping: ClassMapping) -> None:
        self.beginResetModel()
        self.mapping = mapping
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() or self.mapping is None else len(self.mapping.matches)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._header)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._header[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == PIXELS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == BECOMES else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        mapping = self.mapping
        if mapping is None:
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words_of(mapping, row, column)
        if role == SWATCH_ROLE:
            return _swatch_of(mapping, row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            incoming = mapping.matches[row].incoming
            if column == INCOMING:
                return self.tr("{0}, number {1}").format(incoming.name, incoming.id)
            return f"{mapping.pixels(row):,}" if column == PIXELS else None
        return None

    @staticmethod
    def _words_of(mapping: ClassMapping, row: int, column: int) -> str:
        if column == INCOMING:
            return mapping.matches[row].incoming.name.replace("\n", " ")
        if column == PIXELS:
            pixels = mapping.pixels(row)
            return short_number(pixels) if pixels else "–"
        return becoming_words(mapping.chosen(row))

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if self.mapping is None or not isinstance(value, Becoming):
            return False
        if value != self.mapping.chosen(index.row()):
            self.mapping.choose(index.row(), value)
            # Not one cell alone: a class may have become new, or isn't any more.
            last = self.index(self.rowCount() - 1, BECOMES)
            self.dataChanged.emit(self.index(0, 0), last)
        return True


def _swatch_of(mapping: ClassMapping, row: int, column: int) -> tuple[int, int, int] | None:
    match = mapping.matches[row]
    if column == INCOMING:
        return match.incoming.color
    if column == BECOMES and match.name:
        return (match.existing or match.incoming).color
    return None


def becoming_words(becoming: Becoming) -> str:
    """As it is offered and shown."""
    name = becoming.name.replace("\n", " ")
    if becoming.existing is not None:
        return name
    return f"New class “{name}”" if name else "Leave out"
