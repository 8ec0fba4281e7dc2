"""An import driven through the window, for tests/gui/formats."""

from __future__ import annotations

from pathlib import Path

from formats_window import Labels, opened, part, press, wait_ready, write
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, wait_idle

from gui.main_window import MainWindow
from gui.notice_page import NoticePage
from segmenter.formats.dataset import ExportOptions, ImageFiles
from segmenter.formats.exporting import export, plan_export
from segmenter.formats.registry import by_key
from segmenter.project.project import Project
from segmenter.project.state import State

LABELLED = frozenset({State.CORRECTED, State.APPROVED, State.PREDICTED})


def exported(folder: Path, target: Path, key: str = "index-png") -> Path:
    """All labels of a folder, by the engine."""
    with Project.open(folder) as project:
        options = ExportOptions(states=LABELLED, images=ImageFiles.NONE)
        return export(project, plan_export(project, by_key(key), target, options)).target


def project_of(window: MainWindow) -> Project:
    assert window.project is not None
    return window.project


def import_dialog(qtbot: QtBot, window: MainWindow, source: Path) -> QDialog:
    """Open it, write the path, press Enter as one does, and wait until it was read."""
    dialog = opened(qtbot, window, "file.import", "import_dialog")
    write(qtbot, dialog, "import.source", str(source))
    QTest.keyClick(part(dialog, QWidget, "import.source"), Qt.Key.Key_Return)
    wait_idle(qtbot, window)
    assert not trouble(dialog).startswith("Choose"), "it has not begun to read"
    return dialog


def run(qtbot: QtBot, window: MainWindow, dialog: QDialog) -> None:
    wait_ready(qtbot, dialog, "import.begin")
    press(dialog, "import.begin")
    wait_closed(qtbot, window)


def wait_closed(qtbot: QtBot, window: MainWindow) -> None:
    """Until the dialog is gone and all is quiet."""

    def is_closed() -> bool:
        dialogs = window.findChildren(QDialog, "import_dialog")
        return not any(each.isVisible() for each in dialogs)

    qtbot.waitUntil(is_closed, timeout=WAIT_MS)
    wait_idle(qtbot, window)


def trouble(dialog: QDialog) -> str:
    """What stands in the place of a plan."""
    page = dialog.findChild(NoticePage)
    assert page is not None
    return page.text if page.isVisible() else ""


def labels(folder: Path, name: str) -> Labels:
    """Of the mask or the prediction."""
    with Project.open(folder) as project:
        found = project.load_mask(name)
        found = project.load_prediction_labels(name) if found is None else found
        assert found is not None
        return found
