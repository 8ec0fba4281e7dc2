"""What a table of classes shows: one row a class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from gui.formats.class_rows import Becoming, ClassRows

Index = QModelIndex | QPersistentModelIndex
SOURCE, FIGURE, BECOMES = range(3)
SWATCH_ROLE = Qt.ItemDataRole.UserRole


class ClassTableModel(QAbstractTableModel):
    def __init__(
        self, header: tuple[str, str, str], figure_words: Callable[[int], str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._header = header
        self._figure_words = figure_words
        self.rows: ClassRows | None = None

    def show_rows(self, rows: ClassRows) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() or self.rows is None else len(self.rows.sources)

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
            side = Qt.AlignmentFlag.AlignRight if section == FIGURE else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if self._can_change(index) else flags

    def _can_change(self, index: Index) -> bool:
        if index.column() == BECOMES:
            return True
        rows = self.rows
        return index.column() == FIGURE and rows is not None and rows.can_change_figure(index.row())

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        rows = self.rows
        if rows is None:
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words_of(rows, row, column)
        if role == SWATCH_ROLE:
            return _swatch_of(rows, row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip_of(rows, row, column)
        return None

    def _words_of(self, rows: ClassRows, row: int, column: int) -> str:
        if column == SOURCE:
            return rows.sources[row].name.replace("\n", " ")
        if column == FIGURE:
            figure = rows.figure(row)
            return "–" if figure is None else self._figure_words(figure)
        return rows.chosen(row).words

    def _tip_of(self, rows: ClassRows, row: int, column: int) -> str | None:
        if column == SOURCE:
            source = rows.sources[row]
            return self.tr("{0}, number {1}").format(source.name, source.id)
        figure = rows.figure(row)
        return f"{figure:,}" if column == FIGURE and figure is not None else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        rows, row = self.rows, index.row()
        if rows is None:
            return False
        if isinstance(value, Becoming):
            if value == rows.chosen(row):
                return True
            rows.choose(row, value)
        elif isinstance(value, int) and rows.can_change_figure(row):
            if value == rows.figure(row):
                return True
            rows.change_figure(row, value)
        else:
            return False
        # Not one cell alone: what one class becomes may be another matter for others.
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, BECOMES))
        return True


def _swatch_of(rows: ClassRows, row: int, column: int) -> tuple[int, int, int] | None:
    if column == SOURCE:
        return rows.sources[row].color
    chosen = rows.chosen(row)
    if column == BECOMES and chosen.name:
        return (chosen.existing or rows.sources[row]).color
    return None
