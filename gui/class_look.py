"""How a class looks wherever it is named: a small square in its colour."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from segmenter.project.classes import BACKGROUND, LabelClass

ICON_SIDE = 14
"""Of an icon, in pixels, unless another one is wanted."""
_Color = tuple[int, int, int]


def draw_class(
    painter: QPainter, square: QRectF, label_class: LabelClass | None, ink: QColor
) -> None:
    """Draw it into ``square``; ``ink`` is the colour of the words beside it.

    The background is an empty square struck through, since it is never painted over the image;
    None, for unlabelled, an empty one with a broken edge.
    """
    _draw(painter, square, _fill_of(label_class), _edge(label_class, ink), label_class is None)


def class_icon(label_class: LabelClass | None, beside: QWidget, side: int = ICON_SIDE) -> QIcon:
    """The same as an icon, for a widget's pixel ratio and palette."""
    ink = beside.palette().color(QPalette.ColorRole.WindowText)
    edge = _edge(label_class, ink).rgba()
    fill = _fill_of(label_class)
    return _icon(fill, edge, label_class is None, side, beside.devicePixelRatioF())


def _fill_of(label_class: LabelClass | None) -> _Color | None:
    if label_class is None or label_class.name == BACKGROUND:
        return None
    return label_class.color


def _edge(label_class: LabelClass | None, ink: QColor) -> QColor:
    edge = QColor(ink)
    edge.setAlphaF(0.5 if _fill_of(label_class) is None else 0.25)
    return edge


def _draw(
    painter: QPainter, square: QRectF, fill: _Color | None, edge: QColor, is_broken: bool
) -> None:
    inner = square.adjusted(0.5, 0.5, -0.5, -0.5)
    radius = square.width() / 4
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    style = Qt.PenStyle.DashLine if is_broken else Qt.PenStyle.SolidLine
    painter.setPen(QPen(edge, 1, style))
    painter.setBrush(QColor(*fill) if fill is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(inner, radius, radius)
    if fill is None and not is_broken:
        inset = QPointF(radius * 0.75, -radius * 0.75)
        painter.drawLine(inner.bottomLeft() + inset, inner.topRight() - inset)


@cache
def _icon(fill: _Color | None, edge: int, is_broken: bool, side: int, ratio: float) -> QIcon:
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _draw(painter, QRectF(0, 0, side, side), fill, QColor.fromRgba(edge), is_broken)
    painter.end()
    return QIcon(pixmap)
