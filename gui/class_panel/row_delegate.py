"""How a class looks in its list: eye, colour, name, number."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.class_panel.model import Index, Role, can_be_hidden
from segmenter.project.classes import LabelClass

ROW_HEIGHT = 32
_EYE = 16
_SWATCH = 16
_LASHES = (((3.2, 10.2), (1.9, 12.0)), ((8.0, 11.0), (8.0, 13.3)), ((12.8, 10.2), (14.1, 12.0)))
"""Of a closed eye, in its own 16 × 16 units."""


def eye_area(row: QRect) -> QRect:
    """Where a click on a row hits its eye: generous, it is a small thing to aim at."""
    return QRect(row.left(), row.top(), 12 + _EYE + 6, row.height())


class ClassRowDelegate(QStyledItemDelegate):
    """Draws a :class:`LabelClass`; a hidden one is pale, with its colour as a ring alone."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        label_class: LabelClass | None = index.data(Role.LABEL_CLASS)
        if label_class is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        text = _draw_ground(painter, option)
        eye = QRectF(rect.left() + 12, rect.center().y() - _EYE / 2 + 1, _EYE, _EYE)
        if can_be_hidden(label_class):
            _draw_eye(painter, eye, _faint(text, 0.85 if label_class.visible else 0.4),
                      closed=not label_class.visible)  # fmt: skip
        swatch = QRectF(eye.right() + 8, rect.center().y() - _SWATCH / 2 + 1, _SWATCH, _SWATCH)
        _draw_swatch(painter, swatch, label_class, text)
        right = _draw_number(painter, rect, label_class.id, option.font, text)
        name = QRect(rect)
        name.setLeft(round(swatch.right()) + 8)
        name.setRight(right - 8)
        painter.setFont(option.font)
        painter.setPen(text if label_class.visible else _faint(text, 0.55))
        elided = QFontMetrics(option.font).elidedText(
            label_class.name.replace("\n", " "), Qt.TextElideMode.ElideRight, name.width()
        )
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(name, middle, elided)
        painter.restore()


def _draw_ground(painter: QPainter, option: QStyleOptionViewItem) -> QColor:
    """The row's background; the colour its text has on it."""
    colors: QPalette = option.palette
    state: QStyle.StateFlag = option.state
    ground = QRectF(option.rect).adjusted(4, 1, -4, -1)
    painter.setPen(Qt.PenStyle.NoPen)
    text = colors.color(QPalette.ColorRole.Text)
    if state & QStyle.StateFlag.State_Selected:
        highlight = colors.color(QPalette.ColorRole.Highlight)
        focused = bool(state & QStyle.StateFlag.State_Active) and bool(
            state & QStyle.StateFlag.State_HasFocus
        )
        painter.setBrush(highlight if focused else _faint(highlight, 0.22))
        painter.drawRoundedRect(ground, 6, 6)
        return colors.color(QPalette.ColorRole.HighlightedText) if focused else text
    if state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(_faint(text, 0.06))
        painter.drawRoundedRect(ground, 6, 6)
    return text


def _draw_swatch(painter: QPainter, rect: QRectF, label_class: LabelClass, text: QColor) -> None:
    color = QColor(*label_class.color)
    inner = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if not can_be_hidden(label_class):
        # An empty box, struck through: nothing is painted for it.
        painter.setPen(QPen(_faint(text, 0.4), 1))
        painter.drawRoundedRect(inner, 4, 4)
        painter.drawLine(inner.bottomLeft() + QPointF(3, -3), inner.topRight() + QPointF(-3, 3))
    elif label_class.visible:
        painter.setBrush(color)
        painter.setPen(QPen(_faint(text, 0.25), 1))
        painter.drawRoundedRect(inner, 4, 4)
    else:
        painter.setPen(QPen(color, 2))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)


def _draw_number(painter: QPainter, row: QRect, class_id: int, font: QFont, text: QColor) -> int:
    """The id, at the right; returns where it begins."""
    small = QFont(font)
    small.setPointSizeF(max(7.0, font.pointSizeF() * 0.9))
    metrics = QFontMetrics(small)
    number = str(class_id)
    width = max(20, metrics.horizontalAdvance(number) + 8)
    cap = QRectF(row.right() - 12 - width, row.center().y() - 9 + 1, width, 18)
    painter.setFont(small)
    painter.setPen(_faint(text, 0.7))
    painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, number)
    return round(cap.left())


def _draw_eye(painter: QPainter, rect: QRectF, color: QColor, *, closed: bool) -> None:
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / 16, rect.height() / 16)
    pen = QPen(color, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    lid = QPainterPath(QPointF(1.2, 8))
    if closed:
        lid.quadTo(QPointF(8, 14), QPointF(14.8, 8))
        painter.drawPath(lid)
        for start, end in _LASHES:
            painter.drawLine(QPointF(*start), QPointF(*end))
    else:
        lid.cubicTo(QPointF(4.2, 2.6), QPointF(11.8, 2.6), QPointF(14.8, 8))
        lid.cubicTo(QPointF(11.8, 13.4), QPointF(4.2, 13.4), QPointF(1.2, 8))
        painter.drawPath(lid)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(8, 8), 1.9, 1.9)
    painter.restore()


def _faint(color: QColor, alpha: float) -> QColor:
    faint = QColor(color)
    faint.setAlphaF(alpha)
    return faint
