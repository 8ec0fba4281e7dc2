"""A line of text that is another one many times a second, and never moves what is beside it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from gui.widgets.elided_label import ElidedLabel


class SteadyLabel(ElidedLabel):
    """Keeps the room that its longest text has needed.

    The text is not QLabel's, for with each new one of those Qt lays out the whole window again
    and repaints all of the line that the label is in: as much work as several brush events.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._room = 0

    def text(self) -> str:
        return self._words

    def setText(self, words: str) -> None:
        if words == self._words:
            return
        self._words = words
        self.setAccessibleName(words)
        room = self.fontMetrics().horizontalAdvance(words) + 1  # which was rounded
        if room > self._room:
            self._room = room
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._room, super().sizeHint().height())
