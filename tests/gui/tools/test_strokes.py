"""Strokes by the events a hand makes; masks against the pure function, pixel by pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tool_bench import CTRL, IMAGES, LEFT, NONE, RIGHT, SHIFT, Bench

from gui.canvas.content import prepare
from gui.tools.brush_tool import BrushTool
from gui.tools.eraser_tool import EraserTool
from gui.tools.stroke_tool import StrokeTool
from segmenter.editing.brush import BrushShape, stroke
from segmenter.editing.rect import Rect

Point = tuple[int, int]
ImagePoint = tuple[float, float]
HEIGHT, WIDTH = 300, 400
ZIGZAG = [(100, 80), (420, 130), (200, 360), (203, 360), (640, 20)]
MIDDLE = Qt.MouseButton.MiddleButton


@pytest.fixture
def photo() -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, photo: NDArray[np.uint8]) -> Bench:
    """A brush of 20 pixels over labels of two classes."""
    return make_bench(qtbot, BrushTool, photo, tmp_path)


def make_bench(
    qtbot: QtBot, kind: type[StrokeTool], photo: NDArray[np.uint8], folder: Path
) -> Bench:
    labels = np.random.default_rng(8).choice(np.array([0, 2, 255], np.uint8), (HEIGHT, WIDTH))
    made = Bench(qtbot, kind, photo, labels, folder=folder)
    made.place(1.37, 23, 11)
    tool(made).brush.set_size(20)
    return made


def tool(bench: Bench) -> StrokeTool:
    assert isinstance(bench.tool, StrokeTool)
    return bench.tool


def stroked(
    before: NDArray[np.uint8],
    way: list[ImagePoint],
    value: int,
    size: int = 20,
    shape: BrushShape = BrushShape.ROUND,
) -> NDArray[np.uint8]:
    """A copy with a stroke along these points."""
    after = before.copy()
    bounds = Rect(0, 0, before.shape[1], before.shape[0])
    for start, end in zip([way[0], *way[:-1]], way, strict=True):
        stencil = stroke(start, end, size, shape, bounds=bounds)
        after[stencil.rect.slices][stencil.pixels.astype(bool)] = value
    return after


def in_image(bench: Bench, way: list[Point]) -> list[ImagePoint]:
    return [bench.image_point(*at) for at in way]


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
        turn_wheel(bench, (260, 190), 2)
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


class TestTheSize:
    def test_follows_the_wheel_with_shift(self, bench: Bench) -> None:
        tool(bench).brush.set_size(22)
        zoom = bench.canvas.zoom
        turn_wheel(bench, (200, 150), 1, SHIFT)
        assert tool(bench).brush.size > 22
        assert bench.canvas.zoom == zoom
        turn_wheel(bench, (200, 150), -1, SHIFT)
        assert tool(bench).brush.size == 22

    def test_collects_the_parts_of_a_notch(self, bench: Bench) -> None:
        for _ in range(3):
            turn_wheel(bench, (200, 150), 0.25, SHIFT)
        assert tool(bench).brush.size == 20
        turn_wheel(bench, (200, 150), 0.25, SHIFT)
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


def turn_wheel(
    bench: Bench, at: Point, notches: float, modifiers: Qt.KeyboardModifier = NONE
) -> None:
    viewport = bench.canvas.viewport()
    event = QWheelEvent(
        QPointF(*at), QPointF(viewport.mapToGlobal(QPoint(*at))), QPoint(),
        QPoint(0, round(120 * notches)), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


class Pen:
    """One end of a pen over a canvas."""

    def __init__(self, bench: Bench, kind: QPointingDevice.PointerType) -> None:
        self.bench = bench
        capability = QPointingDevice.Capability
        self.device = QPointingDevice(
            "a pen", 1, QPointingDevice.DeviceType.Stylus, kind,
            capability.Position | capability.Pressure, 1, 3,
        )  # fmt: skip

    def send(
        self, kind: QEvent.Type, at: Point, pressure: float, to: QObject | None = None
    ) -> bool:
        """Whether it was taken, so that no event of the mouse follows."""
        viewport = self.bench.canvas.viewport()
        moves = kind == QEvent.Type.TabletMove
        event = QTabletEvent(
            kind, self.device, QPointF(*at), QPointF(viewport.mapToGlobal(QPoint(*at))),
            pressure, 0, 0, 0, 0, 0, NONE,
            Qt.MouseButton.NoButton if moves else LEFT,
            LEFT if pressure else Qt.MouseButton.NoButton,
        )  # fmt: skip
        QApplication.sendEvent(to or viewport, event)
        return event.isAccepted()

    def stroke(self, way: list[Point], pressures: list[float]) -> None:
        assert self.send(QEvent.Type.TabletPress, way[0], pressures[0])
        for at, pressure in zip(way[1:], pressures[1:], strict=True):
            assert self.send(QEvent.Type.TabletMove, at, pressure)
        assert self.send(QEvent.Type.TabletRelease, way[-1], 0)


class TestAPen:
    @pytest.fixture
    def pen(self, bench: Bench) -> Pen:
        return Pen(bench, QPointingDevice.PointerType.Pen)

    def test_paints_as_a_mouse_does(self, bench: Bench, pen: Pen) -> None:
        before = bench.mask.copy()
        pen.stroke(ZIGZAG[:3], [0.2, 0.7, 0.4])
        expected = stroked(before, in_image(bench, ZIGZAG[:3]), 1)
        np.testing.assert_array_equal(bench.mask, expected)

    def test_sets_the_size_by_its_pressure_where_that_is_wanted(
        self, bench: Bench, pen: Pen
    ) -> None:
        tool(bench).brush.set_feels_pressure(True)
        before = bench.mask.copy()
        way, sizes = in_image(bench, ZIGZAG[:3]), [5, 20, 10]
        pen.stroke(ZIGZAG[:3], [0.25, 1.0, 0.5])
        expected = before.copy()
        bounds = Rect(0, 0, WIDTH, HEIGHT)
        for start, end in ((0, 0), (0, 1), (1, 2)):
            swept = stroke(
                way[start], way[end], sizes[start], BrushShape.ROUND,
                end_size=sizes[end], bounds=bounds,
            )  # fmt: skip
            expected[swept.rect.slices][swept.pixels.astype(bool)] = 1
        np.testing.assert_array_equal(bench.mask, expected)

    def test_erases_with_its_other_end(self, bench: Bench) -> None:
        before = bench.mask.copy()
        Pen(bench, QPointingDevice.PointerType.Eraser).stroke(ZIGZAG[:2], [0.5, 0.5])
        expected = stroked(before, in_image(bench, ZIGZAG[:2]), 255)
        np.testing.assert_array_equal(bench.mask, expected)

    def test_is_heard_through_the_window_as_the_system_sends_it(
        self, bench: Bench, pen: Pen
    ) -> None:
        before = bench.mask.copy()
        window = bench.canvas.windowHandle()
        pen.send(QEvent.Type.TabletPress, ZIGZAG[0], 0.5, window)
        pen.send(QEvent.Type.TabletMove, ZIGZAG[1], 0.5, window)
        pen.send(QEvent.Type.TabletRelease, ZIGZAG[1], 0, window)
        expected = stroked(before, in_image(bench, ZIGZAG[:2]), 1)
        np.testing.assert_array_equal(bench.mask, expected)
        assert bench.canvas.hasFocus()

    def test_hovering_is_left_to_the_mouse_that_follows(self, bench: Bench, pen: Pen) -> None:
        before = bench.mask.copy()
        assert not pen.send(QEvent.Type.TabletMove, (300, 200), 0)
        np.testing.assert_array_equal(bench.mask, before)

    def test_is_taken_back_by_escape(self, bench: Bench, pen: Pen) -> None:
        before = bench.mask.copy()
        pen.send(QEvent.Type.TabletPress, ZIGZAG[0], 0.5)
        pen.send(QEvent.Type.TabletMove, ZIGZAG[1], 0.5)
        bench.key(Qt.Key.Key_Escape)
        pen.send(QEvent.Type.TabletMove, ZIGZAG[2], 0.5)
        pen.send(QEvent.Type.TabletRelease, ZIGZAG[2], 0)
        np.testing.assert_array_equal(bench.mask, before)
