"""The rows of the class panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from segmenter.project.classes import BACKGROUND, LabelClass

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_WITH_KEY = 10
"""So many classes have a number key: 1 to 9, then 0."""


class Role(IntEnum):
    """What the delegate asks for beyond Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class ClassRow:
    """One class as the panel shows it."""

    label_class: LabelClass
    key: str
    """The number key that chooses it; empty where it has none."""
    locked: bool


def can_be_hidden(label_class: LabelClass) -> bool:
    """The background is never painted, so there is nothing to hide."""
    return label_class.name != BACKGROUND


def key_of_row(row: int) -> str:
    """1 to 9 and 0 for the first ten rows."""
    return str((row + 1) % 10) if row < _WITH_KEY else ""


class ClassModel(QAbstractListModel):
    """The classes in order of their ids, at most 255."""

    def __init__(self) -> None:
        super().__init__()
        self.classes: list[LabelClass] = []
        self._locked: frozenset[int] = frozenset()

    def set_classes(self, classes: Sequence[LabelClass]) -> None:
        """Changes no more rows than differ: a name that is being typed elsewhere stays open."""
        wanted = sorted(classes, key=lambda each: each.id)
        if not self.classes or not wanted:
            self.beginResetModel()
            self.classes = wanted
            self.endResetModel()
            return
        ids = {each.id for each in wanted}
        for row in reversed(range(len(self.classes))):
            if self.classes[row].id not in ids:
                self.beginRemoveRows(_NO_PARENT, row, row)
                del self.classes[row]
                self.endRemoveRows()
        for row, each in enumerate(wanted):
            if row == len(self.classes) or self.classes[row].id != each.id:
                self.beginInsertRows(_NO_PARENT, row, row)
                self.classes.insert(row, each)
                self.endInsertRows()
        self.classes = wanted
        self._all_changed()

    @property
    def locked(self) -> frozenset[int]:
        """Ids of the classes that nothing paints over."""
        return self._locked

    def set_locked(self, ids: frozenset[int]) -> None:
        if ids != self._locked:
            self._locked = ids
            self._all_changed()

    def row_of(self, class_id: int) -> int | None:
        return next((row for row, each in enumerate(self.classes) if each.id == class_id), None)

    def set_visible(self, wanted: Mapping[int, bool]) -> dict[int, bool]:
        """Class id → whether it is to be shown; returns those of them that changed."""
        changed = {
            each.id: wanted[each.id]
            for each in self.classes
            if wanted.get(each.id, each.visible) != each.visible and can_be_hidden(each)
        }
        self.classes = [
            replace(each, visible=changed.get(each.id, each.visible)) for each in self.classes
        ]
        self._all_changed()
        return changed

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.classes)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.classes):
            return None
        label_class = self.classes[index.row()]
        locked = label_class.id in self._locked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return label_class.name
        if role == Role.ROW:
            return ClassRow(label_class, key_of_row(index.row()), locked)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            hidden = "" if label_class.visible else self.tr(", hidden")
            return f"{label_class.name}{hidden}{self.tr(', locked') if locked else ''}"
        return None

    def _all_changed(self) -> None:
        if self.classes:
            self.dataChanged.emit(self.index(0), self.index(len(self.classes) - 1))
