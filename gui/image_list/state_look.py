"""How the states of an image look: a word, a colour and a shape each.

Shape and word say the same as the colour, for those who can't tell colours apart. The shapes are
drawn as vectors, so they are sharp at any pixel ratio.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF

from segmenter.project.state import ImageRecord, Side, State

_ON_LIGHT = {
    State.NEW: "#636c76",
    State.PREDICTED: "#1a62d6",
    State.CORRECTED: "#9a5b00",
    State.APPROVED: "#1a7f37",
    State.FAILED: "#cf222e",
}
_ON_DARK = {
    State.NEW: "#9aa4af",
    State.PREDICTED: "#6cb2ff",
    State.CORRECTED: "#f0b429",
    State.APPROVED: "#56d364",
    State.FAILED: "#ff7b72",
}


def state_word(state: State) -> str:
    """As shown in the list, in the user's language."""
    return {
        State.NEW: QCoreApplication.translate("State", "New"),
        State.PREDICTED: QCoreApplication.translate("State", "Predicted"),
        State.CORRECTED: QCoreApplication.translate("State", "Corrected"),
        State.APPROVED: QCoreApplication.translate("State", "Approved"),
        State.FAILED: QCoreApplication.translate("State", "Failed"),
    }[state]


def record_words(record: ImageRecord) -> str:
    """The state, and the side that the image is pinned to."""
    words = state_word(record.state)
    if record.side is Side.TRAINING:
        words += QCoreApplication.translate("Side", " · pinned to training")
    elif record.side is Side.VALIDATION:
        words += QCoreApplication.translate("Side", " · pinned to validation")
    return words


def state_color(state: State, palette: QPalette) -> QColor:
    """At least 4.5 : 1 against the list's own surface, light or dark."""
    dark = palette.color(QPalette.ColorRole.Base).lightness() < 128
    return QColor((_ON_DARK if dark else _ON_LIGHT)[state])


def draw_badge(painter: QPainter, state: State, rect: QRectF, color: QColor) -> None:
    """The state's shape in a square ``rect``, 12 logical pixels or more."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / 12, rect.height() / 12)
    line = QPen(color, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    line.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _SHAPES[state](painter, color)
    painter.restore()


def _ring(painter: QPainter, color: QColor) -> None:
    painter.drawEllipse(QPointF(6, 6), 4.5, 4.5)


def _diamond(painter: QPainter, color: QColor) -> None:
    painter.setBrush(color)
    corners = (QPointF(6, 1.2), QPointF(10.8, 6), QPointF(6, 10.8), QPointF(1.2, 6))
    painter.drawPolygon(QPolygonF(corners))


def _pencil(painter: QPainter, color: QColor) -> None:
    body = (QPointF(1.5, 10.5), QPointF(2.2, 7.6), QPointF(8.2, 1.6), QPointF(10.4, 3.8))
    painter.drawPolygon(QPolygonF((*body, QPointF(4.4, 9.8))))
    painter.drawLine(QPointF(6.6, 3.2), QPointF(8.8, 5.4))


def _tick_on_disc(painter: QPainter, color: QColor) -> None:
    _disc(painter, color)
    painter.drawPolyline(QPolygonF((QPointF(3.3, 6.2), QPointF(5.2, 8.1), QPointF(8.7, 4.2))))


def _exclamation_on_disc(painter: QPainter, color: QColor) -> None:
    _disc(painter, color)
    painter.drawLine(QPointF(6, 3.2), QPointF(6, 6.4))
    painter.drawPoint(QPointF(6, 8.8))


def _disc(painter: QPainter, color: QColor) -> None:
    """And a pen to draw on it with: white on a dark disc, black on a light one."""
    painter.setBrush(color)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(6, 6), 5.5, 5.5)
    contrast = QColor("#10151b") if color.lightness() > 140 else QColor("#ffffff")
    painter.setPen(QPen(contrast, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)


_SHAPES = {
    State.NEW: _ring,
    State.PREDICTED: _diamond,
    State.CORRECTED: _pencil,
    State.APPROVED: _tick_on_disc,
    State.FAILED: _exclamation_on_disc,
}
