"""Driving the window as a person does, for the tests of gui/."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pictures import rgb_of
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow

WAIT_MS = 60_000
"""Nothing takes so long; the machine may be busy."""

MakeWindow = Callable[..., MainWindow]


def wait_idle(qtbot: QtBot, window: MainWindow) -> None:
    """Until no background job is left."""
    qtbot.waitUntil(lambda: window.jobs.is_idle, timeout=WAIT_MS)


def open_and_wait(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    window.open_folder(folder)
    wait_idle(qtbot, window)


def trigger(window: MainWindow, name: str) -> None:
    """As a click on its menu entry: nothing happens where it is grey."""
    window.actions_by_name[name].trigger()


def run(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Trigger an action and wait until all it began has ended."""
    with qtbot.waitSignal(window.idle, timeout=WAIT_MS):
        trigger(window, name)
    wait_idle(qtbot, window)


def go_to(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Choose an image of the list and wait until it is shown."""
    window.workspace.image_list.select(name)
    wait_idle(qtbot, window)


def picture(window: MainWindow) -> NDArray[np.uint8]:
    """What the canvas shows: uint8 H×W×3."""
    return rgb_of(window.canvas.viewport().grab().toImage())


def states(window: MainWindow) -> dict[str, str]:
    """Image name → state, as the project knows it."""
    assert window.project is not None
    return {record.name: str(record.state) for record in window.project.images()}
