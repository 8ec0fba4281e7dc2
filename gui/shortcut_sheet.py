"""Every action and its keys on one sheet, opened by ``?``."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs import close_row
from gui.shortcut_rows import Part, Row, in_columns, parts
from gui.widgets.labels import heading_label, muted_label

COLUMNS = 3
"""Fewer where the screen has no room for so many."""
HEIGHT = 900
AROUND = 60
"""Pixels that margins and the scroll bar take, and that a window's frame may."""


class ShortcutSheet(QDialog):
    """Can be searched."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut_sheet")
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rows: list[tuple[Row, tuple[QWidget, ...]]] = []
        self._tables: list[tuple[QWidget, int, int]] = []
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(self.tr("Search actions and keys"))
        self._filter.setClearButtonEnabled(True)
        self._filter.setAccessibleName(self._filter.placeholderText())
        self._filter.textChanged.connect(self._show_matching)
        self._nothing = muted_label(self.tr("No action and no key matches."), wraps=False)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._nothing.hide()
        room = self.screen().availableGeometry()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        sheet = self._widest_sheet(room.width() - AROUND)
        self._area.setWidget(sheet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 14, 16)
        layout.setSpacing(14)
        layout.addWidget(self._filter)
        layout.addWidget(self._nothing, 1)
        layout.addWidget(self._area, 1)
        layout.addWidget(close_row(self))
        self.resize(sheet.minimumSizeHint().width() + AROUND, min(HEIGHT, room.height() - AROUND))
        self._filter.setFocus()

    @property
    def visible_rows(self) -> list[Row]:
        """Those that match the search."""
        return [row for row, widgets in self._rows if not widgets[0].isHidden()]

    def _widest_sheet(self, room: int) -> QWidget:
        """With as many columns as fit."""
        for count in range(COLUMNS, 1, -1):
            sheet = self._sheet(count)
            if sheet.minimumSizeHint().width() <= room:
                return sheet
            sheet.deleteLater()
        return self._sheet(1)

    def _sheet(self, count: int) -> QWidget:
        self._rows, self._tables = [], []
        sheet = QWidget()
        columns = QHBoxLayout(sheet)
        columns.setContentsMargins(4, 2, 12, 4)
        columns.setSpacing(34)
        for column_parts in in_columns(parts(), count):
            column = QVBoxLayout()
            column.setSpacing(18)
            for part in column_parts:
                column.addWidget(self._table(part))
            column.addStretch(1)
            columns.addLayout(column, 1)
        return sheet

    def _table(self, part: Part) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        head = heading_label(part.title)
        grid.addWidget(head, 0, 0, 1, 2)
        first = len(self._rows)
        for number, row in enumerate(part.rows, start=1):
            label, caps = QLabel(row.text), _caps(row.keys)
            grid.addWidget(label, number, 0)
            grid.addWidget(caps, number, 1)
            self._rows.append((row, (label, caps)))
        self._tables.append((table, first, len(self._rows)))
        return table

    def _show_matching(self, text: str) -> None:
        wanted = text.casefold().split()
        shown = [all(word in row.words for word in wanted) for row, _ in self._rows]
        for visible, (_, widgets) in zip(shown, self._rows, strict=True):
            for widget in widgets:
                widget.setVisible(visible)
        for table, first, end in self._tables:
            table.setVisible(any(shown[first:end]))
        self._nothing.setVisible(not any(shown))
        self._area.setVisible(any(shown))


def _caps(keys: tuple[str, ...]) -> QWidget:
    caps = QWidget()
    line = QHBoxLayout(caps)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(4)
    line.addStretch(1)
    for key in keys:
        cap = QLabel(key)
        cap.setProperty("role", "key")
        line.addWidget(cap)
    return caps
