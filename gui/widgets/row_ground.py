"""The ground of a row in a list: chosen, under the pointer, or bare."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem


def draw_ground(painter: QPainter, option: QStyleOptionViewItem) -> bool:
    """Draw it; True where it is the strong one of the chosen row, which wants light words."""
    state: QStyle.StateFlag = option.state
    colors: QPalette = option.palette
    ground = QRectF(option.rect).adjusted(4, 1, -4, -1)
    painter.setPen(Qt.PenStyle.NoPen)
    if state & QStyle.StateFlag.State_Selected:
        highlight = colors.color(QPalette.ColorRole.Highlight)
        focused = bool(state & QStyle.StateFlag.State_Active) and bool(
            state & QStyle.StateFlag.State_HasFocus
        )
        painter.setBrush(highlight if focused else faint(highlight, 0.22))
        painter.drawRoundedRect(ground, 6, 6)
        return focused
    if state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(faint(colors.color(QPalette.ColorRole.Text), 0.06))
        painter.drawRoundedRect(ground, 6, 6)
    return False


def faint(color: QColor, alpha: float) -> QColor:
    """``color`` with so much of its strength, 0–1."""
    weak = QColor(color)
    weak.setAlphaF(alpha)
    return weak
