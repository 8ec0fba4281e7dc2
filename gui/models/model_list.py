"""The list of models in their groups; searched and sorted where there are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.models.entries import Group, ModelEntry
from gui.models.model_row import ENTRY_ROLE, HEADING_ROLE, STATE_ROLE, ModelRow
from gui.models.model_words import facts_of
from gui.widgets.row_list_view import RowListView

Index = QModelIndex | QPersistentModelIndex
SORTS: dict[str, Callable[[ModelEntry], Any]] = {
    "newest": lambda entry: -entry.created.timestamp() if entry.created is not None else 0.0,
    "best": lambda entry: -entry.mean_iou if entry.mean_iou is not None else 1.0,
    "name": lambda entry: entry.title.casefold(),
    "size": lambda entry: -entry.size,
}


class _Rows(QAbstractListModel):
    """Headings and models."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Group | ModelEntry] = []
        self.states: dict[str, str] = {}

    def set_rows(self, rows: Sequence[Group | ModelEntry]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def set_states(self, states: dict[str, str]) -> None:
        self.states = states
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self.rows[index.row()], Group):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if isinstance(row, Group):
            is_words = role in (HEADING_ROLE, Qt.ItemDataRole.DisplayRole)
            return self.heading(row) if is_words else None
        match role:
            case _ if role == ENTRY_ROLE:
                found: Any = row
            case _ if role == STATE_ROLE:
                found = self.states.get(row.name, "")
            case Qt.ItemDataRole.DisplayRole:
                found = row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                parts = (row.title, self.states.get(row.name, ""), *facts_of(row))
                found = ", ".join(part for part in parts if part)
            case Qt.ItemDataRole.ToolTipRole:
                found = row.trouble or row.summary
            case _:
                found = None
        return found

    def heading(self, group: Group) -> str:
        return {
            Group.OWN: self.tr("Learnt here"),
            Group.IMPORTED: self.tr("Imported"),
            Group.ELSEWHERE: self.tr("Learnt in another folder"),
            Group.READY: self.tr("Ready-made"),
        }[group]


class ModelList(RowListView):
    """Keeps its place and what is chosen while the models behind it change."""

    chosen = Signal(object)
    """The :class:`ModelEntry` that was chosen; None: none is."""
    use_wanted = Signal()
    """Enter, or a double click, on what is chosen."""
    delete_wanted = Signal()
    rename_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model_list")
        self.setAccessibleName(self.tr("Models"))
        self.setUniformItemSizes(False)
        self._entries: list[ModelEntry] = []
        self._sort = "newest"
        self._search = ""
        self._rows = _Rows()
        self.setModel(self._rows)
        self.setItemDelegate(ModelRow(self))
        self.selectionModel().currentChanged.connect(self._tell_chosen)
        self.doubleClicked.connect(lambda _index: self.use_wanted.emit())

    @property
    def entries(self) -> list[ModelEntry]:
        """All of them, searched for or not."""
        return list(self._entries)

    @property
    def shown(self) -> list[ModelEntry]:
        """Those in the rows, from top to bottom."""
        return [row for row in self._rows.rows if isinstance(row, ModelEntry)]

    @property
    def chosen_entry(self) -> ModelEntry | None:
        row = self.currentIndex().row()
        found = self._rows.rows[row] if 0 <= row < len(self._rows.rows) else None
        return found if isinstance(found, ModelEntry) else None

    def show_entries(self, entries: Sequence[ModelEntry], otherwise: str = "") -> None:
        """What is chosen stays so; where it is gone (or nothing was), ``otherwise`` is."""
        self._entries = list(entries)
        self._arrange(otherwise)

    def show_states(self, states: dict[str, str]) -> None:
        """A word for some of the models, by name: "In use", say."""
        self._rows.set_states(states)

    def sort_by(self, key: str) -> None:
        """Inside the groups; a key of :data:`SORTS`."""
        self._sort = key
        self._arrange()

    def search(self, text: str) -> None:
        """Only models with all of these words in title, note, classes or origin."""
        self._search = text
        self._arrange()

    def choose(self, name: str) -> bool:
        """False where it is not in the rows."""
        for place, row in enumerate(self._rows.rows):
            if isinstance(row, ModelEntry) and row.name == name:
                self.setCurrentIndex(self._rows.index(place))
                self.scrollTo(self._rows.index(place))
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            Qt.Key.Key_Return: self.use_wanted,
            Qt.Key.Key_Enter: self.use_wanted,
            Qt.Key.Key_Delete: self.delete_wanted,
            Qt.Key.Key_F2: self.rename_wanted,
        }
        wanted = keys.get(Qt.Key(event.key()))
        if wanted is not None:
            wanted.emit()
        else:
            super().keyPressEvent(event)

    def _arrange(self, otherwise: str = "") -> None:
        before = self.chosen_entry
        row_before, offset = self.currentIndex().row(), self.verticalScrollBar().value()
        rows: list[Group | ModelEntry] = []
        for group in Group:
            found = [e for e in self._entries if e.group is group and self._matches(e)]
            if group is not Group.READY:  # those have an order of their own
                found.sort(key=SORTS[self._sort])
            if found:
                rows += [group, *found]
        self._rows.set_rows(rows)
        self.executeDelayedItemsLayout()
        self.verticalScrollBar().setValue(offset)
        if before is not None and self.choose(before.name):
            return
        if otherwise and self.choose(otherwise):
            return
        # The neighbour of what is gone.
        self._choose_near(row_before)

    def _choose_near(self, row: int) -> None:
        shown = [i for i, each in enumerate(self._rows.rows) if isinstance(each, ModelEntry)]
        if not shown:
            self.chosen.emit(None)
            return
        nearest = min(shown, key=lambda place: abs(place - max(row, 0)))
        self.setCurrentIndex(self._rows.index(nearest))

    def _matches(self, entry: ModelEntry) -> bool:
        text = " ".join(
            (entry.title, entry.card.note, entry.summary, entry.card.origin, *entry.classes)
        ).casefold()
        return all(word in text for word in self._search.casefold().split())

    def _tell_chosen(self, current: QModelIndex, _: QModelIndex) -> None:
        self.chosen.emit(self.chosen_entry if current.isValid() else None)
