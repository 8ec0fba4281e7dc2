"""Dialogs of the window: one of a kind, and what is behind them goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget


def show_dialog(parent: QWidget, dialog: QDialog) -> None:
    """Open ``dialog`` over its window, without a loop of its own; an older one of its kind goes."""
    for other in parent.findChildren(type(dialog)):
        if other is not dialog and other.isVisible():
            other.close()
    dialog.open()
