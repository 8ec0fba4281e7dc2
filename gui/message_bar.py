"""One sentence over the images, with at most two things to do about it. Never modal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QMoveEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from gui.icons import tinted_pixmap, wear_icon

FLEETING_MS = 8000
"""How long a message stays that nobody has to answer."""


@dataclass(frozen=True)
class _Message:
    text: str
    kind: str
    action: str
    do: Callable[[], object] | None
    otherwise: tuple[str, Callable[[], object]] | None
    fleeting: bool


class MessageBar(QFrame):
    """Hidden while there is nothing to say; a new message takes the place of the old. One that
    has something to do about it comes back after a fleeting one."""

    changed = Signal()
    """It says something else now, which may need another size."""
    covers = Signal(QRect)
    """What of the screen it lies over; empty while it is hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self._said: _Message | None = None
        self._behind: _Message | None = None
        """What a fleeting message stands before, and is to be answered still."""
        self._sign = QLabel()
        self._text = QLabel()
        self._text.setObjectName("message_text")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton()
        self._button.setObjectName("message_action")
        self._button.clicked.connect(self._act)
        self._other_button = QPushButton()
        self._other_button.setObjectName("message_other_action")
        self._other_button.clicked.connect(self._act_otherwise)
        close = QToolButton()
        close.setObjectName("message_close")
        close.setProperty("flat", True)
        close.setIconSize(QSize(16, 16))
        close.setToolTip(self.tr("Close this message"))
        close.setAccessibleName(close.toolTip())
        wear_icon(close, "close")
        close.clicked.connect(self._end)
        for each in (self._button, self._other_button, close):
            # A click leaves the keys with the canvas: the button is gone right after it.
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 8, 7)
        row.setSpacing(10)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        row.addWidget(self._other_button)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._end)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown; empty while nothing is."""
        return self._text.text() if not self.isHidden() else ""

    @property
    def kind(self) -> str:
        """``"info"``, ``"warning"`` or ``"error"``."""
        return self._said.kind if self._said is not None else "info"

    def say(
        self,
        text: str,
        kind: str = "info",
        action: str = "",
        do: Callable[[], object] | None = None,
        *,
        otherwise: tuple[str, Callable[[], object]] | None = None,
        fleeting: bool = False,
    ) -> None:
        """Show a sentence; ``action`` names the button that calls ``do`` and closes the bar,
        ``otherwise`` a second one; ``fleeting``: it goes by itself after a few seconds."""
        before = self._said
        if not fleeting:
            self._behind = None
        elif before is not None and before.action and not before.fleeting:
            self._behind = before
        self._show(_Message(text, kind, action, do, otherwise, fleeting))

    def full_width(self) -> int:
        """In pixels, with the whole sentence in one line."""
        words = self._text.fontMetrics().horizontalAdvance(self._text.text())
        return words + self._row.sizeHint().width() - self._text.sizeHint().width() + 4

    def height_at(self, width: int) -> int:
        """In pixels, with as many lines as that takes."""
        return max(self._row.heightForWidth(width), self._row.minimumSize().height())

    def decline(self) -> bool:
        """Where it asks: take the second of the two answers. Whether it asked."""
        asks = self._said is not None and self._said.otherwise is not None
        if asks:
            self._act_otherwise()
        return asks

    def clear(self) -> None:
        """Nothing is to be said any more."""
        self._said = self._behind = None
        self._timer.stop()
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell_place()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tell_place()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._tell_place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_place()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_sign()
        super().changeEvent(event)

    def _tell_place(self) -> None:
        place = QRect(self.mapToGlobal(QPoint()), self.size())
        self.covers.emit(QRect() if self.isHidden() else place)

    def _draw_sign(self) -> None:
        color = self.palette().color(QPalette.ColorRole.WindowText)
        pixmap = tinted_pixmap(self.kind, 18, color, self.devicePixelRatioF())
        self._sign.setPixmap(pixmap)

    def _show(self, message: _Message) -> None:
        self._said = message
        other = message.otherwise[0] if message.otherwise is not None else ""
        self._other_button.setText(other)
        self._other_button.setVisible(bool(other))
        self._text.setText(message.text)
        self._button.setText(message.action)
        self._button.setVisible(bool(message.action))
        self.setProperty("bar", message.kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleName(message.text)
        self._draw_sign()
        self.show()
        self.changed.emit()
        if message.fleeting:
            self._timer.start(FLEETING_MS)
        else:
            self._timer.stop()

    def _end(self) -> None:
        """Of this message: go on with the one behind it."""
        behind = self._behind
        self.clear()
        if behind is not None:
            self._show(behind)

    def _act(self) -> None:
        said = self._said
        self.clear()
        if said is not None and said.do is not None:
            said.do()

    def _act_otherwise(self) -> None:
        said = self._said
        self.clear()
        if said is not None and said.otherwise is not None:
            said.otherwise[1]()
