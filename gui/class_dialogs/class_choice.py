"""Choosing classes: a list of them to tick, and a box with one of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QWidget,
)

from gui.class_look import ICON_SIDE, class_icon
from gui.widgets.row_list_view import RowListView
from gui.widgets.tick_delegate import TickDelegate
from segmenter.project.classes import LabelClass


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
        self.setItemDelegate(TickDelegate(self))
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


class ClassBox(QComboBox):
    """One class of several."""

    def __init__(self, classes: Sequence[LabelClass], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_box")
        self.setPlaceholderText(self.tr("Choose a class"))
        self.setMaxVisibleItems(16)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
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
