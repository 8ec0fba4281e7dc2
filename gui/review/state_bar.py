"""How many images are in which state, as one bar with a key below it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.image_list.state_look import draw_badge, state_color, state_word
from segmenter.project.state import State

ORDER = (State.APPROVED, State.CORRECTED, State.PREDICTED, State.NEW, State.FAILED)
"""From what is done to what is not."""
_BAR = 14
_BADGE = 12
_GAP = 6
_BETWEEN = 22


class StateBar(QWidget):
    """Shares as widths; shape, word and number say the same as the colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statistics.states")
        self._states: dict[State, int] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_states(self, states: Mapping[State, int]) -> None:
        self._states = {state: states.get(state, 0) for state in ORDER if states.get(state, 0)}
        self.setAccessibleName(", ".join(self._words(state) for state in self._states))
        self._fit_height()
        self.update()

    def _words(self, state: State) -> str:
        return f"{self._states[state]:,} {state_word(state).lower()}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_height()
        super().resizeEvent(event)

    def _fit_height(self) -> None:
        # Layouts within scroll areas ask for a height before they know the width.
        self.setFixedHeight(self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return round(places[-1][1].y()) + self._line if places else _BAR

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(self.width()))

    @property
    def _line(self) -> int:
        return max(_BADGE, self.fontMetrics().height()) + 4

    def _places(self, width: int) -> list[tuple[State, QPointF]]:
        """Where the entries of the key begin; as many lines as it takes."""
        places = []
        x, y = 0.0, _BAR + 10.0
        for state in self._states:
            needed = _BADGE + _GAP + self.fontMetrics().horizontalAdvance(self._words(state))
            if x and x + needed > width:
                x, y = 0.0, y + self._line
            places.append((state, QPointF(x, y)))
            x += needed + _BETWEEN
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_bar(painter, QRectF(0, 0, self.width(), _BAR))
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        for state, at in self._places(self.width()):
            middle = at.y() + self._line / 2
            badge = QRectF(at.x(), middle - _BADGE / 2, _BADGE, _BADGE)
            draw_badge(painter, state, badge, state_color(state, self.palette()))
            left = badge.right() + _GAP
            place = QRectF(left, at.y(), self.width() - left, self._line)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._words(state))
        painter.end()

    def _draw_bar(self, painter: QPainter, bar: QRectF) -> None:
        frame = QPainterPath()
        frame.addRoundedRect(bar, _BAR / 2, _BAR / 2)
        painter.save()
        painter.setClipPath(frame)
        empty = self.palette().color(QPalette.ColorRole.Text)
        empty.setAlphaF(0.1)
        painter.fillRect(bar, empty)
        left, total = bar.left(), sum(self._states.values())
        for number, (state, images) in enumerate(self._states.items()):
            width = bar.width() * images / total
            # A gap, so that neighbours are told apart without their colours; none is left out
            # for being few.
            gap = 2 if number else 0
            part = QRectF(left + gap, bar.top(), max(2.0, width - gap), bar.height())
            painter.fillRect(part, state_color(state, self.palette()))
            left += width
        painter.restore()
