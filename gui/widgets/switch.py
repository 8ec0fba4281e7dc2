"""A check box for an action that can be switched on and off."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox


def switch(action: QAction) -> QCheckBox:
    """A box that always agrees with the action: words, tip, state, whether it makes sense."""
    box = QCheckBox()
    _Tie(box, action)
    return box


class _Tie(QObject):
    """One check box and one action that always agree."""

    def __init__(self, box: QCheckBox, action: QAction) -> None:
        super().__init__(box)
        self._box = box
        self._action = action
        box.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        # Without the menu's letters, which mean nothing here; a name's own "&" is written "&&".
        self._box.setText("&&".join(p.replace("&", "") for p in self._action.text().split("&&")))
        self._box.setToolTip(self._action.toolTip())
        self._box.setChecked(self._action.isChecked())
        self._box.setEnabled(self._action.isEnabled())
