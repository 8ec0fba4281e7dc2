"""How large the brush is, and the ring that shows it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from stroke_bench import HEIGHT, WIDTH, stroked, tool
from tool_bench import CTRL, SHIFT, Bench

MIDDLE = Qt.MouseButton.MiddleButton


class TestTheSize:
    def test_follows_the_wheel_with_shift(self, bench: Bench) -> None:
        tool(bench).brush.set_size(22)
        zoom = bench.canvas.zoom
        bench.turn_wheel((200, 150), 1, SHIFT)
        assert tool(bench).brush.size > 22
        assert bench.canvas.zoom == zoom
        bench.turn_wheel((200, 150), -1, SHIFT)
        assert tool(bench).brush.size == 22

    def test_collects_the_parts_of_a_notch(self, bench: Bench) -> None:
        for _ in range(3):
            bench.turn_wheel((200, 150), 0.25, SHIFT)
        assert tool(bench).brush.size == 20
        bench.turn_wheel((200, 150), 0.25, SHIFT)
        assert tool(bench).brush.size > 20

    def test_follows_a_drag_with_control(self, bench: Bench) -> None:
        before = bench.mask.copy()
        place = bench.image_point(300, 200)
        bench.press((300, 200), modifiers=CTRL)
        bench.move((350, 260))
        grown = 20 + 2 * (bench.image_point(350, 260)[0] - place[0])
        assert tool(bench).brush.size == round(grown)
        ring = bench.canvas.brush_ring.place
        assert ring is not None
        assert ring.size == round(grown)
        assert ring.left + ring.size / 2 == pytest.approx(place[0], abs=1)
        bench.move((100, 200))
        assert tool(bench).brush.size == 1
        bench.move((310, 200))
        bench.release((310, 200), modifiers=CTRL)
        size = tool(bench).brush.size
        bench.move((500, 300))
        assert tool(bench).brush.size == size
        np.testing.assert_array_equal(bench.mask, before)

    def test_is_as_before_where_escape_ends_that_drag(self, bench: Bench) -> None:
        bench.press((300, 200), modifiers=CTRL)
        bench.move((350, 260))
        bench.key(Qt.Key.Key_Escape)
        assert tool(bench).brush.size == 20


class TestTheRing:
    def test_is_where_the_next_click_paints(self, bench: Bench) -> None:
        for at in ((300, 200), (301, 203), (5, 590)):
            bench.move(at)
            ring = bench.canvas.brush_ring.place
            assert ring is not None
            before = np.full((HEIGHT, WIDTH), 255, np.uint8)
            x, y = bench.image_point(*at)
            painted = np.argwhere(stroked(before, [(x, y)], 1) == 1)
            if len(painted):
                assert [ring.top, ring.left] == painted.min(axis=0).tolist()

    def test_follows_the_image_under_a_pointer_at_rest(self, bench: Bench) -> None:
        bench.move((300, 200))
        before = bench.canvas.brush_ring.place
        bench.canvas.pan_by(40, 10)
        moved = bench.canvas.brush_ring.place
        assert before is not None
        assert moved is not None
        assert (moved.left - before.left) * 1.37 == pytest.approx(-40, abs=1.4)

    def test_goes_while_panning_and_with_the_pointer(self, bench: Bench) -> None:
        canvas = bench.canvas
        bench.move((300, 200))
        assert canvas.viewport().cursor().shape() == Qt.CursorShape.BlankCursor
        bench.press((300, 200), MIDDLE)
        assert canvas.brush_ring.place is None
        assert canvas.viewport().cursor().shape() == Qt.CursorShape.ClosedHandCursor
        bench.move((320, 200))
        assert canvas.brush_ring.place is None
        bench.release((320, 200), MIDDLE)
        assert canvas.brush_ring.place is not None
        assert canvas.viewport().cursor().shape() == Qt.CursorShape.BlankCursor
        QApplication.sendEvent(canvas.viewport(), QEvent(QEvent.Type.Leave))
        assert canvas.brush_ring.place is None

    def test_becomes_a_cross_where_it_would_be_a_blot(self, bench: Bench) -> None:
        bench.move((300, 200))
        tool(bench).brush.set_size(2)
        assert bench.canvas.brush_ring.place is None
        assert bench.canvas.viewport().cursor().shape() == Qt.CursorShape.CrossCursor
