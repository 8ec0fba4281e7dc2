"""One part of the side panel under a heading; a click on the heading folds it away."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.icons import tinted_pixmap

CHEVRON = 16


class Section(QWidget):
    """A heading and what is under it."""

    toggled = Signal(bool)
    """Whether it is open now."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        """``name``: by which it is remembered whether it is open."""
        super().__init__(parent)
        self.name = name
        self.setObjectName(f"section.{name}")
        self._body: QWidget | None = None
        self._head = _Head(title, self)
        self._head.setObjectName(f"section.{name}.head")
        self._head.clicked.connect(lambda: self.set_open(not self.is_open))
        head = QHBoxLayout()
        head.setContentsMargins(4, 5, 4, 3)
        head.addWidget(self._head)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(head)

    @property
    def is_open(self) -> bool:
        return self._head.is_open

    def set_open(self, is_open: bool) -> None:
        if is_open != self.is_open:
            self._head.show_open(is_open)
            if self._body is not None:
                self._body.setVisible(is_open)
            self.toggled.emit(is_open)

    def set_title(self, title: str) -> None:
        self._head.setText(title)

    def set_body(self, body: QWidget) -> None:
        """What is under the heading from now on; what was there goes."""
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.deleteLater()
        self._body = body
        self._column.addWidget(body, 1)
        body.setVisible(self.is_open)


class _Head(QPushButton):
    """The title, and a chevron at the right that tells whether there is more."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setProperty("section", True)
        self.is_open = True
        self.show_open(True)

    def show_open(self, is_open: bool) -> None:
        self.is_open = is_open
        self.setToolTip(self.tr("Fold away") if is_open else self.tr("Unfold"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        name = "section-open" if self.is_open else "section-closed"
        color = self.palette().color(QPalette.ColorRole.PlaceholderText)
        painter = QPainter(self)
        left, top = self.width() - CHEVRON - 6, (self.height() - CHEVRON) // 2
        painter.drawPixmap(left, top, tinted_pixmap(name, CHEVRON, color, self.devicePixelRatioF()))
