"""The menu bar and the tool bar, laid out from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from gui.actions import SECTIONS, TOOL_BAR, TOOL_BAR_RIGHT, Actions

ICON_SIDE = 20
WITH_WORDS = ("model.learn_now", "segment.folder", "segment.image", "file.open_folder")
"""Where there is room for them, the first of these first."""

_ICON_ALONE = Qt.ToolButtonStyle.ToolButtonIconOnly
_WITH_WORDS = Qt.ToolButtonStyle.ToolButtonTextBesideIcon


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
    """Slim; leaves out words where the window is narrow, so that nothing falls off."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tool bar"))
        self.setObjectName("tool_bar")
        self.setMovable(False)
        self.setFloatable(False)
        self.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._worded: dict[str, QToolButton] = {}
        self._words: dict[str, int] = {}
        """Pixels that each button's words take."""
        self._bare = 0
        """Pixels that all takes without words."""
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
        self._give_words(event.size().width())
        super().resizeEvent(event)

    def _give_words(self, width: int) -> None:
        if not self._words:
            self._words = {name: _width_of_words(b) for name, b in self._worded.items()}
            self._bare = self.sizeHint().width()
        needed = self._bare
        for name in WITH_WORDS:
            needed += self._words[name]
            style = _WITH_WORDS if needed <= width else _ICON_ALONE
            if self._worded[name].toolButtonStyle() != style:
                self._worded[name].setToolButtonStyle(style)

    def _add(self, actions: Actions, name: str) -> None:
        actions.dress(name)
        self.addAction(actions[name])
        button = self.widgetForAction(actions[name])
        assert isinstance(button, QToolButton)
        button.setAccessibleName(actions[name].text().replace("&", ""))
        if name in WITH_WORDS:
            # A style sheet knows no gap between icon and text; and what is said to the button
            # itself is forgotten at the action's next change.
            words = actions[name].text().replace("&", "").removesuffix("…")
            actions[name].setIconText(f"  {words}")
            self._worded[name] = button


def _width_of_words(button: QToolButton) -> int:
    """Of a button that shows its icon alone, as it does afterwards."""
    bare = button.sizeHint().width()
    button.setToolButtonStyle(_WITH_WORDS)
    worded = button.sizeHint().width()
    button.setToolButtonStyle(_ICON_ALONE)
    return worded - bare
