"""A frame that holds together what belongs together."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget


def card(*parts: QWidget) -> QFrame:
    """The parts, one below the other."""
    frame = QFrame()
    frame.setProperty("role", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(14, 12, 14, 12)
    column.setSpacing(8)
    for part in parts:
        column.addWidget(part)
    return frame
