"""What the eraser leaves behind, to be chosen from the classes."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.canvas.canvas import Canvas
from gui.class_look import class_icon
from gui.tools.erase_target import EraseTarget
from segmenter.project.classes import UNLABELLED

_ICON = 16


class EraseOptions(QWidget):
    """Unlabelled, or one of the classes with their colours."""

    def __init__(self, target: EraseTarget, canvas: Canvas, parent: QWidget | None = None) -> None:
        """``canvas``: knows the classes."""
        super().__init__(parent)
        self._target = target
        self._canvas = canvas
        self._box = QComboBox()
        self._box.setObjectName("erase_to")
        self._box.setAccessibleName(self.tr("What erased pixels become"))
        self._box.setToolTip(self.tr("What erased pixels become"))
        self._box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._box.setMinimumContentsLength(6)
        self._box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(QLabel(self.tr("Erase to")))
        row.addWidget(self._box, 1)
        self._list()
        self._box.activated.connect(lambda row: target.set_class(self._box.itemData(row)))
        target.changed.connect(self._choose)
        canvas.classes_changed.connect(self._list)

    def _list(self) -> None:
        self._box.clear()
        self._box.addItem(class_icon(None, self, _ICON), self.tr("unlabelled"), UNLABELLED)
        for each in self._canvas.classes:
            icon = class_icon(each, self, _ICON)
            self._box.addItem(icon, each.name.replace("\n", " "), each.id)
        self._choose()

    def _choose(self) -> None:
        self._box.setCurrentIndex(max(0, self._box.findData(self._target.class_id)))
