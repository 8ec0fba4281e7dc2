"""The three parts beside each other: image list, canvas, classes with the view settings.

Imports what the first window does without (numpy and the canvas), so the window makes it when
the first folder is opened.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions
from gui.canvas.canvas import Canvas
from gui.canvas.content import CanvasContent
from gui.class_panel import ClassPanel
from gui.image_list import ImageListPanel
from gui.notice_page import NoticePage
from gui.view_panel import ViewPanel

LIST_WIDTH = 240
SIDE_WIDTH = 260


class Workspace(QSplitter):
    """Lays out; the window wires."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("workspace")
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.image_list = ImageListPanel()
        self.canvas = Canvas()
        self.notice = NoticePage()
        self.class_panel = ClassPanel()
        self.view_panel = ViewPanel(actions)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.canvas)
        self._middle.addWidget(self.notice)
        self.side = _side_panel(self.class_panel, self.view_panel)
        self._middle.setMinimumWidth(240)
        self.addWidget(self.image_list)
        self.addWidget(self._middle)
        self.addWidget(self.side)
        self.setStretchFactor(1, 1)
        self.setSizes([LIST_WIDTH, 800, SIDE_WIDTH])

    @property
    def shows_image(self) -> bool:
        return self._middle.currentWidget() is self.canvas and self.canvas.content is not None

    def show_content(self, content: CanvasContent, *, keep_view: bool = False) -> None:
        self.canvas.show_content(content, keep_view=keep_view)
        self._middle.setCurrentWidget(self.canvas)

    def show_notice(
        self, icon: str, title: str, text: str = "", action: QAction | None = None
    ) -> None:
        """A sentence in the image's place."""
        self.canvas.clear()
        self.notice.show_notice(icon, title, text, action)
        self._middle.setCurrentWidget(self.notice)

    def show_nothing(self) -> None:
        """An empty canvas, for the blink until there is something to show."""
        self.canvas.clear()
        self._middle.setCurrentWidget(self.canvas)


def _side_panel(classes: QWidget, view: QWidget) -> QWidget:
    side = QWidget()
    side.setObjectName("side_panel")
    side.setMinimumWidth(200)
    line = QFrame()
    line.setProperty("role", "line")
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(classes, 1)
    column.addWidget(line)
    column.addWidget(view)
    return side
