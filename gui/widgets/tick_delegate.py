"""Rows with a box to tick, drawn as the app's check boxes are: rows, not widgets."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QWidget,
)

Index = QModelIndex | QPersistentModelIndex
_ICON = 14
_BOX = 17
_ROW_HEIGHT = 26


class TickDelegate(QStyledItemDelegate):
    """Box, icon where there is one, words; a click anywhere on the row ticks it, and the space
    bar."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._looks = QCheckBox(view)
        self._looks.hide()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, _ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled) and self._view.isEnabled()
        ticked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
        box = QStyleOptionButton()
        box.rect = QRect(rect.left() + 10, rect.center().y() - _BOX // 2 + 1, _BOX, _BOX)
        box.state = QStyle.StateFlag.State_On if ticked else QStyle.StateFlag.State_Off
        if enabled:
            box.state |= QStyle.StateFlag.State_Enabled
            if option.state & QStyle.StateFlag.State_MouseOver:
                box.state |= QStyle.StateFlag.State_MouseOver
        if option.state & QStyle.StateFlag.State_HasFocus:
            box.state |= QStyle.StateFlag.State_HasFocus
        painter.save()
        style = self._looks.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, box, painter, self._looks)
        left = box.rect.right()
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if icon is not None:
            place = QRect(left + 10, rect.center().y() - _ICON // 2 + 1, _ICON, _ICON)
            painter.setOpacity(1.0 if enabled else 0.4)
            icon.paint(painter, place)
            painter.setOpacity(1.0)
            left = place.right()
        words = rect.adjusted(left + 8 - rect.left(), 0, -8, 0)
        group = QPalette.ColorGroup.Active if enabled else QPalette.ColorGroup.Disabled
        painter.setPen(option.palette.color(group, QPalette.ColorRole.Text))
        name = option.fontMetrics.elidedText(
            index.data(), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        clicked = (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
        )
        typed = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
        if not (clicked or typed) or not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            return False
        ticked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
        now = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
        return bool(model.setData(index, now.value, Qt.ItemDataRole.CheckStateRole))

    @property
    def _view(self) -> QWidget:
        view = self.parent()
        assert isinstance(view, QWidget)
        return view
