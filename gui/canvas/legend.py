"""The small key to the heat map's colours, at the canvas's bottom left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.canvas.palette import heat_color

_PADDING = 12
_BAR = QSize(120, 8)


class ConfidenceLegend(QWidget):
    """“sure ▬▬▬ unsure”, readable over any photo; lets the pointer through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Key of the confidence heat map"))
        self.adjustSize()

    def sizeHint(self) -> QSize:
        text = self.fontMetrics()
        words = text.horizontalAdvance(self._sure) + text.horizontalAdvance(self._unsure)
        return QSize(words + _BAR.width() + 2 * 8 + 2 * _PADDING, text.height() + 12)

    @property
    def _sure(self) -> str:
        return self.tr("sure")

    @property
    def _unsure(self) -> str:
        return self.tr("unsure")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(20, 20, 22, 210))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setPen(QColor(240, 240, 240))
        inner = QRectF(self.rect()).adjusted(_PADDING, 0, -_PADDING, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | middle, self._sure)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | middle, self._unsure)
        left = inner.left() + self.fontMetrics().horizontalAdvance(self._sure) + 8
        bar = QRectF(left, inner.center().y() - _BAR.height() / 2, _BAR.width(), _BAR.height())
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for step in range(9):
            color = QColor(*heat_color(step / 8))
            color.setAlphaF(min(1.0, step / 8 / 0.35))
            gradient.setColorAt(step / 8, color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 40))
        painter.drawRoundedRect(bar, 4, 4)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 4, 4)
        painter.end()
