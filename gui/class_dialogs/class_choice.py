"""Choosing classes: a list of boxes to tick, and a box with one of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap, QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QScrollArea, QVBoxLayout, QWidget

from segmenter.project.classes import LabelClass

_ICON = 14


class ClassTicks(QScrollArea):
    """One box a class."""

    changed = Signal()

    def __init__(self, classes: Sequence[LabelClass], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_ticks")
        self.setWidgetResizable(True)
        self.setProperty("role", "card")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._boxes: dict[int, QCheckBox] = {}
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        for each in classes:
            box = QCheckBox(each.name.replace("&", "&&").replace("\n", " "))
            box.setObjectName(f"class_tick_{each.id}")
            box.setIcon(class_icon(each, self))
            box.setIconSize(QSize(_ICON, _ICON))
            box.toggled.connect(self.changed)
            self._boxes[each.id] = box
            column.addWidget(box)
        column.addStretch(1)
        self.setWidget(inner)
        # The card's own ground shows through both; setWidget switches that off for one.
        inner.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    @property
    def ticked(self) -> list[int]:
        """Class ids; a class that can't be chosen is none of them."""
        return [id for id, box in self._boxes.items() if box.isChecked() and box.isEnabled()]

    def tick(self, class_ids: Collection[int]) -> None:
        for id, box in self._boxes.items():
            box.setChecked(id in class_ids)

    def set_impossible(self, class_id: int) -> None:
        """This one can't be ticked."""
        for id, box in self._boxes.items():
            box.setEnabled(id != class_id)


class ClassBox(QComboBox):
    """One class of several."""

    def __init__(self, classes: Sequence[LabelClass], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_box")
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
        for row in range(self.count()):
            model.item(row).setEnabled(self.itemData(row) not in class_ids)


def class_icon(label_class: LabelClass, beside: QWidget) -> QIcon:
    """A rounded square in the class's colour."""
    ratio = beside.devicePixelRatioF()
    pixmap = QPixmap(round(_ICON * ratio), round(_ICON * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    edge = beside.palette().color(QPalette.ColorRole.WindowText)
    edge.setAlphaF(0.25)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(QColor(*label_class.color))
    painter.drawRoundedRect(QRectF(0.5, 0.5, _ICON - 1, _ICON - 1), 4, 4)
    painter.end()
    return QIcon(pixmap)
