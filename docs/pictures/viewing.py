"""Opening, segmenting and looking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QWidget

from gui.main_window import MainWindow
from pictures.window import act, dialog_of, opened, settle

Scene = Callable[[MainWindow, Path], QWidget]


def welcome(window: MainWindow, folder: Path) -> QWidget:
    settle(window)
    return window


def segmented(window: MainWindow, folder: Path) -> QWidget:
    return opened(window, folder, "flower.jpg")


def with_view(action: str, image: str) -> Scene:
    def scene(window: MainWindow, folder: Path) -> QWidget:
        opened(window, folder, image)
        act(window, action)
        settle(window)
        return window

    return scene


def during_a_run(window: MainWindow, folder: Path) -> QWidget:
    opened(window, folder, "cat.jpg")
    loop = QEventLoop()
    window.inference.progressed.connect(lambda done, _: loop.quit() if done >= 4 else None)
    window.inference.finished.connect(loop.quit)
    act(window, "segment.folder_again")
    loop.exec()
    return window


def dialog(action: str, name: str) -> Scene:
    def scene(window: MainWindow, folder: Path) -> QWidget:
        opened(window, folder)
        act(window, action)
        settle(window)
        return dialog_of(window, name)

    return scene
