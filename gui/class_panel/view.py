"""The list view of the classes: a click on an eye, a swatch or a lock is no choice of the class."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gui.class_panel.model import Index
from gui.class_panel.row_areas import Part, RowAreas
from gui.widgets.row_list_view import RowListView


class ClassListView(RowListView):
    """Turns clicks and keys on rows into wishes; the panel fulfils them."""

    toggled = Signal(int)
    """The row whose visibility is to change."""
    solo_wanted = Signal(int)
    """The row that is to be shown alone."""
    recolor_wanted = Signal(int)
    """The row whose colour is to change."""
    lock_toggled = Signal(int)
    """The row that is to be protected, or free again."""
    rename_wanted = Signal(int)
    """The row whose name is to be typed anew."""
    delete_wanted = Signal()
    """The chosen row is to go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def part_at(self, index: Index, place: QPoint) -> Part:
        """What of a row lies there, in coordinates of the viewport."""
        return RowAreas(self.visualRect(index)).part_at(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.solo_wanted.emit(index.row())
                return
            part = self.part_at(index, place)
            if part is not Part.NAME:
                wish = {
                    Part.EYE: self.toggled,
                    Part.SWATCH: self.recolor_wanted,
                    Part.LOCK: self.lock_toggled,
                }[part]
                wish.emit(index.row())
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick clicks on an eye are two clicks; on a name they rename."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        left = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        if left and index.isValid() and self.part_at(index, place) is Part.NAME:
            self.rename_wanted.emit(index.row())
        else:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if event.key() == Qt.Key.Key_Space and row >= 0:
            alone = event.modifiers() & Qt.KeyboardModifier.AltModifier
            (self.solo_wanted if alone else self.toggled).emit(row)
        elif event.key() == Qt.Key.Key_Delete and row >= 0:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)
