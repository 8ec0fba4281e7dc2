"""A button that copies, and says for a moment that it has."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

SAID_MS = 2500


class CopyButton(QPushButton):
    """Its size stays, whatever it says."""

    def __init__(self, words: str, tip: str, text: Callable[[], str]) -> None:
        """``text``: what is copied now."""
        super().__init__(words)
        self.setToolTip(tip)
        self.setAutoDefault(False)
        self._words = words
        self._copied = self.tr("Copied")
        self._wanted = text
        self._back = QTimer(self, singleShot=True)
        self._back.timeout.connect(self.restore)
        self.clicked.connect(self._copy)

    def restore(self) -> None:
        """What was copied is not what a press would copy any more, or it is long ago."""
        self._back.stop()
        self.setText(self._words)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._wanted())
        self.setMinimumWidth(self.width())
        self.setText(self._copied)
        self._back.start(SAID_MS)
