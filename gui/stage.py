"""What fills the window between its bars, and the message that floats over it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui.message_bar import MessageBar

MARGIN = 16
WIDEST = 640


@runtime_checkable
class HasFoot(Protocol):
    """A page with a panel at its foot that is not to be covered."""

    @property
    def foot(self) -> int:
        """Its height in pixels; 0 where it is hidden."""
        ...


class Stage(QWidget):
    """The message lies over the foot of the pages: nothing moves when it comes or goes, least of
    all an image under somebody's brush."""

    def __init__(
        self, pages: QStackedWidget, messages: MessageBar, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(pages)
        self._pages = pages
        pages.currentChanged.connect(self.place)
        self._messages = messages
        messages.setParent(self)
        messages.changed.connect(self.place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def place(self) -> None:
        """Over the foot of the page that is shown, and above a panel that stands there."""
        messages = self._messages
        page = self._pages.currentWidget()
        foot = page.foot if isinstance(page, HasFoot) else 0
        width = min(messages.full_width(), WIDEST, self.width() - 2 * MARGIN)
        height = messages.height_at(width)
        left, top = (self.width() - width) // 2, self.height() - height - MARGIN - foot
        messages.setGeometry(left, top, width, height)
        messages.raise_()
