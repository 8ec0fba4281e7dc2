"""The list view of the classes: a click on an eye is not a choice of the class."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from gui.class_panel.row_delegate import eye_area


class ClassListView(QListView):
    """Turns clicks and keys on rows into wishes; the panel fulfils them."""

    toggled = Signal(int)
    """The row whose visibility is to change."""
    solo_wanted = Signal(int)
    """The row that is to be shown alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setMouseTracking(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.solo_wanted.emit(index.row())
                return
            if eye_area(self.visualRect(index)).contains(place):
                self.toggled.emit(index.row())
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick clicks on an eye are two clicks."""
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            alone = event.modifiers() & Qt.KeyboardModifier.AltModifier
            (self.solo_wanted if alone else self.toggled).emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)
