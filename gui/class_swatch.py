"""The colour of the class that is painted with; a click offers the other classes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from segmenter.project.classes import UNLABELLED, LabelClass

MENU_ICON = 16


class ClassSwatch(QToolButton):
    """Paints its own face: a rounded square in the class's colour, an empty one without class."""

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
            action = self._menu.addAction(self._icon(each), f"{name}{key}")
            action.triggered.connect(lambda _=False, wanted=each.id: self.class_wanted.emit(wanted))
            if each.id == self._class_id:
                self._menu.setDefaultAction(action)

    def _icon(self, each: LabelClass) -> QIcon:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(MENU_ICON * ratio), round(MENU_ICON * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self._draw_square(painter, QRectF(0, 0, MENU_ICON, MENU_ICON), QColor(*each.color))
        painter.end()
        return QIcon(pixmap)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        chosen = self._chosen()
        painter = QPainter(self)
        side = 20
        square = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        self._draw_square(painter, square, QColor(*chosen.color) if chosen else None)

    def _draw_square(self, painter: QPainter, square: QRectF, color: QColor | None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = self.palette().color(QPalette.ColorRole.WindowText)
        edge.setAlphaF(0.25 if color is not None else 0.4)
        painter.setPen(QPen(edge, 1, Qt.PenStyle.SolidLine if color else Qt.PenStyle.DashLine))
        painter.setBrush(color if color is not None else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
