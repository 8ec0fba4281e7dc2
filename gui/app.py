"""Starts the app. Nothing here, or imported here, imports torch, numpy or the canvas: the first
window stands before they are read."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from multiprocessing import freeze_support
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

import segmenter
from gui.error_report import BugCatcher
from gui.icons import app_icon
from gui.log import start_logging
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.theme import Theme

_PROGRAM_NAMES = ("maskwright", "maskwright-gui", "__main__", "app")


def build(argv: Sequence[str] | None = None) -> tuple[QApplication, MainWindow]:
    """The application and its window, not shown yet.

    ``argv``: the program's name, which may be left out, and a folder or an image to open. A
    second call in one process makes a second window.
    """
    argv = list(sys.argv if argv is None else argv)
    start_logging()
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["maskwright"])
        _describe(app)
    settings = Settings()
    theme = app.findChild(Theme) or Theme(app, settings.theme)
    window = MainWindow(settings, theme)
    wanted = path_argument(argv)
    if wanted:
        window.open_folder(wanted)
    return app, window


def path_argument(argv: Sequence[str]) -> str:
    """The folder or image among the arguments; empty where there is none."""
    rest = list(argv)
    if rest and _is_program(rest[0]):
        rest = rest[1:]
    return next((arg for arg in rest if not arg.startswith("-")), "")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the app until its window is closed; returns the exit code."""
    freeze_support()
    app, window = build(argv)
    catcher = BugCatcher(app)
    catcher.install()
    window.inference.crashed.connect(catcher.tell)
    _quit_on_interrupt(app)
    if sys.platform == "darwin":
        from gui.file_openings import FileOpenings

        FileOpenings(app, window.open_folder)
    window.show()
    code = app.exec()
    if not window.isHidden():
        window.close()
    if window.inference.is_still_busy:
        # In the midst of `import torch`, say. All is saved; Python would wait, or crash.
        sys.stdout.flush()
        os._exit(code)
    return code


def _describe(app: QApplication) -> None:
    app.setApplicationName("maskwright")
    app.setApplicationDisplayName("Maskwright")
    app.setApplicationVersion(segmenter.__version__)
    app.setDesktopFileName("maskwright")
    app.setWindowIcon(app_icon())
    # X11 would make one of all the moves a mouse has made while something was busy: a curve
    # becomes a straight line.
    app.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    QGuiApplication.setQuitOnLastWindowClosed(True)


def _quit_on_interrupt(app: QApplication) -> None:
    """Ctrl+C in the terminal closes the window as a person would."""
    signal.signal(signal.SIGINT, lambda *_: QApplication.closeAllWindows())
    # Python handles signals between two of its own instructions; Qt's loop runs none by itself.
    timer = QTimer(app)
    timer.timeout.connect(lambda: None)
    timer.start(300)


def _is_program(arg: str) -> bool:
    if arg == sys.argv[0]:
        return True
    path = Path(arg)
    return path.stem in _PROGRAM_NAMES and not (path.is_absolute() and path.is_dir())


if __name__ == "__main__":
    sys.exit(main())
