"""Every action and its keys on one sheet, opened by ``?``."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.actions import SECTIONS, Section, Spec

POINTER = (
    ("Zoom at the pointer", ("Wheel",)),
    ("Move the image", ("Space + drag", "Middle button")),
)
"""What the canvas does without an action."""


class ShortcutSheet(QDialog):
    """Can be searched; made from the table of actions, so it never tells an old story."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut_sheet")
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rows: list[tuple[str, list[QWidget]]] = []
        self._heads: list[tuple[QLabel, int, int]] = []
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(self.tr("Search actions and keys"))
        self._filter.setClearButtonEnabled(True)
        self._filter.setAccessibleName(self._filter.placeholderText())
        self._filter.textChanged.connect(self._show_matching)
        sheet = QWidget()
        columns = QHBoxLayout(sheet)
        columns.setContentsMargins(4, 4, 12, 4)
        columns.setSpacing(36)
        for sections in self._columns():
            column = QVBoxLayout()
            column.setSpacing(16)
            for section in sections:
                column.addWidget(self._part(section))
            if sections[-1].title == "&Help":
                column.addWidget(self._pointer_part())
            column.addStretch(1)
            columns.addLayout(column, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(sheet)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 14, 16)
        layout.setSpacing(14)
        layout.addWidget(self._filter)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)
        self.resize(780, 690)
        self._filter.setFocus()

    @staticmethod
    def _columns() -> tuple[tuple[Section, ...], ...]:
        """The sections in two columns of about the same height."""
        lengths = [len(tuple(section.specs)) + 2 for section in SECTIONS]
        cuts = range(1, len(SECTIONS))
        cut = min(cuts, key=lambda at: abs(sum(lengths[:at]) - sum(lengths[at:])))
        return SECTIONS[:cut], SECTIONS[cut:]

    def _part(self, section: Section) -> QWidget:
        rows = [(_plain(spec.text), _keys(spec)) for spec in section.specs]
        return self._table(_plain(section.title), rows)

    def _pointer_part(self) -> QWidget:
        return self._table(self.tr("Pointer"), [(text, list(keys)) for text, keys in POINTER])

    def _table(self, title: str, rows: list[tuple[str, list[str]]]) -> QWidget:
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        head = QLabel(title)
        head.setProperty("role", "heading")
        grid.addWidget(head, 0, 0, 1, 2)
        first = len(self._rows)
        for number, (text, keys) in enumerate(rows, start=1):
            label = QLabel(text)
            caps = QWidget()
            row = QHBoxLayout(caps)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            row.addStretch(1)
            for key in keys:
                cap = QLabel(key)
                cap.setProperty("role", "key")
                row.addWidget(cap)
            grid.addWidget(label, number, 0)
            grid.addWidget(caps, number, 1)
            self._rows.append((f"{text} {' '.join(keys)}".casefold(), [label, caps]))
        self._heads.append((head, first, len(self._rows)))
        return part

    def _show_matching(self, text: str) -> None:
        wanted = text.casefold().strip()
        shown = [wanted in words for words, _ in self._rows]
        for visible, (_, widgets) in zip(shown, self._rows, strict=True):
            for widget in widgets:
                widget.setVisible(visible)
        for head, first, end in self._heads:
            head.setVisible(any(shown[first:end]))


def _plain(text: str) -> str:
    return text.replace("&", "").removesuffix("…")


def _keys(spec: Spec) -> list[str]:
    return [key_words(key) for key in spec.keys[:2]]


def key_words(key: str) -> str:
    """As it is printed on the keyboard."""
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return {"Left": "←", "Right": "→"}.get(native, native)
