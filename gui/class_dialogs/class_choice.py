"""Choosing classes: a list of them to tick, and a box with one of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
    QPen,
    QPixmap,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QWidget,
)

from gui.widgets.row_list_view import RowListView
from segmenter.project.classes import LabelClass

Index = QModelIndex | QPersistentModelIndex
_ICON = 14
_BOX = 17
_ROW_HEIGHT = 26


class ClassTicks(RowListView):
    """One row a class, with a box to tick; a click anywhere on the row does it, and the space bar.

    Rows, not widgets: 255 check boxes take the better part of a second to make.
    """

    changed = Signal()

    def __init__(self, classes: Sequence[LabelClass], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_ticks")
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("Classes to merge"))
        self.setViewportMargins(0, 5, 0, 5)
        self._rows = QStandardItemModel(self)
        for each in classes:
            row = QStandardItem(class_icon(each, self), each.name.replace("\n", " "))
            row.setData(each.id, Qt.ItemDataRole.UserRole)
            row.setCheckable(True)
            row.setSelectable(False)
            self._rows.appendRow(row)
        self.setModel(self._rows)
        self.setItemDelegate(_TickDelegate(self))
        if classes:
            self.setCurrentIndex(self._rows.index(0, 0))
        self._rows.itemChanged.connect(self._tell)

    @property
    def ticked(self) -> list[int]:
        """Class ids; a class that can't be chosen is none of them."""
        return [
            row.data(Qt.ItemDataRole.UserRole)
            for row in self._all()
            if row.isEnabled() and row.checkState() is Qt.CheckState.Checked
        ]

    def tick(self, class_ids: Collection[int]) -> None:
        for row in self._all():
            is_ticked = row.data(Qt.ItemDataRole.UserRole) in class_ids
            row.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)

    def set_impossible(self, class_id: int) -> None:
        """This one can't be ticked."""
        with QSignalBlocker(self._rows):
            for row in self._all():
                row.setEnabled(row.data(Qt.ItemDataRole.UserRole) != class_id)
        self.viewport().update()

    def _all(self) -> list[QStandardItem]:
        return [self._rows.item(row) for row in range(self._rows.rowCount())]

    def _tell(self) -> None:
        self.changed.emit()


class _TickDelegate(QStyledItemDelegate):
    """Draws the box as the app's check boxes are drawn."""

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
        icon = QRect(box.rect.right() + 10, rect.center().y() - _ICON // 2 + 1, _ICON, _ICON)
        painter.setOpacity(1.0 if enabled else 0.4)
        index.data(Qt.ItemDataRole.DecorationRole).paint(painter, icon)
        painter.setOpacity(1.0)
        words = rect.adjusted(icon.right() + 8 - rect.left(), 0, -8, 0)
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


class ClassBox(QComboBox):
    """One class of several."""

    def __init__(self, classes: Sequence[LabelClass], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_box")
        self.setPlaceholderText(self.tr("Choose a class"))
        self.setMaxVisibleItems(16)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setIconSize(QSize(_ICON, _ICON))
        for each in classes:
            self.addItem(class_icon(each, self), each.name.replace("\n", " "), each.id)

    @property
    def class_id(self) -> int:
        """−1 where none is chosen."""
        data = self.currentData()
        return data if isinstance(data, int) else -1

    def choose(self, class_id: int) -> None:
        self.setCurrentIndex(self.findData(class_id))

    def set_impossible(self, class_ids: Collection[int]) -> None:
        """These can't be chosen."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        with QSignalBlocker(model):  # Nobody is told 255 times; the list is drawn when it opens.
            for row in range(self.count()):
                model.item(row).setEnabled(self.itemData(row) not in class_ids)


def class_icon(label_class: LabelClass, beside: QWidget) -> QIcon:
    """A rounded square in the class's colour."""
    edge = beside.palette().color(QPalette.ColorRole.WindowText)
    edge.setAlphaF(0.25)
    return _icon(label_class.color, edge.rgba(), beside.devicePixelRatioF())


@cache
def _icon(color: tuple[int, int, int], edge: int, ratio: float) -> QIcon:
    pixmap = QPixmap(round(_ICON * ratio), round(_ICON * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor.fromRgba(edge), 1))
    painter.setBrush(QColor(*color))
    painter.drawRoundedRect(QRectF(0.5, 0.5, _ICON - 1, _ICON - 1), 4, 4)
    painter.end()
    return QIcon(pixmap)
