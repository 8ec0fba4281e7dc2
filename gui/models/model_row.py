"""How a model looks in the list, and the heading of a group."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gui.icons import tinted_pixmap
from gui.models.entries import ModelEntry
from gui.models.model_words import facts_of
from gui.widgets.row_ground import draw_ground, faint

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
STATE_ROLE = Qt.ItemDataRole.UserRole + 2
HEADING_ROLE = Qt.ItemDataRole.UserRole + 3
ROW_HEIGHT = 50
HEADING_HEIGHT = 32
_SIGN = 16


class ModelRow(QStyledItemDelegate):
    """Title and state above, score, day and size below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        is_heading = index.data(HEADING_ROLE) is not None
        return QSize(160, HEADING_HEIGHT if is_heading else ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        heading = index.data(HEADING_ROLE)
        if heading is not None:
            _draw_heading(painter, option, heading)
        else:
            _draw_entry(painter, option, index.data(ENTRY_ROLE), index.data(STATE_ROLE))
        painter.restore()


def _draw_heading(painter: QPainter, option: QStyleOptionViewItem, words: str) -> None:
    font = QFont(option.font)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
    rect: QRect = option.rect
    painter.drawText(
        rect.adjusted(14, 8, -12, 0),
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
        words,
    )


def _draw_entry(
    painter: QPainter, option: QStyleOptionViewItem, entry: ModelEntry, state: str
) -> None:
    rect: QRect = option.rect
    colors: QPalette = option.palette
    strong = draw_ground(painter, option)
    role = QPalette.ColorRole.HighlightedText if strong else QPalette.ColorRole.Text
    text = colors.color(role)
    if not entry.is_here and not strong:
        text = faint(text, 0.75)
    words = QRect(rect).adjusted(14, 6, -14, -6)
    upper = QRect(words.left(), words.top(), words.width(), words.height() // 2)
    lower = QRect(words.left(), upper.bottom() + 1, words.width(), words.height() // 2)
    middle = Qt.AlignmentFlag.AlignVCenter
    small = QFont(option.font)
    small.setPointSizeF(max(7.0, small.pointSizeF() * 0.9))
    if state:
        painter.setFont(small)
        painter.setPen(text if strong else colors.color(QPalette.ColorRole.Link))
        painter.drawText(upper, Qt.AlignmentFlag.AlignRight | middle, state)
        upper.setRight(upper.right() - QFontMetrics(small).horizontalAdvance(state) - 10)
    title = QFont(option.font)
    title.setWeight(QFont.Weight.DemiBold if state else QFont.Weight.Normal)
    painter.setFont(title)
    painter.setPen(text)
    _draw_words(painter, upper, entry.title.replace("\n", " "), QFontMetrics(title))
    painter.setFont(small)
    painter.setPen(faint(text, 0.75))
    if entry.trouble:
        color = text if strong else QColor(colors.color(QPalette.ColorRole.Text))
        sign = tinted_pixmap("warning", _SIGN, color, painter.device().devicePixelRatioF())
        painter.drawPixmap(lower.left(), lower.center().y() - _SIGN // 2 + 1, sign)
        lower.setLeft(lower.left() + _SIGN + 6)
        _draw_words(painter, lower, entry.trouble, QFontMetrics(small))
        return
    _draw_words(painter, lower, "  ·  ".join(facts_of(entry)), QFontMetrics(small))


def _draw_words(painter: QPainter, rect: QRect, words: str, metrics: QFontMetrics) -> None:
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
