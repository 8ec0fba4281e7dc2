"""Learning at once as a test needs it: the loop is what is tested, not what comes of it."""

from __future__ import annotations

from painting import Painter
from pytestqt.qtbot import QtBot
from windows import go_to, wait_idle

from gui.main_window import MainWindow
from segmenter.training.quick_recipe import QUICK

FEW_STEPS = QUICK.replace(steps=3, views=1, batch_size=1)
"""Over in a moment."""
ENDLESS = QUICK.replace(steps=10_000_000, views=1, batch_size=1)
"""Over when somebody ends it."""


def correct(qtbot: QtBot, window: MainWindow, name: str, classes: tuple[int, ...] = (0, 1)) -> None:
    """Paint a stripe of each of these classes on an image, and wait until that is saved."""
    go_to(qtbot, window, name)
    painter = Painter(window)
    content = window.canvas.content
    assert content is not None
    for place, class_id in enumerate(classes, start=1):
        painter.choose_brush(class_id)
        y = content.height * place // (len(classes) + 1)
        painter.stroke((content.width // 4, y), (content.width * 3 // 4, y))
    wait_idle(qtbot, window)
