"""The menu bar and the tool bar, laid out from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from gui.actions import SECTIONS, TOOL_BAR, TOOL_BAR_RIGHT, Actions

ICON_SIDE = 20
WITH_WORDS = ("file.open_folder", "segment.image", "segment.folder")
WIDE = 960
"""Pixels from which there is room for words."""


def fill_menu_bar(bar: QMenuBar, actions: Actions) -> None:
    for section in SECTIONS:
        menu = bar.addMenu(section.title)
        menu.setToolTipsVisible(True)
        for number, group in enumerate(section.groups):
            if number:
                menu.addSeparator()
            for spec in group:
                menu.addAction(actions[spec.name])


class ToolBar(QToolBar):
    """Slim; leaves out its words where the window is narrow, so that nothing falls off."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tool bar"))
        self.setObjectName("tool_bar")
        self.setMovable(False)
        self.setFloatable(False)
        self.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._worded: list[QToolButton] = []
        for number, group in enumerate(TOOL_BAR):
            if number:
                self.addSeparator()
            for name in group:
                self._add(actions, name)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        for name in TOOL_BAR_RIGHT:
            self._add(actions, name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width() >= WIDE
        style = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            if wide
            else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        for button in self._worded:
            if button.toolButtonStyle() != style:
                button.setToolButtonStyle(style)
        super().resizeEvent(event)

    def _add(self, actions: Actions, name: str) -> None:
        actions.dress(name)
        self.addAction(actions[name])
        button = self.widgetForAction(actions[name])
        assert isinstance(button, QToolButton)
        button.setAccessibleName(actions[name].text().replace("&", ""))
        if name in WITH_WORDS:
            # A style sheet knows no gap between icon and text.
            button.setText("  " + actions[name].text().replace("&", "").removesuffix("…"))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self._worded.append(button)
