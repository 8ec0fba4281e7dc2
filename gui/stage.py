"""What fills the window between its bars, and the message that floats over it."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.message_bar import MessageBar

MARGIN = 16
WIDEST = 640


class Stage(QWidget):
    """The message lies over the foot of the pages: nothing moves when it comes or goes, least of
    all an image under somebody's brush."""

    def __init__(self, pages: QWidget, messages: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(pages)
        self._messages = messages
        messages.setParent(self)
        messages.changed.connect(self._place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        messages = self._messages
        width = min(messages.full_width(), WIDEST, self.width() - 2 * MARGIN)
        height = messages.height_at(width)
        left, top = (self.width() - width) // 2, self.height() - height - MARGIN
        messages.setGeometry(left, top, width, height)
        messages.raise_()
