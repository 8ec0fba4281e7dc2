"""A bar and some words beside each other: how far something is."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from gui.widgets.labels import muted_label


class ProgressRow(QWidget):
    """Hidden until it is shown."""

    def __init__(
        self, name: str, what: str, *, button: QPushButton | None = None, right: int = 0
    ) -> None:
        """
        Args:
            name: the object name of the bar; ``<name>_words`` is that of the words.
            what: is under way, for a screen reader.
            button: at the end of the row.
            right: pixels beside the row.
        """
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setObjectName(name)
        self.bar.setAccessibleName(what)
        self.bar.setTextVisible(False)
        self.words = muted_label(name=f"{name}_words", wraps=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, right, 0)
        row.setSpacing(12)
        row.addWidget(self.bar, 1)
        row.addWidget(self.words)
        if button is not None:
            row.addWidget(button)
        self.hide()

    def show_progress(self, words: str, done: int = 0, total: int = 0) -> None:
        """``total`` 0: nobody knows how far, the bar swings."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.show()
        self.words.setWordWrap(False)
        self.words.setText(words)

    def say(self, words: str) -> None:
        """Without a bar: nothing is under way."""
        self.bar.hide()
        self.words.setWordWrap(True)
        self.words.setText(words)
