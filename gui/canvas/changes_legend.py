"""The key to the marks of changed pixels, at the canvas's bottom right."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.canvas.changes import Change, MarkSize, mark_table, marks
from gui.canvas.corner_label import GROUND, INK

_SWATCH = QSize(24, 14)
_PADDING = 12
_GAP = 6
_BETWEEN = 16


class ChangesLegend(QWidget):
    """Each mark beside its word, drawn as it is on the image; lets the pointer through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.changes_legend")
        self._colors = mark_table()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Key of the changed pixels"))
        self.hide()

    @property
    def _entries(self) -> tuple[tuple[Change, str], ...]:
        return (
            (Change.ADDED, self.tr("added")),
            (Change.REMOVED, self.tr("removed")),
            (Change.RECLASSED, self.tr("other class")),
        )

    def sizeHint(self) -> QSize:
        text = self.fontMetrics()
        width = 2 * _PADDING + _BETWEEN * (len(self._entries) - 1)
        for _, word in self._entries:
            width += _SWATCH.width() + _GAP + text.horizontalAdvance(word)
        return QSize(width, text.height() + 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setPen(INK)
        left = float(_PADDING)
        for change, word in self._entries:
            swatch = self._swatch(change)
            painter.drawImage(QPointF(left, (self.height() - _SWATCH.height()) / 2), swatch)
            left += _SWATCH.width() + _GAP
            width = self.fontMetrics().horizontalAdvance(word)
            place = QRectF(left, 0, width + 1, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, word)
            left += width + _BETWEEN
        painter.end()

    def _swatch(self, change: Change) -> QImage:
        ratio = self.devicePixelRatioF()
        size = MarkSize.for_pixel_ratio(ratio)
        width, height = round(_SWATCH.width() * ratio), round(_SWATCH.height() * ratio)
        kinds = np.full((height, width), change, np.uint8)
        # An edge all around: beyond it nothing was changed.
        kinds = np.pad(kinds, size.reach)
        values = marks(kinds, size.reach, size, 0, 0)
        image = QImage(values.data, width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable(self._colors)
        drawn = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        drawn.setDevicePixelRatio(ratio)
        return drawn
