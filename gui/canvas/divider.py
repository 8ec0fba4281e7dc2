"""The line between prediction and mask, to be dragged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

HANDLE = 32
"""The knob's diameter, logical pixels."""
_GRASP = 13
"""Width around the line where it can be taken; odd, so the line lies in its middle."""


class Divider(QWidget):
    """Lies over the canvas, as high as it; the pointer's events on it are its own, so tools don't
    paint there. All else goes through to the canvas."""

    dragged = Signal(float)
    """x in the parent's logical pixels, where the line is wanted now."""

    def __init__(self, parent: QWidget, below: QWidget) -> None:
        """``below``: who gets the wheel."""
        super().__init__(parent)
        self._below = below
        self._grip: float | None = None
        self.setObjectName("canvas.divider")
        self.setCursor(QCursor(Qt.CursorShape.SplitHCursor))
        self.setAccessibleName(self.tr("Line between prediction and mask"))
        self.setToolTip(self.tr("Drag to see more of the prediction or of your mask"))
        self.hide()

    def place(self, x: float, height: int) -> None:
        """Lie over the line at ``x`` of the parent, full height."""
        self.setGeometry(QRect(round(x) - HANDLE // 2, 0, HANDLE + 1, height))

    def sizeHint(self) -> QSize:
        return QSize(HANDLE + 1, HANDLE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # What lies beside line and knob belongs to the canvas.
        middle = self.width() // 2
        line = QRegion(middle - _GRASP // 2, 0, _GRASP, self.height())
        knob = self._knob().adjusted(-2, -2, 2, 2).toAlignedRect()
        self.setMask(line.united(QRegion(knob, QRegion.RegionType.Ellipse)))
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position().x() - self.width() // 2
            self.update()
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.dragged.emit(self.mapToParent(event.position()).x() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = None
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooming goes on over the line."""
        position = self._below.mapFromGlobal(event.globalPosition())
        QApplication.sendEvent(
            self._below,
            QWheelEvent(
                position,
                event.globalPosition(),
                event.pixelDelta(),
                event.angleDelta(),
                event.buttons(),
                event.modifiers(),
                event.phase(),
                event.inverted(),
            ),
        )
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.width() // 2
        line = QRectF(middle - 1, 0, 2, self.height())
        painter.fillRect(line.adjusted(-1, 0, 1, 0), QColor(0, 0, 0, 130))
        painter.fillRect(line, QColor(255, 255, 255))
        knob = self._knob()
        painter.setPen(QPen(QColor(0, 0, 0, 130), 1))
        painter.setBrush(QColor(255, 255, 255) if self._grip is None else QColor(205, 224, 255))
        painter.drawEllipse(knob)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(40, 44, 52))
        at = knob.center()
        for way in (-1, 1):
            tip = QPointF(at.x() + way * 9, at.y())
            base = at.x() + way * 4
            painter.drawPolygon(
                QPolygonF((tip, QPointF(base, at.y() - 5), QPointF(base, at.y() + 5)))
            )
        painter.end()

    def _knob(self) -> QRectF:
        side = HANDLE - 4
        middle = self.width() // 2
        return QRectF(middle - side / 2, self.height() / 2 - side / 2, side, side)
