"""A field for a whole number, as narrow as its longest number needs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSpinBox

ARROWS = 30
"""Pixels that arrows and edges take."""


class NumberField(QSpinBox):
    """Qt's own leaves room for half as much again, which the side panel doesn't have."""

    def event(self, event: QEvent) -> bool:
        """Letters and the space bar mean nothing in a number: they are left to the actions, which
        Qt's own would keep from them."""
        if is_no_number(event):
            event.ignore()
            return False
        return super().event(event)

    def sizeHint(self) -> QSize:
        ends = (self.minimum(), self.maximum())
        words = [f"{self.prefix()}{self.textFromValue(n)}{self.suffix()}" for n in ends]
        text = max(self.fontMetrics().horizontalAdvance(each) for each in words)
        return QSize(text + ARROWS, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def is_no_number(event: QEvent) -> bool:
    """Whether a key was pressed that could be an action's and writes nothing in such a field."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.text().isalpha() or event.text() == " "
