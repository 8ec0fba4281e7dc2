"""How well predictions fitted: images by the IoU of their prediction and their mask."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

BINS = 20
"""Of 5 percent each."""
_LABELS = 22
_TOP = 18


class Histogram(QWidget):
    """Bars from 0 (nothing was right) to 100% (nothing was changed)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statistics.histogram")
        self._counts: list[int] = [0] * BINS
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_scores(self, scores: Sequence[float]) -> None:
        """``scores``: 0–1, one an image."""
        self._counts = np.histogram(scores, BINS, (0.0, 1.0))[0].tolist()
        best = max(range(BINS), key=lambda place: self._counts[place])
        self.setAccessibleName(
            self.tr("{0} images; most of them lie at {1}").format(len(scores), self._range(best))
        )
        self.update()

    @property
    def counts(self) -> list[int]:
        """Images in each of the bins."""
        return list(self._counts)

    def sizeHint(self) -> QSize:
        return QSize(360, 130)

    def _range(self, place: int) -> str:
        step = 100 // BINS
        return f"{place * step}–{(place + 1) * step}%"

    def _bar(self, place: int) -> QRectF:
        """The column of this bin, as high as the highest can be."""
        width = self.width() / BINS
        return QRectF(place * width, _TOP, width, self.height() - _TOP - _LABELS)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = self.palette().color(QPalette.ColorRole.Text)
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        small = QFont(self.font())
        small.setPointSizeF(max(7.0, self.font().pointSizeF() * 0.9))
        painter.setFont(small)
        highest = max(*self._counts, 1)
        for place, count in enumerate(self._counts):
            if not count:
                continue
            column = self._bar(place)
            height = max(2.0, column.height() * count / highest)
            bar = QRectF(column.left() + 1.5, column.bottom() - height, column.width() - 3, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(bar, 2, 2)
            number = f"{count:,}"
            width = painter.fontMetrics().horizontalAdvance(number) + 2
            if count == highest or width < column.width():
                painter.setPen(text)
                left = min(max(column.center().x() - width / 2, 0.0), self.width() - width)
                words = QRectF(left, bar.top() - _TOP, width, _TOP)
                painter.drawText(words, Qt.AlignmentFlag.AlignCenter, number)
        self._draw_axis(painter, quiet)
        painter.end()

    def _draw_axis(self, painter: QPainter, color: QColor) -> None:
        bottom = self.height() - _LABELS + 0.5
        painter.setPen(QPen(color, 1))
        painter.drawLine(QPointF(0, bottom), QPointF(self.width(), bottom))
        for percent in (0, 25, 50, 75, 100):
            x = self.width() * percent / 100
            words = QRectF(x - 30, bottom + 3, 60, _LABELS - 4)
            align = Qt.AlignmentFlag.AlignHCenter
            if percent == 0:
                words, align = words.translated(30, 0), Qt.AlignmentFlag.AlignLeft
            elif percent == 100:
                words, align = words.translated(-30, 0), Qt.AlignmentFlag.AlignRight
            painter.drawText(words, align | Qt.AlignmentFlag.AlignTop, f"{percent}%")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            place = min(BINS - 1, max(0, int(event.pos().x() * BINS / max(1, self.width()))))
            QToolTip.showText(
                event.globalPos(),
                self.tr("{0} images with {1}").format(self._counts[place], self._range(place)),
                self,
            )
            return True
        return super().event(event)
