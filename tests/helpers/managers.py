"""What a test does in the model manager, and reads there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from gui.models.manager_dialog import ManagerDialog
from segmenter.nn.model_file import read_model_header

LEFT = Qt.MouseButton.LeftButton
OpenManager = Callable[[], ManagerDialog]


def button(manager: ManagerDialog, name: str) -> QPushButton:
    found = manager.findChild(QPushButton, name)
    assert found is not None
    return found


def words(manager: ManagerDialog, name: str) -> str:
    """Of a label that is shown; empty where it isn't."""
    label = manager.findChild(QLabel, name)
    assert label is not None
    return "" if label.isHidden() else label.text()


def press(manager: ManagerDialog, name: str) -> None:
    QTest.mouseClick(button(manager, name), LEFT)


def names(manager: ManagerDialog) -> list[str]:
    """Titles, from top to bottom."""
    return [entry.title for entry in manager.list.shown]


def title_in(path: Path) -> str:
    return read_model_header(path)[1].name


def action(manager: ManagerDialog, name: str = "message_action") -> QPushButton:
    found = manager.messages.findChild(QPushButton, name)
    assert found is not None
    return found
