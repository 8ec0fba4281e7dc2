"""The ring on the screen itself: around what the next click paints, and nothing left behind.

Runs at the pixel ratio of the environment; test_hidpi_screens.py runs it again at others.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pictures import on_screen
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tool_bench import Bench

from gui.canvas.canvas import Canvas
from gui.tools.brush_tool import BrushTool
from segmenter.editing.brush import BrushShape

GREY = (90, 91, 92)
HEIGHT, WIDTH = 900, 1200


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Bench:
    """The brush over a grey photo without labels, full opacity."""
    photo = np.full((HEIGHT, WIDTH, 3), GREY, np.uint8)
    made = Bench(qtbot, BrushTool, photo, np.full((HEIGHT, WIDTH), 255, np.uint8), folder=tmp_path)
    made.canvas.set_opacity(1.0)
    return made


def enclosed(bare: NDArray[np.uint8], ringed: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The device pixels that the lines keep from the rest."""
    lines = (bare != ringed).any(axis=2)
    outside = np.pad((~lines).astype(np.uint8), 1, constant_values=1)
    _, regions = cv2.connectedComponents(outside, connectivity=8)
    return ~lines & (regions[1:-1, 1:-1] != regions[0, 0])


@pytest.mark.parametrize("shape", list(BrushShape))
@pytest.mark.parametrize("scale", [0.25, 1.0, 4.455])
def test_a_click_paints_exactly_what_the_ring_encloses(
    bench: Bench, scale: float, shape: BrushShape
) -> None:
    canvas = bench.canvas
    assert isinstance(bench.tool, BrushTool)
    bench.tool.brush.set_shape(shape)
    for size in (1, 2, 9, 40, 97, 301):
        # Large enough to have a ring, small enough to be seen whole.
        if not 5 <= size * scale <= 400:
            continue
        bench.tool.brush.set_size(size)
        bench.place(scale / canvas.devicePixelRatioF(), -37, -21)
        at = canvas.image_to_view(600, 450).toTuple()
        if not canvas.viewport().rect().adjusted(150, 150, -150, -150).contains(*at):
            bench.place(scale / canvas.devicePixelRatioF(), 400 - at[0] - 37, 300 - at[1] - 21)
            at = canvas.image_to_view(600, 450).toTuple()
        leave(bench)
        bare = on_screen(canvas)
        bench.move(at)
        inside = enclosed(bare, on_screen(canvas))
        bench.click(at)
        leave(bench)
        painted = (on_screen(canvas) != bare).any(axis=2)
        assert painted.any()
        np.testing.assert_array_equal(inside, painted, err_msg=f"{size} pixels")
        bench.editor.undo()


def test_a_step_of_any_length_leaves_nothing_behind(bench: Bench) -> None:
    """Where a repaint ends half-way across a pixel of the screen, too; beside the image."""
    bench.place(0.377 / bench.canvas.devicePixelRatioF())
    for step in range(8):
        bench.canvas.brush_ring.show_at(1300 + 3 * step, 1000 - 4 * step, 60, BrushShape.ROUND)
        assert_painted_anew_is_alike(bench.canvas)


def leave(bench: Bench) -> None:
    QApplication.sendEvent(bench.canvas.viewport(), QEvent(QEvent.Type.Leave))


@pytest.mark.parametrize("scale", [0.377, 1.0, 4.455, 64.0])
@pytest.mark.parametrize("size", [7, 60, 301, 1000])
def test_wherever_it_goes_nothing_of_it_is_left_behind(
    bench: Bench, size: int, scale: float
) -> None:
    """What has been painted piece by piece is what a painting anew shows."""
    canvas, ring = bench.canvas, bench.canvas.brush_ring
    bench.place(scale / canvas.devicePixelRatioF())
    middle = canvas.exact_image_point(QPointF(400, 300))
    for dx, dy, grown in ((0, 0, 0), (3.2, 5.5, 0), (-10, -70, 9), (300, 250, 0), (-600, -450, 0)):
        ring.show_at(middle[0] + dx, middle[1] + dy, size + grown, BrushShape.ROUND)
        assert_painted_anew_is_alike(canvas)
    ring.hide()
    assert_painted_anew_is_alike(canvas)


def assert_painted_anew_is_alike(canvas: Canvas) -> None:
    piecewise = on_screen(canvas)
    canvas.refresh()
    np.testing.assert_array_equal(piecewise, on_screen(canvas))


def test_it_is_a_cross_where_it_would_be_a_blot(bench: Bench) -> None:
    assert isinstance(bench.tool, BrushTool)
    bench.tool.brush.set_size(9)
    bench.place(0.25 / bench.canvas.devicePixelRatioF(), 200, 100)
    bare = on_screen(bench.canvas)
    bench.move((300, 200))
    np.testing.assert_array_equal(on_screen(bench.canvas), bare)
    assert bench.canvas.viewport().cursor().shape() == Qt.CursorShape.CrossCursor


def test_without_an_image_there_is_no_ring_and_with_the_next_one_it_is_back(
    bench: Bench,
) -> None:
    content = bench.canvas.content
    assert content is not None
    bench.move((300, 200))
    bench.canvas.clear()
    assert bench.canvas.brush_ring.place is None
    bench.tool.change_size(1)
    assert bench.canvas.brush_ring.place is None
    bench.canvas.show_content(content)
    assert bench.canvas.brush_ring.place is not None
