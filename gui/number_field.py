"""A field for a whole number, as narrow as its longest number needs."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSpinBox

ARROWS = 30
"""Pixels that arrows and edges take."""


class NumberField(QSpinBox):
    """Qt's own leaves room for half as much again, which the side panel doesn't have."""

    def sizeHint(self) -> QSize:
        ends = (self.minimum(), self.maximum())
        words = [f"{self.prefix()}{self.textFromValue(n)}{self.suffix()}" for n in ends]
        text = max(self.fontMetrics().horizontalAdvance(each) for each in words)
        return QSize(text + ARROWS, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
