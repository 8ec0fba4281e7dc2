"""What becomes of masks that are there already: all kept, all replaced, or image by image."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from gui.widgets.labels import muted_label, plain_label
from gui.widgets.row_list_view import RowListView
from gui.widgets.tick_delegate import TickDelegate
from segmenter.formats.importing import Match

_ROWS = 5


class Decision(StrEnum):
    KEEP = "keep"
    REPLACE = "replace"
    EACH = "each"


class ConflictChoice(QWidget):
    """Hidden where there is no such mask."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = plain_label(name="import.conflicts")
        self._box = QComboBox()
        self._box.setObjectName("import.decision")
        for words, decision in (
            (self.tr("Keep the masks that are there"), Decision.KEEP),
            (self.tr("Replace them by the imported ones"), Decision.REPLACE),
            (self.tr("Decide image by image"), Decision.EACH),
        ):
            self._box.addItem(words, decision)
        self._hint = muted_label(self.tr("Tick the images whose mask is to be replaced."))
        self._rows = QStandardItemModel(self)
        # Beside the rows: Qt's strings lose the bytes of names that are no text.
        self._names: list[str] = []
        self._list = RowListView()
        self._list.setObjectName("import.replaced")
        self._list.setAccessibleName(self.tr("Masks to replace"))
        self._list.setProperty("role", "card")
        self._list.setModel(self._rows)
        self._list.setViewportMargins(0, 5, 0, 5)
        self._list.setItemDelegate(TickDelegate(self._list))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self._words, self._box, self._hint, self._list):
            column.addWidget(widget)
        column.setAlignment(self._box, Qt.AlignmentFlag.AlignLeft)
        self._box.activated.connect(self._decide)
        self._rows.itemChanged.connect(lambda _: self.changed.emit())
        self._show()

    @property
    def decision(self) -> Decision:
        return Decision(self._box.currentData())

    @property
    def replaced(self) -> frozenset[str]:
        """Names of the images whose mask is replaced."""
        if self.decision is Decision.KEEP:
            return frozenset()
        if self.decision is Decision.REPLACE:
            return frozenset(self._names)
        rows = range(self._rows.rowCount())
        ticked = (r for r in rows if self._rows.item(r).checkState() is Qt.CheckState.Checked)
        return frozenset(self._names[row] for row in ticked)

    def show_conflicts(self, conflicts: Sequence[Match]) -> None:
        """Of another plan: nothing is replaced until somebody says so again."""
        self._rows.clear()
        self._names = [each.name for each in conflicts]
        self._box.setCurrentIndex(0)
        number = len(conflicts)
        have = self.tr("has a mask already.") if number == 1 else self.tr("have a mask already.")
        self._words.setText(f"{number:,} of these images {have}")
        self.setVisible(bool(conflicts))
        self._show()

    def _decide(self) -> None:
        self._show()
        self.changed.emit()

    def _list_images(self) -> None:
        """Once they are asked for: there may be 100,000."""
        rows = []
        for name in self._names:
            row = QStandardItem(name.replace("\n", " "))
            row.setCheckable(True)
            row.setSelectable(False)
            rows.append(row)
        self._rows.invisibleRootItem().appendRows(rows)
        height = self._list.sizeHintForRow(0)
        self._list.setFixedHeight(min(len(rows), _ROWS) * height + 14)

    def _show(self) -> None:
        if self.decision is Decision.EACH and not self._rows.rowCount():
            self._list_images()
        for part in (self._hint, self._list):
            part.setVisible(self.decision is Decision.EACH)
