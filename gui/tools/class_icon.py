"""A class's colour as a small square, for lists to choose from."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QWidget

SIDE = 16


def class_icon(color: tuple[int, int, int] | None, widget: QWidget) -> QIcon:
    """For ``widget``'s pixel ratio and palette; without a colour, an empty square: unlabelled."""
    ratio = widget.devicePixelRatioF()
    pixmap = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    edge = widget.palette().color(QPalette.ColorRole.WindowText)
    edge.setAlphaF(0.25 if color is not None else 0.5)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 1, Qt.PenStyle.SolidLine if color else Qt.PenStyle.DashLine))
    painter.setBrush(QColor(*color) if color is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(1.5, 1.5, SIDE - 3, SIDE - 3), 4, 4)
    painter.end()
    return QIcon(pixmap)
