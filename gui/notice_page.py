"""What stands in the image's place where there is no image to show: why, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from gui.icons import tinted_pixmap
from gui.widgets.labels import heading_label, muted_label


class NoticePage(QWidget):
    """A sign, a title, a sentence and at most one button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice_page")
        self._icon = "info"
        self._action: QAction | None = None
        self._sign = QLabel()
        self._title = heading_label()
        self._text = muted_label()
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setMaximumWidth(460)
        self._text.setMinimumWidth(200)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(2)
        for label in (self._sign, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self._sign, self._title, self._text, self._button):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    @property
    def text(self) -> str:
        """Title and sentence."""
        return f"{self._title.text()}\n{self._text.text()}"

    def show_notice(
        self, icon: str, title: str, text: str = "", action: QAction | None = None
    ) -> None:
        self._icon = icon
        self._action = action
        self._title.setText(title)
        self._text.setText(text)
        # A wrapped label that is centred would take its narrowest width.
        width = self._text.fontMetrics().horizontalAdvance(text) + 4
        self._text.setFixedWidth(max(200, min(460, width)))
        # And the layout asks for the height that it would have in all of the page's width.
        # (-1 of a label without text).
        self._text.setFixedHeight(max(0, self._text.heightForWidth(self._text.width())))
        self._button.setVisible(action is not None)
        if action is not None:
            self._button.setText(action.text())
            self._button.setToolTip(action.toolTip())
        self._draw_sign()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_sign()
        super().changeEvent(event)

    def _draw_sign(self) -> None:
        color = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self._sign.setPixmap(tinted_pixmap(self._icon, 40, color, self.devicePixelRatioF()))

    def _act(self) -> None:
        if self._action is not None:
            self._action.trigger()
