"""Learning at once: offered, under way, and what came of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QWidget

from gui.main_window import MainWindow
from pictures.correcting import corrected
from pictures.window import act, settle

NEXT = "dandelion.jpg"


def offered(window: MainWindow, folder: Path) -> QWidget:
    """After the first correction, in a pause of the hand."""
    corrected(window, folder)
    settle(window, 4000)
    return window


def under_way(window: MainWindow, folder: Path) -> QWidget:
    """The next image is looked at meanwhile."""
    corrected(window, folder)
    window.workspace.image_list.select(NEXT)
    settle(window)
    loop = QEventLoop()
    window.inference.learning.connect(
        lambda progress: loop.quit() if progress.done > progress.total / 2 else None
    )
    window.inference.taught.connect(loop.quit)
    act(window, "model.learn_now")
    loop.exec()
    return window


def learnt(window: MainWindow, folder: Path) -> QWidget:
    """All that nobody has corrected is predicted anew."""
    corrected(window, folder)
    window.workspace.image_list.select(NEXT)
    settle(window)
    act(window, "model.learn_now")
    settle(window)
    return window
