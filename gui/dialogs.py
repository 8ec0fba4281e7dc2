"""Dialogs of the window: one of a kind, and what is behind them goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QWidget


def show_dialog(parent: QWidget, dialog: QDialog) -> None:
    """Open ``dialog`` over its window, without a loop of its own; an older one of its kind goes."""
    for other in parent.findChildren(type(dialog)):
        if other is not dialog and other.isVisible():
            other.close()
    dialog.open()


def close_row(dialog: QDialog, *beside: QPushButton) -> QDialogButtonBox:
    """The last row of a dialog that has nothing to accept: Close, and at the other end what else
    can be pressed."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    for button in beside:
        buttons.addButton(button, QDialogButtonBox.ButtonRole.ResetRole)
    return buttons
