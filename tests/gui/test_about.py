"""Help → About: which version, of what, and under which terms."""

from __future__ import annotations

from importlib import metadata

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QListWidget, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot
from windows import MakeWindow, trigger

import segmenter
from gui.about import AboutDialog
from gui.notices_dialog import NoticesDialog


def _opened(make_window: MakeWindow) -> AboutDialog:
    window = make_window()
    trigger(window, "help.about")
    dialog = window.findChild(AboutDialog)
    assert dialog is not None
    return dialog


def test_it_says_which_version_and_flavour_this_is(make_window: MakeWindow) -> None:
    about = _opened(make_window)
    words = " ".join(label.text() for label in about.findChildren(QLabel))
    assert segmenter.__version__ in words
    assert metadata.version("torch") in words  # with +cpu, where it is that flavour


def test_the_licences_are_a_click_away(make_window: MakeWindow, qtbot: QtBot) -> None:
    about = _opened(make_window)
    button = about.findChild(QPushButton, "about_licences")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    (dialog,) = about.findChildren(NoticesDialog)
    shown, listed = dialog.findChild(QPlainTextEdit), dialog.findChild(QListWidget)
    assert shown is not None
    assert listed is not None
    assert "Apache License" in shown.toPlainText()
    qtbot.keyClick(listed, Qt.Key.Key_Down)
    assert "NOTICES" in shown.toPlainText() or "photo" in shown.toPlainText().lower()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert [d for d in about.findChildren(QDialog) if d.isVisible()] == []
    assert about.isVisible()
