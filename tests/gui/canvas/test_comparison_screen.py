"""While mask and prediction are compared, too, what was painted piece by piece is what a painting
anew would show.

Runs at the pixel ratio of the environment; test_hidpi_screens.py runs it again at others.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QWidget

from gui.canvas.canvas import Canvas
from gui.canvas.canvas_item import OverlayStyle
from gui.canvas.corner_label import CornerLabel

Screen = Callable[[], NDArray[np.uint8]]


@pytest.fixture
def shown(shown: Canvas) -> Canvas:
    """A photo under a busy mask, with a prediction much like it: split, and with marks."""
    comparison = shown.comparison
    comparison.set_prediction(np.roll(shown.mask, 3, axis=1))
    comparison.set_split(True)
    comparison.set_fraction(0.4)
    comparison.set_marks_changes(True)
    QApplication.processEvents()
    return shown


def assert_nothing_is_left_behind(shown: Canvas, on_screen: Screen) -> None:
    piecewise = on_screen()
    shown.viewport().update()
    difference = np.abs(piecewise.astype(int) - on_screen())
    # Qt draws words a little differently where it draws a part of them, at ratios like 1.25.
    ratio = shown.devicePixelRatioF()
    for key in (
        shown.findChild(QWidget, "canvas.changes_legend"),
        *shown.findChildren(CornerLabel),
    ):
        assert isinstance(key, QWidget)
        if key.isVisible():
            place = key.geometry()
            left, top = round(place.left() * ratio), round(place.top() * ratio)
            right, bottom = round(place.right() * ratio), round(place.bottom() * ratio)
            difference[top : bottom + 3, left : right + 3] = 0
    # The last bits of smoothing, see test_canvas_screen.py; a mark that is missing differs by far
    # more.
    assert difference.max() <= 3


@pytest.mark.parametrize("style", [OverlayStyle.FILL, OverlayStyle.FILL_AND_OUTLINE])
@pytest.mark.parametrize("scale", [0.47, 1.0, 5.3])
def test_an_edit_repaints_all_it_changed(
    shown: Canvas, on_screen: Screen, style: OverlayStyle, scale: float
) -> None:
    shown.set_overlay_style(style)
    shown.zoom_by(scale / shown.zoom)
    shown.pan_by(-37, 11)
    before = on_screen()
    rng = np.random.default_rng(7)
    for _ in range(10):
        x, y = (int(value) for value in rng.integers(100, 250, 2))
        size = int(rng.integers(1, 50))
        shown.mask[y : y + size, x : x + size] = rng.choice([0, 1, 2, 7, 255])
        shown.refresh(QRect(x, y, size, size))
        on_screen()
    assert (on_screen() != before).any()
    assert_nothing_is_left_behind(shown, on_screen)


@pytest.mark.parametrize("scale", [0.8, 1.0, 3.7])
def test_panning_and_dragging_the_line_leave_no_trace(
    shown: Canvas, on_screen: Screen, scale: float
) -> None:
    shown.zoom_by(scale / shown.zoom)
    for step, (dx, dy) in enumerate(((3, 0), (0, -5), (17, 8), (-41, 1), (1, 1))):
        shown.pan_by(dx, dy)
        on_screen()
        shown.comparison.set_fraction(0.3 + 0.07 * step)
        on_screen()
    assert_nothing_is_left_behind(shown, on_screen)


def test_without_the_line_panning_leaves_no_trace_of_the_marks(
    shown: Canvas, on_screen: Screen
) -> None:
    shown.comparison.set_split(False)
    shown.zoom_by(2.3)
    for dx, dy in ((3, 0), (0, -5), (17, 8), (-41, 1), (1, 1)):
        shown.pan_by(dx, dy)
        on_screen()
    assert_nothing_is_left_behind(shown, on_screen)


def test_switching_it_all_off_leaves_no_trace(shown: Canvas, on_screen: Screen) -> None:
    comparison = shown.comparison
    comparison.set_split(False)
    comparison.set_marks_changes(False)
    comparison.set_shows_prediction(True)
    comparison.set_shows_prediction(False)
    assert_nothing_is_left_behind(shown, on_screen)
