"""Starting the app: what is imported before the first window, arguments, logs, bugs."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot
from windows import MakeWindow, trigger

from gui.app import path_argument
from gui.error_report import BugCatcher, ErrorDialog
from gui.log import log_file, report, start_logging

_FIRST_WINDOW = """
import json, sys
from gui.app import build
app, window = build(["maskwright"])
window.show()
app.processEvents()
print(json.dumps([name for name in ("torch", "torchvision", "numpy", "cv2", "PIL", "pyqtgraph",
                                    "sqlite3", "typer") if name in sys.modules]))
window.close()
"""


def test_the_first_window_needs_neither_torch_nor_numpy() -> None:
    child = subprocess.run([sys.executable, "-c", _FIRST_WINDOW], capture_output=True, text=True)
    assert child.returncode == 0, child.stderr
    assert json.loads(child.stdout) == []


def test_no_move_of_the_mouse_is_left_out() -> None:
    """X11's plugin switches it on by itself: of 100 moves that came while the app was busy, 1
    arrived."""
    script = (
        "from gui.app import build; from PySide6.QtCore import Qt, QCoreApplication as App;"
        "compress = Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents;"
        "App.setAttribute(compress, True); _, window = build([]);"
        "window.close(); window.inference.wait_for_end(20.0);"
        "raise SystemExit(App.testAttribute(compress))"
    )
    child = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert child.returncode == 0, child.stderr


@pytest.mark.parametrize(
    ("argv", "path"),
    [
        ([], ""),
        (["maskwright"], ""),
        (["/usr/bin/maskwright"], ""),
        (["maskwright", "photos"], "photos"),
        (["/photos"], "/photos"),
        ([sys.argv[0], "/photos/cat.jpg"], "/photos/cat.jpg"),
        (["maskwright", "-style", "/photos"], "/photos"),
    ],
)
def test_the_argument_that_names_a_folder_is_found(argv: list[str], path: str) -> None:
    assert path_argument(argv) == path


def test_a_folder_called_maskwright_can_be_opened(tmp_path: Path) -> None:
    folder = tmp_path / "maskwright"
    folder.mkdir()
    assert path_argument([str(folder)]) == str(folder)


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C reaches a process otherwise there")
def test_the_app_runs_and_ctrl_c_closes_it(photos: Path, small_model: Path) -> None:
    from gui.settings import Settings

    settings = Settings()
    settings.model = str(small_model)
    settings.save()
    child = subprocess.Popen(
        [sys.executable, "-m", "gui.app", str(photos)], stderr=subprocess.PIPE, text=True
    )
    database = photos / "maskwright" / "project.sqlite3"
    deadline = monotonic() + 60
    while not database.exists() and monotonic() < deadline and child.poll() is None:
        QApplication.processEvents()
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors
    assert database.exists()
    assert "Traceback" not in errors


def test_a_bug_is_logged_and_shown_with_a_report_to_copy(qapp: QApplication, qtbot: QtBot) -> None:
    start_logging()
    catcher = BugCatcher(qapp)
    bug = ZeroDivisionError("a bug of the test")
    try:
        raise bug
    except ZeroDivisionError:
        catcher._hook(type(bug), bug, bug.__traceback__)
    qtbot.waitUntil(lambda: catcher._dialog is not None)
    dialog = catcher._dialog
    assert isinstance(dialog, ErrorDialog)
    copy = dialog.findChild(QPushButton, "copy_report")
    assert copy is not None
    copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "a bug of the test" in copied
    assert "test_app.py" in copied
    assert "PySide" in copied or "Qt 6" in copied
    # A second bug does not pile up a second dialog.
    catcher.tell("another")
    QTimer.singleShot(0, dialog.close)
    qtbot.waitUntil(lambda: catcher._dialog is None)


def test_a_bug_is_shown_also_after_the_last_ones_dialog_went_with_its_parent(
    qapp: QApplication, qtbot: QtBot
) -> None:
    catcher = BugCatcher(qapp)
    parent = QDialog()
    parent.show()
    parent.activateWindow()
    qtbot.waitUntil(parent.isActiveWindow)
    catcher.tell("the first")
    qtbot.waitUntil(lambda: parent.findChild(ErrorDialog) is not None)
    with qtbot.waitSignal(parent.destroyed):
        parent.deleteLater()
    catcher.tell("the second")

    def dialogs() -> list[ErrorDialog]:
        return [each for each in qapp.topLevelWidgets() if isinstance(each, ErrorDialog)]

    qtbot.waitUntil(lambda: any(each.isVisible() for each in dialogs()))
    for dialog in dialogs():
        dialog.close()


def test_the_report_of_the_menu_has_versions_and_the_newest_log(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    logging.getLogger("test").warning("something to be seen in a report")
    trigger(window, "help.report")
    copied = QGuiApplication.clipboard().text()
    assert "Maskwright 0." in copied
    assert "something to be seen in a report" in copied
    assert "clipboard" in window.messages.text


def test_the_log_file_is_written(tmp_path: Path) -> None:
    start_logging()
    logging.getLogger("test").error("to the file with this")
    assert "to the file with this" in log_file().read_text(encoding="utf-8")


def test_a_log_folder_that_can_not_be_made_stops_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    child = subprocess.run(
        [sys.executable, "-c", "from gui.log import start_logging, report; start_logging();"
         "import logging; logging.error('kept in memory'); print(report())"],
        env={**os.environ, "MASKWRIGHT_LOG": str(blocked / "log")}, capture_output=True, text=True,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr
    assert "kept in memory" in child.stdout


def test_a_report_tells_the_trouble_first() -> None:
    text = report("Traceback: it broke")
    assert text.index("Traceback: it broke") < text.index("Newest lines of the log")
