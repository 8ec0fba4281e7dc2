"""A second window on the same folder looks, and does not touch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from painting import Painter, is_stored
from pytestqt.qtbot import QtBot
from windows import MakeWindow, go_to, wait_idle

from gui.main_window import MainWindow


def test_the_second_window_refuses_to_paint_with_a_sentence(
    window: MainWindow, painter: Painter, make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    painter.stroke((50, 50), (200, 80))
    wait_idle(qtbot, window)
    first = painter.mask.copy()
    second = make_window(photos)
    assert second.project is not None
    assert second.project.read_only
    go_to(qtbot, second, "cat.jpg")
    assert np.array_equal(second.canvas.mask, first)
    second.messages.clear()
    looker = Painter(second)
    looker.choose_brush(2)
    looker.stroke((50, 150), (200, 180))
    assert np.array_equal(looker.mask, first)
    assert second.messages.text == second.project.read_only_reason
    assert "another window" in second.messages.text
    assert not second.actions_by_name["edit.undo"].isEnabled()
    wait_idle(qtbot, second)
    assert is_stored(second, "cat.jpg", first)
    painter.stroke((50, 150), (200, 180))  # the first goes on
    wait_idle(qtbot, window)
    assert is_stored(window, "cat.jpg", painter.mask)
    second.close()
    assert not second.isVisible()
