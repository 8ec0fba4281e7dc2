"""The colour of the class that is painted with; a click offers the other classes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gui.class_look import class_icon, draw_class
from segmenter.project.classes import UNLABELLED, LabelClass

FACE = 20
MENU_ICON = 16
"""Sides of the squares, in pixels."""
_INK = QPalette.ColorRole.WindowText


class ClassSwatch(QToolButton):
    """Its face is the class's own square; an empty one without class."""

    class_wanted = Signal(int)
    """The id of the class that was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_swatch")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._classes: list[LabelClass] = []
        self._class_id = -1
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.setMenu(self._menu)
        self._describe()

    def show_classes(self, classes: Sequence[LabelClass]) -> None:
        self._classes = [each for each in classes if each.id != UNLABELLED]
        self._describe()

    def show_class(self, class_id: int) -> None:
        self._class_id = class_id
        self._describe()

    def _chosen(self) -> LabelClass | None:
        return next((each for each in self._classes if each.id == self._class_id), None)

    def _describe(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            words = self.tr("Choose a class to paint with")
        else:
            words = self.tr("Painting: {0}. Click for another class").format(chosen.name)
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setEnabled(bool(self._classes))
        self.update()

    def _fill_menu(self) -> None:
        self._menu.clear()
        for place, each in enumerate(self._classes, start=1):
            key = f"\t{place % 10}" if place <= 10 else ""
            name = each.name.replace("&", "&&").replace("\n", " ")
            action = self._menu.addAction(class_icon(each, self, MENU_ICON), f"{name}{key}")
            action.triggered.connect(lambda _=False, wanted=each.id: self.class_wanted.emit(wanted))
            if each.id == self._class_id:
                self._menu.setDefaultAction(action)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        chosen = self._chosen()
        square = QRectF((self.width() - FACE) / 2, (self.height() - FACE) / 2, FACE, FACE)
        draw_class(QPainter(self), square, chosen, self.palette().color(_INK))
