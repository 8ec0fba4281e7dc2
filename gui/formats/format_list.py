"""The formats to choose from: what each is called, what it is for, and whether it is exact."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.widgets.row_ground import draw_ground, faint
from gui.widgets.row_list_view import RowListView
from segmenter.formats.format import Format

Index = QModelIndex | QPersistentModelIndex
_FORMAT = Qt.ItemDataRole.UserRole
_PAD = 12
_LINES = 2
"""That the summary may take."""


class FormatList(RowListView):
    """One row a format; the arrow keys choose, and the first letters of a title."""

    chosen = Signal(object)
    """The Format that is chosen now."""

    def __init__(self, formats: Sequence[Format], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export.formats")
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("Formats"))
        self.setViewportMargins(0, 4, 0, 4)
        self._formats = tuple(formats)
        self.setModel(_Model(self._formats, self))
        self.setItemDelegate(_Delegate(self))
        self.selectionModel().currentChanged.connect(self._tell)

    @property
    def format(self) -> Format | None:
        """None where there is none to choose."""
        row = self.currentIndex().row()
        return self._formats[row] if row >= 0 else None

    def choose(self, key: str) -> None:
        """The format of this key, or else the first."""
        rows = [row for row, each in enumerate(self._formats) if each.key == key]
        if self._formats:
            index = self.model().index(rows[0] if rows else 0, 0)
            self.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.scrollTo(index)

    def _tell(self) -> None:
        self.chosen.emit(self.format)


class _Model(QAbstractListModel):
    def __init__(self, formats: Sequence[Format], parent: QWidget) -> None:
        super().__init__(parent)
        self._formats = formats

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self._formats)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        each = self._formats[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return each.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return _sentence(each)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{each.title}, {exactness(each)}. {_sentence(each)}"
        if role == _FORMAT:
            return each
        return None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = option.fontMetrics.lineSpacing()
        return QSize(200, (1 + _LINES) * line + 16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        each: Format = index.data(_FORMAT)
        palette: QPalette = option.palette
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_strong = draw_ground(painter, option)
        role = QPalette.ColorRole.HighlightedText if is_strong else QPalette.ColorRole.Text
        ink = palette.color(role)
        pale = faint(ink, 0.85) if is_strong else palette.color(QPalette.ColorRole.PlaceholderText)
        inner = QRectF(option.rect).adjusted(_PAD, 7, -_PAD, -7)
        line = option.fontMetrics.lineSpacing()
        tag = "" if each.is_exact else exactness(each)
        small = QFont(option.font)
        small.setPointSizeF(option.font.pointSizeF() * 0.9)
        room = QFontMetrics(small).horizontalAdvance(tag) + 8
        top = QRectF(inner.left(), inner.top(), inner.width(), line)
        painter.setFont(small)
        painter.setPen(pale)
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tag)
        strong = QFont(option.font)
        strong.setWeight(QFont.Weight.DemiBold)
        painter.setFont(strong)
        painter.setPen(ink)
        title = QFontMetrics(strong).elidedText(
            each.title, Qt.TextElideMode.ElideRight, int(inner.width() - room)
        )
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(option.font)
        painter.setPen(pale)
        below = inner.adjusted(0, line + 1, 0, 0)
        wraps = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(below, int(wraps) | int(Qt.TextFlag.TextWordWrap), _sentence(each))
        painter.restore()


def exactness(format: Format) -> str:
    """In a word or two. Exact is what all should be, so the list shows the other alone."""
    return "exact" if format.is_exact else "outlines, not exact"


def _sentence(format: Format) -> str:
    return format.summary[:1].upper() + format.summary[1:]
