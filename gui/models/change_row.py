"""How a compared image looks in the list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.models.change_words import change_of, change_text, tone_color, tone_of
from gui.widgets.row_ground import faint
from segmenter.training.comparison import ImageChange
from segmenter.wording import percent

CHANGE_ROLE = Qt.ItemDataRole.UserRole + 1
THUMBNAIL = QSize(56, 42)
"""Logical pixels."""
ROW_HEIGHT = 54
_GAP = 8


class ChangeRow(QStyledItemDelegate):
    """Thumbnail, name, IoU with the old and the new model, and the change."""

    def __init__(
        self, thumbnail_of: Callable[[str], QImage | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thumbnail_of = thumbnail_of

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(160, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        image: ImageChange = index.data(CHANGE_ROLE)
        colors: QPalette = option.palette
        text = colors.color(QPalette.ColorRole.Text)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_ground(painter, option)
        place = QRect(rect.left() + 10, rect.top() + 6, THUMBNAIL.width(), THUMBNAIL.height())
        self._draw_thumbnail(painter, place, image.name, text)
        words = QRect(rect)
        words.setLeft(place.right() + 12)
        words.setRight(rect.right() - 12)
        upper = words.adjusted(0, 7, 0, -words.height() // 2)
        lower = words.adjusted(0, words.height() // 2, 0, -7)
        font: QFont = option.font
        painter.setFont(font)
        painter.setPen(text)
        middle = Qt.AlignmentFlag.AlignVCenter
        name = option.fontMetrics.elidedText(
            image.name.replace("\n", " "), Qt.TextElideMode.ElideMiddle, upper.width()
        )
        painter.drawText(upper, Qt.AlignmentFlag.AlignLeft | middle, name)
        change = change_of(image.old, image.new)
        painter.setPen(faint(text, 0.75))
        painter.drawText(
            lower,
            Qt.AlignmentFlag.AlignLeft | middle,
            f"{percent(image.old)} → {percent(image.new)}",
        )
        strong = QFont(font)
        strong.setWeight(QFont.Weight.DemiBold)
        painter.setFont(strong)
        painter.setPen(tone_color(tone_of(change), colors))
        painter.drawText(lower, Qt.AlignmentFlag.AlignRight | middle, change_text(change))
        painter.restore()

    def _draw_thumbnail(self, painter: QPainter, place: QRect, name: str, text: QColor) -> None:
        thumbnail = self._thumbnail_of(name)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(place), 4, 4)
        if thumbnail is None:
            painter.fillPath(frame, faint(text, 0.10))
            return
        painter.save()
        painter.setClipPath(frame)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, thumbnail)
        painter.restore()
        painter.strokePath(frame, QPen(faint(text, 0.14), 1))


def _draw_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Pale, so that the colour of the change stays readable on it."""
    state: QStyle.StateFlag = option.state
    colors: QPalette = option.palette
    ground = QRectF(option.rect).adjusted(4, 1, -4, -1)
    if state & QStyle.StateFlag.State_Selected:
        highlight = colors.color(QPalette.ColorRole.Highlight)
        focused = state & QStyle.StateFlag.State_HasFocus
        painter.setPen(QPen(highlight, 1) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(faint(highlight, 0.18))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint(colors.color(QPalette.ColorRole.Text), 0.06))
    else:
        return
    painter.drawRoundedRect(ground, 6, 6)
