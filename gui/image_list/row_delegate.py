"""How a row of the image list looks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gui.icons import tinted_pixmap
from gui.image_list.model import Index, Role, percent
from gui.image_list.state_look import draw_badge, state_color, state_word
from gui.image_list.thumbnail_loader import Thumbnail
from gui.widgets.row_ground import draw_ground, faint
from segmenter.project.state import ImageRecord, State

THUMBNAIL = QSize(64, 48)
"""Logical pixels."""
ROW_HEIGHT = 64
_GAP = 8
_PIN = 14
_BADGE = 12
_BAR = QSize(32, 4)


class RowDelegate(QStyledItemDelegate):
    """Thumbnail, name, state and how uncertain; draws, and asks ``thumbnail_of`` for pictures."""

    def __init__(
        self, thumbnail_of: Callable[[str], Thumbnail | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thumbnail_of = thumbnail_of

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        record: ImageRecord | None = index.data(Role.RECORD)
        if record is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        chosen = draw_ground(painter, option)
        colors: QPalette = option.palette
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        text = colors.color(role)
        picture = QRect(
            rect.left() + 2 * _GAP - 4, rect.top() + _GAP, THUMBNAIL.width(), THUMBNAIL.height()
        )
        self._draw_thumbnail(painter, picture, record, text)
        words = QRect(picture.right() + 1 + 12, rect.top() + 12, 0, rect.height() - 24)
        words.setRight(rect.right() - 2 * _GAP)
        font: QFont = option.font
        upper = QRect(words.left(), words.top(), words.width(), words.height() // 2)
        lower = QRect(words.left(), upper.bottom() + 1, words.width(), words.height() // 2)
        _draw_name(painter, upper, record.name, font, text)
        _draw_state(painter, lower, record, option, text if chosen else None)
        painter.restore()

    def _draw_thumbnail(
        self, painter: QPainter, rect: QRect, record: ImageRecord, text: QColor
    ) -> None:
        thumbnail = self._thumbnail_of(record.name)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(rect), 4, 4)
        if thumbnail is None or thumbnail.image is None:
            painter.fillPath(frame, faint(text, 0.10))
            if thumbnail is not None:
                _draw_broken(painter, QRectF(rect), faint(text, 0.55))
            return
        painter.save()
        painter.setClipPath(frame)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(rect, thumbnail.image)
        painter.restore()
        # A hair line keeps white photos apart from a white list.
        painter.strokePath(frame, QPen(faint(text, 0.14), 1))


def _draw_name(painter: QPainter, rect: QRect, name: str, font: QFont, color: QColor) -> None:
    """The file's name in full where there is room, its folder before it, paler."""
    folder, _, file = name.replace("\n", " ").rpartition("/")
    painter.setFont(font)
    metrics = QFontMetrics(font)
    middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    file = metrics.elidedText(file, Qt.TextElideMode.ElideMiddle, rect.width())
    left = rect.left()
    room = rect.width() - metrics.horizontalAdvance(file)
    if folder and room > metrics.horizontalAdvance("…/"):
        shown = metrics.elidedText(folder, Qt.TextElideMode.ElideLeft, room - 8) + "/"
        painter.setPen(faint(color, 0.6))
        painter.drawText(rect, middle, shown)
        left += metrics.horizontalAdvance(shown)
    painter.setPen(color)
    painter.drawText(QRect(left, rect.top(), rect.right() - left + 1, rect.height()), middle, file)


def _draw_state(
    painter: QPainter,
    rect: QRect,
    record: ImageRecord,
    option: QStyleOptionViewItem,
    on_highlight: QColor | None,
) -> None:
    font: QFont = option.font
    colors: QPalette = option.palette
    small = QFont(font)
    small.setPointSizeF(max(7.0, font.pointSizeF() * 0.9))
    metrics = QFontMetrics(small)
    color = on_highlight or state_color(record.state, colors)
    top = rect.center().y() - _BADGE / 2 + 1
    draw_badge(painter, record.state, QRectF(rect.left(), top, _BADGE, _BADGE), color)
    painter.setFont(small)
    painter.setPen(color)
    words = QRect(rect)
    words.setLeft(rect.left() + _BADGE + 6)
    flags = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(words, Qt.AlignmentFlag.AlignLeft | flags, state_word(record.state))
    state_width = metrics.horizontalAdvance(state_word(record.state))
    if record.side is not None:
        ratio = painter.device().devicePixelRatioF()
        pin = tinted_pixmap(f"pin-{record.side}", _PIN, color, ratio)
        left = words.left() + state_width + 5
        painter.drawPixmap(left, rect.center().y() - _PIN // 2 + 1, pin)
        state_width += 5 + _PIN
    if record.uncertainty is None:
        return
    text = on_highlight or colors.color(QPalette.ColorRole.Text)
    figure = percent(record.uncertainty)
    painter.setPen(faint(text, 0.75))
    painter.drawText(words, Qt.AlignmentFlag.AlignRight | flags, figure)
    bar = QRectF(
        words.right() - metrics.horizontalAdvance("100%") - 6 - _BAR.width(),
        rect.center().y() - _BAR.height() / 2 + 1,
        _BAR.width(),
        _BAR.height(),
    )
    if record.state is not State.PREDICTED:
        return  # someone has looked at it: the figure explains its place, no more
    if bar.left() < words.left() + state_width + 8:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faint(text, 0.16))
    painter.drawRoundedRect(bar, 2, 2)
    bar.setWidth(max(_BAR.height(), bar.width() * min(1.0, record.uncertainty)))
    painter.setBrush(color)
    painter.drawRoundedRect(bar, 2, 2)


def _draw_broken(painter: QPainter, rect: QRectF, color: QColor) -> None:
    """A picture frame with a crack: the file is there, the image is not."""
    painter.setPen(QPen(color, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = rect.center()
    frame = QRectF(middle.x() - 10, middle.y() - 8, 20, 16)
    painter.drawRoundedRect(frame, 2, 2)
    crack = (
        QPointF(middle.x() + 2, frame.top()),
        QPointF(middle.x() - 3, middle.y() - 1),
        QPointF(middle.x() + 2, middle.y() + 2),
        QPointF(middle.x() - 2, frame.bottom()),
    )
    painter.drawPolyline(crack)
