"""The prediction brush gives the mask back what the model said, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from painting import Painter
from pytestqt.qtbot import QtBot
from windows import go_to, run, trigger, wait_idle

from gui.main_window import MainWindow


@pytest.fixture
def painter(window: MainWindow, qtbot: QtBot) -> Painter:
    """The brush with class 0 over cat.jpg, which the model has segmented."""
    run(qtbot, window, "segment.folder")
    go_to(qtbot, window, "cat.jpg")
    painter = Painter(window)
    painter.choose_brush(0)
    return painter


def test_what_was_painted_over_is_the_prediction_again(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    predicted = painter.mask.copy()
    ys, xs = np.nonzero(predicted)
    middle = int(xs[len(xs) // 2]), int(ys[len(ys) // 2])
    painter.stroke(middle)
    assert not np.array_equal(painter.mask, predicted)
    # Away and back: the prediction is on the disk alone, the mask is what is shown.
    go_to(qtbot, window, "coffee.jpg")
    go_to(qtbot, window, "cat.jpg")
    trigger(window, "tool.restore")
    wait_idle(qtbot, window)
    painter.stroke(middle)
    assert "prediction" not in window.messages.text
    assert np.array_equal(painter.mask, predicted)
    trigger(window, "edit.undo")
    assert painter.mask[middle[1], middle[0]] == 0


def test_without_a_prediction_it_says_so(window: MainWindow, qtbot: QtBot) -> None:
    go_to(qtbot, window, "cat.jpg")
    trigger(window, "tool.restore")
    wait_idle(qtbot, window)
    Painter(window).stroke((30, 30))
    assert "no prediction" in window.messages.text
