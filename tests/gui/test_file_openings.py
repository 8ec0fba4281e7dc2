"""What macOS sends when somebody opens a folder with the app."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from windows import MakeWindow, wait_idle

from gui.file_openings import FileOpenings


def test_a_folder_that_the_system_hands_over_is_opened(
    qapp: QApplication, make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    window = make_window()
    openings = FileOpenings(qapp, window.open_folder)
    # To the application, as Cocoa's plugin does.
    qapp.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(photos))))
    wait_idle(qtbot, window)
    assert window.project is not None
    assert window.project.folder == photos
    qapp.removeEventFilter(openings)


def test_what_has_no_file_is_left_to_others(qapp: QApplication) -> None:
    opened: list[str] = []
    openings = FileOpenings(qapp, opened.append)
    web = QFileOpenEvent(QUrl("https://example.org/"))
    assert not openings.eventFilter(qapp, web)
    assert not openings.eventFilter(qapp, QEvent(QEvent.Type.User))
    assert opened == []
    qapp.removeEventFilter(openings)
