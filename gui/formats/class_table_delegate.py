"""Draws the table of incoming classes, and offers what a class can become."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.class_dialogs.class_choice import class_icon
from gui.formats.class_table_model import (
    BECOMES,
    PIXELS,
    SWATCH_ROLE,
    ClassTableModel,
    Index,
    becoming_words,
)
from gui.icons import tinted_pixmap
from gui.widgets.row_ground import faint

ROW = 30
_PAD = 8
_CHEVRON = 12
_SWATCH = 14


class BecomesDelegate(QStyledItemDelegate):
    """Draws what can be chosen as boxes are drawn, without a widget for each of 255 rows."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette: QPalette = option.palette
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        text = palette.color(QPalette.ColorRole.Text)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected and self._view.hasFocus():
            painter.fillRect(rect, faint(palette.color(QPalette.ColorRole.Highlight), 0.22))
        inner = QRectF(rect).adjusted(_PAD, 0, -_PAD, 0)
        if index.column() == BECOMES:
            inner.setRight(self._draw_box(painter, option))
        color = index.data(SWATCH_ROLE)
        if color is not None:
            swatch = QRectF(inner.left() + 0.5, rect.center().y() - 6.5, 14, 14)
            painter.setPen(QPen(faint(text, 0.25), 1))
            painter.setBrush(QColor(*color))
            painter.drawRoundedRect(swatch, 3, 3)
            inner.setLeft(swatch.right() + 8)
        is_pale = color is None
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText) if is_pale else text)
        words = option.fontMetrics.elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, int(inner.width())
        )
        side = (
            Qt.AlignmentFlag.AlignRight if index.column() == PIXELS else Qt.AlignmentFlag.AlignLeft
        )
        painter.setFont(option.font)
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _draw_box(self, painter: QPainter, option: QStyleOptionViewItem) -> float:
        """Where its words have to end."""
        palette: QPalette = option.palette
        state: QStyle.StateFlag = option.state
        box = QRectF(option.rect).adjusted(2.5, 2.5, -2.5, -2.5)
        is_under = bool(state & QStyle.StateFlag.State_MouseOver)
        ground = QPalette.ColorRole.Midlight if is_under else QPalette.ColorRole.Button
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(palette.color(ground))
        painter.drawRoundedRect(box, 5, 5)
        ratio = self._view.devicePixelRatioF()
        grey = palette.color(QPalette.ColorRole.PlaceholderText)
        left, top = int(box.right()) - _CHEVRON - 6, int(box.center().y()) - _CHEVRON // 2 + 1
        painter.drawPixmap(left, top, tinted_pixmap("section-open", _CHEVRON, grey, ratio))
        return box.right() - _CHEVRON - 10

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        assert isinstance(model, ClassTableModel)
        assert model.mapping is not None
        box = QComboBox(parent)
        box.setObjectName("import.becomes")
        box.setMaxVisibleItems(16)
        incoming = model.mapping.matches[index.row()].incoming
        for each in model.mapping.choices(index.row()):
            if each.name:
                box.addItem(class_icon(each.existing or incoming, box), becoming_words(each), each)
            else:
                box.addItem(_no_icon(), becoming_words(each), each)
        box.activated.connect(lambda _: self._end(box))
        QTimer.singleShot(0, box, box.showPopup)
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        model = index.model()
        assert isinstance(editor, QComboBox)
        assert isinstance(model, ClassTableModel)
        assert model.mapping is not None
        choices = model.mapping.choices(index.row())
        chosen = model.mapping.chosen(index.row())
        editor.setCurrentIndex(choices.index(chosen) if chosen in choices else -1)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData())

    def _end(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)


def _no_icon() -> QIcon:
    """As wide as those of the classes."""
    empty = QPixmap(_SWATCH, _SWATCH)
    empty.fill(Qt.GlobalColor.transparent)
    return QIcon(empty)
