"""The parts beside each other: image list, tools, canvas, and what can be set at the side.

Imports what the first window does without (numpy and the canvas), so the window makes it when
the first folder is opened.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
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
from gui.tool_strip import ToolStrip
from gui.view_panel import ViewPanel
from gui.widgets.section import Section

LIST_WIDTH = 240
SIDE_WIDTH = 260
SIDE_LEAST = 242
"""What every tool's settings fit into: the canvas stays as it is when another is chosen."""


class Workspace(QSplitter):
    """Lays out; the window wires."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("workspace")
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.image_list = ImageListPanel()
        self.canvas = Canvas()
        self.image_list.done.connect(self.canvas.setFocus)
        self.notice = NoticePage()
        self.class_panel = ClassPanel(actions)
        self.class_panel.done.connect(self.canvas.setFocus)
        self.view_panel = ViewPanel(actions)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.canvas)
        self._middle.addWidget(self.notice)
        self._middle.setMinimumWidth(180)
        self.tool_strip = ToolStrip(actions)
        self.tool_section = Section("tool", self.tr("Tool"))
        view_section = Section("view", self.tr("View"))
        view_section.set_body(self.view_panel)
        self.sections = (self.tool_section, view_section)
        """Those that can be folded away."""
        self.side = _side_panel(self.tool_section, self.class_panel, view_section)
        self.addWidget(self.image_list)
        self.addWidget(_beside(self.tool_strip, self._middle))
        self.addWidget(self.side)
        self.setStretchFactor(1, 1)
        self.setSizes([LIST_WIDTH, 800, SIDE_WIDTH])

    @property
    def shows_image(self) -> bool:
        return self._middle.currentWidget() is self.canvas and self.canvas.content is not None

    def show_tool_panel(self, panel: QWidget) -> None:
        """The settings of the tools."""
        self.tool_section.set_body(panel)

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


class _TallArea(QScrollArea):
    """Scrolls up and down alone: it is never narrower than what is in it."""

    def minimumSizeHint(self) -> QSize:
        inside = self.widget()
        width = inside.minimumSizeHint().width() if inside is not None else 0
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(max(width, SIDE_LEAST) + bar, super().minimumSizeHint().height())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().viewportEvent(event)


def _beside(left: QWidget, right: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(left)
    row.addWidget(right, 1)
    return both


def _side_panel(tool: QWidget, classes: QWidget, view: QWidget) -> QScrollArea:
    """One below the other; the classes take what is left. They keep some rows, and where all is
    too much for the height that there is, it scrolls."""
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(tool)
    column.addWidget(_line())
    column.addWidget(classes, 1)
    column.addWidget(_line())
    column.addWidget(view)
    side = _TallArea()
    side.setObjectName("side_panel")
    side.setFrameShape(QFrame.Shape.NoFrame)
    # A click on a switch leaves the keyboard with the canvas: Enter there belongs to the tool.
    side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    side.setWidgetResizable(True)
    side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    side.setWidget(inner)
    return side


def _line() -> QWidget:
    line = QFrame()
    line.setProperty("role", "line")
    return line
