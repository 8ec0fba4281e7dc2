"""A window on photos with classes, and a hand that paints in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from painting import Painter, add_classes
from pytestqt.qtbot import QtBot
from windows import MakeWindow, go_to

from gui.main_window import MainWindow


@pytest.fixture
def window(make_window: MakeWindow, photos: Path) -> MainWindow:
    """The four photos, with classes of their own."""
    add_classes(photos)
    return make_window(photos)


@pytest.fixture
def painter(window: MainWindow, qtbot: QtBot) -> Painter:
    """The brush with class 1 over cat.jpg."""
    go_to(qtbot, window, "cat.jpg")
    painter = Painter(window)
    painter.choose_brush(1)
    return painter
