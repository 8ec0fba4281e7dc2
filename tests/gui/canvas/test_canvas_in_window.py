"""The canvas beside other widgets: its place in the window must not matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pictures
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.canvas.canvas import Canvas
from segmenter.editing.brush import BrushShape

LEFT, TOP = 137, 59
Screen = Callable[[], NDArray[np.uint8]]


@pytest.fixture
def alone(shown: Canvas, on_screen: Screen) -> NDArray[np.uint8]:
    """What the canvas shows as a window of its own."""
    return on_screen()


@pytest.fixture
def beside(shown: Canvas, alone: NDArray[np.uint8], qtbot: QtBot) -> Iterator[Screen]:
    """Puts the canvas beside nothing in a larger window; takes its pixels there."""
    window = QWidget()
    window.resize(shown.width() + LEFT + 40, shown.height() + TOP + 30)
    shown.setParent(window)
    shown.move(LEFT, TOP)
    shown.show()
    with qtbot.waitExposed(window):
        window.show()
    height, width = alone.shape[:2]
    yield lambda: pictures.on_screen(window)[TOP : TOP + height, LEFT : LEFT + width]
    shown.setParent(None)
    window.deleteLater()


def test_it_shows_the_same_as_alone(
    shown: Canvas, alone: NDArray[np.uint8], beside: Screen
) -> None:
    assert shown.size().width() == alone.shape[1]
    assert np.array_equal(beside(), alone)


def test_what_is_painted_shows_at_once(shown: Canvas, beside: Screen) -> None:
    for x in range(20, 380, 30):
        shown.brush_ring.show_at(x, 100, 80, BrushShape.ROUND)
        shown.mask[80:120, x : x + 20] = 2
        shown.refresh(QRect(x, 80, 20, 40))
        piecewise = beside()
        shown.refresh()
        difference = np.abs(piecewise.astype(int) - beside())
        assert difference.max() <= 3  # the last bits of smoothing
        assert difference.mean() < 0.05
