"""The menu bar and the tool bar, laid out from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMainWindow, QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from gui.actions import SECTIONS, TOOL_BAR, Actions

ICON_SIDE = 20
WITH_TEXT = ("file.open_folder", "segment.image", "segment.folder")


def fill_menu_bar(bar: QMenuBar, actions: Actions) -> None:
    for section in SECTIONS:
        menu = bar.addMenu(section.title)
        menu.setToolTipsVisible(True)
        for number, group in enumerate(section.groups):
            if number:
                menu.addSeparator()
            for spec in group:
                menu.addAction(actions[spec.name])


def make_tool_bar(window: QMainWindow, actions: Actions) -> QToolBar:
    bar = QToolBar(window.tr("Tool bar"), window)
    bar.setObjectName("tool_bar")
    bar.setMovable(False)
    bar.setFloatable(False)
    bar.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    for number, group in enumerate(TOOL_BAR):
        if number:
            bar.addSeparator()
        for name in group:
            actions.dress(name)
            bar.addAction(actions[name])
            button = bar.widgetForAction(actions[name])
            if name in WITH_TEXT and isinstance(button, QToolButton):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
                button.setText(actions[name].text().replace("&", "").removesuffix("…"))
    space = QWidget()
    space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(space)
    actions.dress("model.manager", "help.shortcuts")
    bar.addAction(actions["model.manager"])
    bar.addAction(actions["help.shortcuts"])
    return bar
