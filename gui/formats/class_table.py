"""The table of incoming classes: how many pixels each has, and what it becomes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from gui.formats.class_mapping import ClassMapping
from gui.formats.class_table_delegate import ROW, BecomesDelegate
from gui.formats.class_table_model import BECOMES, INCOMING, PIXELS, ClassTableModel

_OPENING = (Qt.Key.Key_Space, Qt.Key.Key_F2, Qt.Key.Key_F4, Qt.Key.Key_Down)


class ClassTable(QTableView):
    """A click, Enter or the space bar on a row offers what its class can become."""

    changed = Signal()
    """Something else was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import.classes")
        self.setAccessibleName(self.tr("What the classes become"))
        self._rows = ClassTableModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(BecomesDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(INCOMING, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(PIXELS, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(BECOMES, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(PIXELS, 92)
        self.clicked.connect(lambda index: self._offer(index.row(), index.column()))
        self._rows.dataChanged.connect(self._tell)

    def show_mapping(self, mapping: ClassMapping) -> None:
        self._rows.show_mapping(mapping)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        opens = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or (
            key in _OPENING
            and (key != Qt.Key.Key_Down or event.modifiers() & Qt.KeyboardModifier.AltModifier)
        )
        if opens and self.currentIndex().isValid():
            self._offer(self.currentIndex().row(), BECOMES)
            event.accept()
        else:
            super().keyPressEvent(event)

    def _offer(self, row: int, column: int) -> None:
        if column == BECOMES:
            self.edit(self._rows.index(row, BECOMES))

    def _tell(self) -> None:
        self.changed.emit()
