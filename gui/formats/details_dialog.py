"""What was left out and why, to be read and copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from gui.dialogs import close_row
from gui.review.copy_button import CopyButton
from gui.widgets.labels import plain_label, title_label
from segmenter.formats.exporting import Skipped


class DetailsDialog(QDialog):
    """A list that may have thousands of lines."""

    def __init__(
        self,
        title: str,
        words: str,
        skipped: Sequence[Skipped],
        notes: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("details_dialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._report = details_text(words, skipped, notes)
        self._text = QPlainTextEdit()
        self._text.setObjectName("details.text")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName(title)
        self._text.setPlainText(details_text("", skipped, notes))
        copy = CopyButton(
            self.tr("Cop&y"), self.tr("All of it, for a message or a note"), lambda: self._report
        )
        copy.setObjectName("details.copy")
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(10)
        column.addWidget(title_label(title))
        column.addWidget(plain_label(words))
        column.addWidget(self._text, 1)
        column.addWidget(close_row(self, copy))
        self.resize(600, 400)


def details_text(words: str, skipped: Sequence[Skipped], notes: Sequence[str]) -> str:
    """Notes first, then one line for each that was left out. The reason names the image where it
    has to."""
    lines = [words, *notes]
    if skipped:
        if any(lines):
            lines.append("")
        lines += [f"{each.name}: {each.reason}" for each in skipped]
    return "\n".join(lines if lines[0] else lines[1:])
