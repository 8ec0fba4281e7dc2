"""Strokes by the events a hand makes; masks against the pure function, pixel by pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stroke_bench import HEIGHT, WIDTH, ZIGZAG, in_image, make_bench, stroked, tool
from tool_bench import IMAGES, LEFT, RIGHT, SHIFT, Bench

from gui.canvas.content import prepare
from gui.tools.eraser_tool import EraserTool
from segmenter.editing.brush import BrushShape

MIDDLE = Qt.MouseButton.MiddleButton


class TestADrag:
    @pytest.mark.parametrize("shape", list(BrushShape))
    @pytest.mark.parametrize("size", [1, 2, 20, 41, 301, 1000])
    @pytest.mark.parametrize("scale", [0.25, 1.0, 4.455])
    def test_paints_what_the_brush_sweeps_over(
        self, bench: Bench, scale: float, size: int, shape: BrushShape
    ) -> None:
        bench.place(scale, 41, 17)
        tool(bench).brush.set_size(size)
        tool(bench).brush.set_shape(shape)
        before = bench.mask.copy()
        bench.drag(ZIGZAG)
        expected = stroked(before, in_image(bench, ZIGZAG), 1, size, shape)
        np.testing.assert_array_equal(bench.mask, expected)
        assert bench.editor.undo_name == "brush stroke"
        bench.editor.undo()
        np.testing.assert_array_equal(bench.mask, before)

    def test_paints_at_once_and_not_when_it_ends(self, bench: Bench) -> None:
        before = bench.mask.copy()
        bench.press(ZIGZAG[0])
        way = in_image(bench, ZIGZAG[:1])
        np.testing.assert_array_equal(bench.mask, stroked(before, way, 1))
        bench.move(ZIGZAG[1])
        way = in_image(bench, ZIGZAG[:2])
        np.testing.assert_array_equal(bench.mask, stroked(before, way, 1))
        bench.release(ZIGZAG[1])

    def test_takes_every_event_as_it_comes(self, bench: Bench) -> None:
        """However many there are before anything is repainted."""
        way = [(100 + step * 5, 200 + round(90 * np.sin(step / 3))) for step in range(100)]
        before = bench.mask.copy()
        bench.drag(way)
        np.testing.assert_array_equal(bench.mask, stroked(before, in_image(bench, way), 1))

    def test_leaves_the_image_and_comes_back(self, bench: Bench) -> None:
        way = [(500, 200), (790, 210), (799, 590), (300, 430), (300, 300), (2, 2), (60, 60)]
        before = bench.mask.copy()
        bench.drag(way)
        np.testing.assert_array_equal(bench.mask, stroked(before, in_image(bench, way), 1))

    def test_may_begin_beside_the_image(self, bench: Bench) -> None:
        way = [(5, 5), (200, 180)]
        before = bench.mask.copy()
        bench.drag(way)
        expected = stroked(before, in_image(bench, way), 1)
        np.testing.assert_array_equal(bench.mask, expected)
        assert (expected != before).any()

    def test_goes_on_while_the_wheel_zooms(self, bench: Bench) -> None:
        before = bench.mask.copy()
        bench.press((200, 150))
        points = in_image(bench, [(200, 150)])
        bench.move((260, 190))
        points += in_image(bench, [(260, 190)])
        zoom = bench.canvas.zoom
        bench.turn_wheel((260, 190), 2)
        assert bench.canvas.zoom > zoom
        points += in_image(bench, [(260, 190)])
        bench.move((330, 220))
        points += in_image(bench, [(330, 220)])
        bench.release((330, 220))
        np.testing.assert_array_equal(bench.mask, stroked(before, points, 1))

    def test_is_one_step_each(self, bench: Bench) -> None:
        before = bench.mask.copy()
        bench.drag(ZIGZAG[:2])
        between = bench.mask.copy()
        bench.drag(ZIGZAG[2:])
        bench.editor.undo()
        np.testing.assert_array_equal(bench.mask, between)
        bench.editor.undo()
        np.testing.assert_array_equal(bench.mask, before)


class TestAnInterruptedDrag:
    def test_is_taken_back_by_escape(self, bench: Bench) -> None:
        before = bench.mask.copy()
        bench.press(ZIGZAG[0])
        bench.move(ZIGZAG[1])
        bench.key(Qt.Key.Key_Escape)
        np.testing.assert_array_equal(bench.mask, before)
        bench.move(ZIGZAG[2])
        bench.release(ZIGZAG[2])
        np.testing.assert_array_equal(bench.mask, before)
        assert bench.editor.undo_name == ""

    @pytest.mark.parametrize("how", ["focus", "grab", "unseen release"])
    def test_is_kept_where_the_window_loses_the_hand(self, bench: Bench, how: str) -> None:
        before = bench.mask.copy()
        bench.press(ZIGZAG[0])
        bench.move(ZIGZAG[1])
        if how == "focus":
            gone = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.ActiveWindowFocusReason)
            QApplication.sendEvent(bench.canvas, gone)
        elif how == "grab":
            QApplication.sendEvent(bench.canvas.viewport(), QEvent(QEvent.Type.UngrabMouse))
        else:
            bench._held = Qt.MouseButton.NoButton
        bench.move(ZIGZAG[2])
        expected = stroked(before, in_image(bench, ZIGZAG[:2]), 1)
        np.testing.assert_array_equal(bench.mask, expected)
        bench.editor.undo()
        np.testing.assert_array_equal(bench.mask, before)

    def test_is_kept_where_another_image_is_shown(
        self, bench: Bench, photo: NDArray[np.uint8]
    ) -> None:
        before = bench.mask
        expected = stroked(before, in_image(bench, ZIGZAG[:2]), 1)
        bench.press(ZIGZAG[0])
        bench.move(ZIGZAG[1])
        bench.show(photo, np.zeros((HEIGHT, WIDTH), np.uint8), IMAGES[1])
        bench.move(ZIGZAG[2])
        bench.release(ZIGZAG[2])
        np.testing.assert_array_equal(before, expected)
        assert not bench.mask.any()

    def test_goes_on_where_its_own_image_is_shown_anew(
        self, bench: Bench, photo: NDArray[np.uint8]
    ) -> None:
        """A prediction has come, or the photo was read once more."""
        before = bench.mask.copy()
        bench.press(ZIGZAG[0])
        bench.move(ZIGZAG[1])
        again = prepare(photo, before.copy())
        bench.editor.show(bench.editor.name, again)
        bench.canvas.show_content(again, keep_view=True)
        bench.move(ZIGZAG[2])
        bench.release(ZIGZAG[2])
        bench.move(ZIGZAG[3])
        expected = stroked(before, in_image(bench, ZIGZAG[:3]), 1)
        np.testing.assert_array_equal(bench.mask, expected)

    @pytest.mark.parametrize("other", [RIGHT, MIDDLE])
    def test_goes_on_where_another_button_is_pressed(
        self, bench: Bench, other: Qt.MouseButton
    ) -> None:
        before = bench.mask.copy()
        place = bench.canvas.image_to_view(0, 0)
        bench.press(ZIGZAG[0])
        bench.move(ZIGZAG[1])
        bench.press(ZIGZAG[1], other)
        bench.release(ZIGZAG[1], other)
        bench._held = LEFT
        bench.move(ZIGZAG[2])
        bench.release(ZIGZAG[2])
        assert bench.canvas.image_to_view(0, 0) == place
        expected = stroked(before, in_image(bench, ZIGZAG[:3]), 1)
        np.testing.assert_array_equal(bench.mask, expected)

    def test_paints_nothing_more_once_undo_has_ended_it(self, bench: Bench) -> None:
        before = bench.mask.copy()
        bench.press(ZIGZAG[0])
        bench.move(ZIGZAG[1])
        bench.editor.undo()
        bench.move(ZIGZAG[2])
        bench.release(ZIGZAG[2])
        np.testing.assert_array_equal(bench.mask, before)


class TestStraightLines:
    def test_shift_and_a_click_draw_one_from_the_last_point(self, bench: Bench) -> None:
        before = bench.mask.copy()
        bench.drag(ZIGZAG[:2])
        bench.press(ZIGZAG[2], modifiers=SHIFT)
        bench.release(ZIGZAG[2], modifiers=SHIFT)
        expected = stroked(before, in_image(bench, ZIGZAG[:3]), 1)
        np.testing.assert_array_equal(bench.mask, expected)
        bench.press(ZIGZAG[3], modifiers=SHIFT)
        bench.release(ZIGZAG[3], modifiers=SHIFT)
        expected = stroked(expected, in_image(bench, ZIGZAG[2:4]), 1)
        np.testing.assert_array_equal(bench.mask, expected)

    def test_shift_and_a_drag_draw_one_to_where_it_ends(self, bench: Bench) -> None:
        before = bench.mask.copy()
        bench.press(ZIGZAG[0], modifiers=SHIFT)
        bench.move(ZIGZAG[1])
        bench.move(ZIGZAG[2])
        np.testing.assert_array_equal(bench.mask, before)
        bench.release(ZIGZAG[2], modifiers=SHIFT)
        way = in_image(bench, [ZIGZAG[0], ZIGZAG[2]])
        np.testing.assert_array_equal(bench.mask, stroked(before, way, 1))

    def test_a_thin_line_shows_where_while_shift_is_held(self, bench: Bench) -> None:
        bench.drag(ZIGZAG[:2])
        bench.move(ZIGZAG[2])
        assert bench.canvas.preview.path is None
        bench.qtbot.keyPress(bench.canvas, Qt.Key.Key_Shift)
        path = bench.canvas.preview.path
        assert path is not None
        np.testing.assert_allclose(path.points, in_image(bench, ZIGZAG[1:3]))
        bench.qtbot.keyRelease(bench.canvas, Qt.Key.Key_Shift, SHIFT)
        assert bench.canvas.preview.path is None

    def test_escape_drops_one(self, bench: Bench) -> None:
        before = bench.mask.copy()
        bench.press(ZIGZAG[0], modifiers=SHIFT)
        bench.move(ZIGZAG[1])
        bench.key(Qt.Key.Key_Escape)
        bench.release(ZIGZAG[1], modifiers=SHIFT)
        np.testing.assert_array_equal(bench.mask, before)
        assert bench.canvas.preview.path is None

    def test_none_comes_from_another_image(self, bench: Bench, photo: NDArray[np.uint8]) -> None:
        bench.drag(ZIGZAG[:2])
        labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        bench.show(photo, labels, IMAGES[1])
        bench.place(1.37, 23, 11)
        bench.press(ZIGZAG[2], modifiers=SHIFT)
        bench.release(ZIGZAG[2], modifiers=SHIFT)
        expected = stroked(labels, in_image(bench, ZIGZAG[2:3]), 1)
        np.testing.assert_array_equal(bench.mask, expected)


class TestErasing:
    def test_the_right_button_erases_with_the_brush(self, bench: Bench) -> None:
        before = bench.mask.copy()
        bench.drag(ZIGZAG, RIGHT)
        expected = stroked(before, in_image(bench, ZIGZAG), 255)
        np.testing.assert_array_equal(bench.mask, expected)
        assert bench.editor.undo_name == "erasing"

    def test_the_eraser_makes_pixels_unlabelled_or_what_was_chosen(
        self, qtbot: QtBot, tmp_path: Path, photo: NDArray[np.uint8]
    ) -> None:
        bench = make_bench(qtbot, EraserTool, photo, tmp_path)
        before = bench.mask.copy()
        bench.drag(ZIGZAG[:2])
        expected = stroked(before, in_image(bench, ZIGZAG[:2]), 255)
        np.testing.assert_array_equal(bench.mask, expected)
        assert isinstance(bench.tool, EraserTool)
        bench.tool.erase_target.set_class(2)
        bench.drag(ZIGZAG[2:])
        expected = stroked(expected, in_image(bench, ZIGZAG[2:]), 2)
        np.testing.assert_array_equal(bench.mask, expected)
