"""The rows of the class panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from segmenter.project.classes import BACKGROUND, LabelClass

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class Role(IntEnum):
    """What the delegate asks for beyond Qt's own roles."""

    LABEL_CLASS = Qt.ItemDataRole.UserRole + 1


def can_be_hidden(label_class: LabelClass) -> bool:
    """The background is never painted, so there is nothing to hide."""
    return label_class.name != BACKGROUND


class ClassModel(QAbstractListModel):
    """The classes in order of their ids, at most 255."""

    def __init__(self) -> None:
        super().__init__()
        self.classes: list[LabelClass] = []

    def set_classes(self, classes: Sequence[LabelClass]) -> None:
        self.beginResetModel()
        self.classes = sorted(classes, key=lambda each: each.id)
        self.endResetModel()

    def row_of(self, class_id: int) -> int | None:
        return next((row for row, each in enumerate(self.classes) if each.id == class_id), None)

    def set_visible(self, row: int, visible: bool) -> bool:
        """False where that changes nothing."""
        if self.classes[row].visible == visible or not can_be_hidden(self.classes[row]):
            return False
        self.classes[row] = replace(self.classes[row], visible=visible)
        changed = self.index(row)
        self.dataChanged.emit(changed, changed)
        return True

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.classes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.classes):
            return None
        label_class = self.classes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return label_class.name
        if role == Role.LABEL_CLASS:
            return label_class
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(label_class)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            hidden = "" if label_class.visible else self.tr(", hidden")
            return f"{label_class.name}{hidden}"
        return None

    def _tooltip(self, label_class: LabelClass) -> str:
        named = self.tr("{} (class {})").format(label_class.name, label_class.id)
        if not can_be_hidden(label_class):
            return named + "\n" + self.tr("The background is never painted over the image.")
        return (
            named + "\n" + self.tr("Click the eye to show or hide it, Alt+click to show it alone.")
        )
