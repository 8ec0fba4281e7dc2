"""A table of classes: a figure of each, and what it becomes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from gui.formats.class_rows import ClassRows
from gui.formats.class_table_delegate import ROW, BecomesDelegate
from gui.formats.class_table_model import BECOMES, FIGURE, SOURCE, ClassTableModel
from gui.widgets.quiet_table import QuietTable

_OPENING = (Qt.Key.Key_Space, Qt.Key.Key_F2, Qt.Key.Key_F4, Qt.Key.Key_Down)


class ClassTable(QuietTable):
    """A click, Enter or the space bar on a row offers what its class can become; on its figure,
    where that can be changed, it asks for another one."""

    changed = Signal()
    """Something else was chosen."""

    def __init__(
        self,
        name: str,
        header: tuple[str, str, str],
        figure_words: Callable[[int], str],
        parent: QWidget | None = None,
    ) -> None:
        """``header``: over the class, its figure, and what it becomes."""
        super().__init__(name, ROW, parent)
        self.setAccessibleName(self.tr("What the classes become"))
        self._rows = ClassTableModel(header, figure_words, self)
        self.setModel(self._rows)
        self.setItemDelegate(BecomesDelegate(self))
        shown = self.horizontalHeader()
        shown.setSectionsClickable(False)
        shown.setSectionResizeMode(SOURCE, QHeaderView.ResizeMode.Stretch)
        shown.setSectionResizeMode(FIGURE, QHeaderView.ResizeMode.Fixed)
        shown.setSectionResizeMode(BECOMES, QHeaderView.ResizeMode.Stretch)
        shown.resizeSection(FIGURE, 84)
        self.clicked.connect(lambda index: self._offer(index.row(), index.column()))
        self._rows.dataChanged.connect(self._tell)

    def show_rows(self, rows: ClassRows) -> None:
        self._rows.show_rows(rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        opens = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or (
            key in _OPENING
            and (key != Qt.Key.Key_Down or event.modifiers() & Qt.KeyboardModifier.AltModifier)
        )
        current = self.currentIndex()
        if opens and current.isValid():
            changes = current.column() == FIGURE and current.flags() & Qt.ItemFlag.ItemIsEditable
            self._offer(current.row(), FIGURE if changes else BECOMES)
            event.accept()
        else:
            super().keyPressEvent(event)

    def _offer(self, row: int, column: int) -> None:
        index = self._rows.index(row, column)
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def _tell(self) -> None:
        self.changed.emit()
