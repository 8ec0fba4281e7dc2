"""Draws a table of classes, and offers what a class can become."""

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

from gui.class_look import class_icon
from gui.formats.class_rows import ClassRows
from gui.formats.class_table_model import BECOMES, FIGURE, SWATCH_ROLE, ClassTableModel, Index
from gui.icons import tinted_pixmap
from gui.widgets.number_field import NumberField
from gui.widgets.row_ground import faint
from segmenter.project.classes import MAX_CLASS_ID

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
        can_change = bool(index.flags() & Qt.ItemFlag.ItemIsEditable)
        if index.column() == BECOMES:
            inner.setRight(self._draw_box(painter, option))
        elif can_change:
            self._draw_field(painter, option)
        color = index.data(SWATCH_ROLE)
        if color is not None:
            swatch = QRectF(inner.left() + 0.5, rect.center().y() - 6.5, 14, 14)
            painter.setPen(QPen(faint(text, 0.25), 1))
            painter.setBrush(QColor(*color))
            painter.drawRoundedRect(swatch, 3, 3)
            inner.setLeft(swatch.right() + 8)
        is_pale = color is None and not (can_change and index.column() == FIGURE)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText) if is_pale else text)
        words = option.fontMetrics.elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, int(inner.width())
        )
        side = (
            Qt.AlignmentFlag.AlignRight if index.column() == FIGURE else Qt.AlignmentFlag.AlignLeft
        )
        painter.setFont(option.font)
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _draw_field(self, painter: QPainter, option: QStyleOptionViewItem) -> QRectF:
        palette: QPalette = option.palette
        state: QStyle.StateFlag = option.state
        box = QRectF(option.rect).adjusted(2.5, 2.5, -2.5, -2.5)
        is_under = bool(state & QStyle.StateFlag.State_MouseOver)
        ground = QPalette.ColorRole.Midlight if is_under else QPalette.ColorRole.Button
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(palette.color(ground))
        painter.drawRoundedRect(box, 5, 5)
        return box

    def _draw_box(self, painter: QPainter, option: QStyleOptionViewItem) -> float:
        """Where its words have to end."""
        palette: QPalette = option.palette
        box = self._draw_field(painter, option)
        ratio = self._view.devicePixelRatioF()
        grey = palette.color(QPalette.ColorRole.PlaceholderText)
        left, top = int(box.right()) - _CHEVRON - 6, int(box.center().y()) - _CHEVRON // 2 + 1
        painter.drawPixmap(left, top, tinted_pixmap("section-open", _CHEVRON, grey, ratio))
        return box.right() - _CHEVRON - 10

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        if index.column() == FIGURE:
            field = NumberField(parent)
            field.setObjectName("class_table.figure")
            field.setRange(0, MAX_CLASS_ID)
            return field
        rows = _rows_of(index)
        box = QComboBox(parent)
        box.setObjectName("class_table.becomes")
        box.setMaxVisibleItems(16)
        source = rows.sources[index.row()]
        for each in rows.choices(index.row()):
            icon = class_icon(each.existing or source, box) if each.name else _no_icon()
            box.addItem(icon, each.words, each)
        box.activated.connect(lambda _: self._end(box))
        QTimer.singleShot(0, box, box.showPopup)
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        rows, row = _rows_of(index), index.row()
        if isinstance(editor, NumberField):
            editor.setValue(rows.figure(row) or 0)
            return
        assert isinstance(editor, QComboBox)
        choices, chosen = list(rows.choices(row)), rows.chosen(row)
        editor.setCurrentIndex(choices.index(chosen) if chosen in choices else -1)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, NumberField):
            editor.interpretText()
            model.setData(index, editor.value())
        else:
            assert isinstance(editor, QComboBox)
            model.setData(index, editor.currentData())

    def _end(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)


def _rows_of(index: Index) -> ClassRows:
    model = index.model()
    assert isinstance(model, ClassTableModel)
    assert model.rows is not None
    return model.rows


def _no_icon() -> QIcon:
    """As wide as those of the classes."""
    empty = QPixmap(_SWATCH, _SWATCH)
    empty.fill(Qt.GlobalColor.transparent)
    return QIcon(empty)
