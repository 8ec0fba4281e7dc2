"""A flat button for an action, with words of its own; gone while the action makes no sense."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from gui.icons import wear_icon


class ActionButton(QToolButton):
    """Agrees with the action: whether it is on, whether there is anything to do."""

    def __init__(
        self,
        action: QAction,
        words: str,
        name: str,
        *,
        icon: str = "",
        is_switch: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """``icon``: in place of the action's own, which is called as the action; ``is_switch``:
        it is pressed in while the action is on, if that can be on."""
        super().__init__(parent)
        self.setObjectName(name)
        self._action = action
        self.setProperty("flat", True)
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if words:
            self.setProperty("withText", True)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self.setText(words)
        wear_icon(self, icon or action.objectName().partition(".")[2])
        self.setToolTip(action.toolTip())
        self.setAccessibleName(words or action.text().replace("&", ""))
        self._is_switch = is_switch and action.isCheckable() and not icon
        self.setCheckable(self._is_switch)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        if self._is_switch:
            self.setChecked(action.isChecked())
        if not action.isEnabled():
            self.hide()  # never shown from here: it stands in no panel yet

    def show_words(self, words: str, icon: str, tip: str = "") -> None:
        """Until it says something else; ``tip``: in place of the action's."""
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(words)
            wear_icon(self, icon)
        self.setToolTip(tip or self._action.toolTip())

    def _follow(self) -> None:
        if self._is_switch:
            self.setChecked(self._action.isChecked())
        self.setVisible(self._action.isEnabled())
