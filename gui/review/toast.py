"""A sentence that comes and goes over the image, with one thing to do about it.

Apart from the message bar, which may hold something that has to be answered.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

STAYS_MS = 6000
_MARGIN = 14
_ABOVE_MESSAGES = 76
"""From the foot of the image's view: what has to be answered may stand below, in the message
bar, and stays in sight."""


class Toast(QFrame):
    """At the bottom of its parent, in the middle; the next one takes its place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.setProperty("role", "card")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._over = parent
        self._do: Callable[[], object] | None = None
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton()
        self._button.setObjectName("toast_action")
        self._button.setProperty("link", True)
        # A key pressed next is meant for the image.
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self._act)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 8, 5)
        row.setSpacing(8)
        row.addWidget(self._text)
        row.addWidget(self._button)
        self._timer = QTimer(self, singleShot=True, interval=STAYS_MS)
        self._timer.timeout.connect(self.clear)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown; empty while nothing is."""
        return "" if self.isHidden() else self._text.text()

    def say(self, text: str, action: str = "", do: Callable[[], object] | None = None) -> None:
        """``action`` names the button that calls ``do``."""
        self._do = do
        self._text.setText(text)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(text)
        self.place()
        self.show()
        self.raise_()
        self._timer.start()

    def clear(self) -> None:
        if self.isHidden():
            return
        self._do = None
        self._timer.stop()
        self.hide()

    def place(self) -> None:
        """The parent has another size."""
        room = self._over.size()
        # In a narrow window the sentence breaks.
        self._text.setWordWrap(False)
        self.setMaximumWidth(max(120, room.width() - 2 * _MARGIN))
        self._text.setWordWrap(self.sizeHint().width() > self.maximumWidth())
        width = min(self.sizeHint().width(), self.maximumWidth())
        if self._text.wordWrap():
            width = self.maximumWidth()
        height = self.heightForWidth(width) if self.hasHeightForWidth() else -1
        self.resize(width, height if height > 0 else self.sizeHint().height())
        self.move(
            (room.width() - self.width()) // 2, room.height() - self.height() - _ABOVE_MESSAGES
        )

    def _act(self) -> None:
        do = self._do
        self.clear()
        if do is not None:
            do()
