"""Drawing polygons, by the events a hand makes; masks against the pure function, pixel by pixel."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import SIGNAL, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tool_bench import CLASSES, CTRL, LEFT, NONE, RIGHT, SHIFT, Bench

from gui.tools.polygon_tool import PolygonTool
from segmenter.editing.polygon import fill_polygon
from segmenter.editing.protection import Protection
from segmenter.project.classes import LabelClass

Key = Qt.Key
TRIANGLE = [(100, 80), (420, 130), (200, 360)]


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Bench:
    rng = np.random.default_rng(7)
    made = Bench(
        qtbot,
        PolygonTool,
        rng.integers(0, 256, (300, 400, 3), dtype=np.uint8),
        rng.choice(np.array([0, 2, 255], np.uint8), (300, 400)),
        folder=tmp_path,
    )
    made.place(1.37, 23, 11)
    return made


def filled(
    before: NDArray[np.uint8], points: list[tuple[float, float]], value: int
) -> NDArray[np.uint8]:
    """A copy with the polygon in it."""
    after = before.copy()
    stencil = fill_polygon(points, before.shape[1], before.shape[0])
    assert stencil is not None
    after[stencil.rect.slices][stencil.pixels.astype(bool)] = value
    return after


def click_all(bench: Bench, places: list[tuple[int, int]]) -> list[tuple[float, float]]:
    for place in places:
        bench.click(place)
    return [bench.image_point(*place) for place in places]


def circle(steps: int = 90) -> list[tuple[int, int]]:
    return [
        (
            round(300 + 140 * math.cos(2 * math.pi * i / steps)),
            round(220 + 110 * math.sin(2 * math.pi * i / steps)),
        )
        for i in range(steps)
    ]


@pytest.mark.parametrize("way_to_close", ["enter", "first corner", "double click", "right button"])
def test_corners_are_clicked_and_the_polygon_is_filled_as_one_step(
    bench: Bench, way_to_close: str
) -> None:
    before = bench.mask.copy()
    if way_to_close == "double click":
        points = click_all(bench, TRIANGLE[:-1])
        bench.double_click(TRIANGLE[-1])
        points.append(bench.image_point(*TRIANGLE[-1]))
    else:
        points = click_all(bench, TRIANGLE)
        np.testing.assert_array_equal(bench.mask, before)
        if way_to_close == "enter":
            bench.key(Key.Key_Return)
        elif way_to_close == "right button":
            bench.click((500, 500), RIGHT)
        else:
            bench.click((TRIANGLE[0][0] + 3, TRIANGLE[0][1] - 2))
    np.testing.assert_array_equal(bench.mask, filled(before, points, 1))
    assert bench.editor.undo_name == "polygon"
    assert bench.canvas.preview.stencil is None
    assert bench.canvas.preview.path is None
    bench.editor.undo()
    np.testing.assert_array_equal(bench.mask, before)


def test_the_preview_is_what_closing_fills(bench: Bench) -> None:
    points = click_all(bench, TRIANGLE)
    shown = bench.canvas.preview.stencil
    expected = fill_polygon(points, 400, 300)
    assert shown is not None
    assert expected is not None
    assert shown.rect == expected.rect
    np.testing.assert_array_equal(shown.pixels, expected.pixels)


def test_a_drag_draws_freehand_and_closes_where_it_began(bench: Bench) -> None:
    before = bench.mask.copy()
    way = circle()
    bench.drag([*way, (way[0][0] + 1, way[0][1] + 2)])
    points = [bench.image_point(*at) for at in [*way, (way[0][0] + 1, way[0][1] + 2)]]
    np.testing.assert_array_equal(bench.mask, filled(before, points, 1))


def test_corners_and_freehand_pieces_make_one_polygon(bench: Bench) -> None:
    before = bench.mask.copy()
    half = circle()[:45]
    click_all(bench, [(480, 420)])
    bench.drag(half)
    click_all(bench, [(120, 430)])
    bench.key(Key.Key_Enter)
    points = [bench.image_point(*at) for at in [(480, 420), *half, (120, 430)]]
    np.testing.assert_array_equal(bench.mask, filled(before, points, 1))


def test_backspace_takes_the_last_corner_back(bench: Bench) -> None:
    before = bench.mask.copy()
    points = click_all(bench, TRIANGLE)
    click_all(bench, [(50, 50), (60, 300)])
    bench.key(Key.Key_Backspace)
    bench.key(Key.Key_Backspace)
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(before, points, 1))


def test_backspace_takes_back_everything_and_then_there_is_nothing_to_drop(bench: Bench) -> None:
    click_all(bench, TRIANGLE)
    for _ in TRIANGLE:
        assert bench.tool.is_unfinished
        bench.key(Key.Key_Backspace)
    assert not bench.tool.is_unfinished
    assert bench.canvas.preview.path is None


def test_backspace_rewinds_a_freehand_piece_and_with_shift_takes_it_back_whole(
    bench: Bench,
) -> None:
    click_all(bench, [(480, 420)])
    bench.drag(circle()[:45])
    path = bench.canvas.preview.path
    assert path is not None
    length = len(path.points)
    bench.key(Key.Key_Backspace)
    path = bench.canvas.preview.path
    assert path is not None
    assert 2 < len(path.points) < length
    bench.key(Key.Key_Backspace, SHIFT)
    path = bench.canvas.preview.path
    assert path is not None
    assert len(path.points) == 2


def test_escape_drops_it(bench: Bench) -> None:
    before = bench.mask.copy()
    click_all(bench, TRIANGLE)
    bench.key(Key.Key_Escape)
    assert not bench.tool.is_unfinished
    assert bench.canvas.preview.path is None
    np.testing.assert_array_equal(bench.mask, before)
    assert bench.editor.undo_name == ""


def test_two_corners_close_nothing_and_stay(bench: Bench) -> None:
    before = bench.mask.copy()
    click_all(bench, TRIANGLE[:2])
    bench.key(Key.Key_Return)
    assert bench.tool.is_unfinished
    np.testing.assert_array_equal(bench.mask, before)


def test_a_corner_can_be_moved_before_closing(bench: Bench) -> None:
    before = bench.mask.copy()
    points = click_all(bench, TRIANGLE)
    bench.drag([(421, 131), (450, 160), (500, 250)])
    points[1] = bench.image_point(500, 250)
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(before, points, 1))


def test_corners_may_lie_outside_of_the_image(bench: Bench) -> None:
    before = bench.mask.copy()
    points = click_all(bench, [(2, 2), (790, 30), (400, 590)])
    assert points[0][0] < 0
    assert points[1][0] > 400
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(before, points, 1))


def test_zooming_and_panning_while_it_is_open_keeps_its_corners_in_the_image(
    bench: Bench,
) -> None:
    before = bench.mask.copy()
    points = click_all(bench, TRIANGLE[:2])
    viewport = bench.canvas.viewport()
    at = QPointF(300, 200)
    QApplication.sendEvent(
        viewport,
        QWheelEvent(
            at, viewport.mapToGlobal(at), QPoint(), QPoint(0, 240),
            Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip
    bench.drag([(400, 300), (350, 240)], Qt.MouseButton.MiddleButton)
    points += click_all(bench, [(200, 500)])
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(before, points, 1))


def test_with_ctrl_it_makes_unlabelled(bench: Bench) -> None:
    before = bench.mask.copy()
    points = click_all(bench, TRIANGLE)
    bench.key(Key.Key_Return, CTRL)
    np.testing.assert_array_equal(bench.mask, filled(before, points, 255))


def test_it_gets_the_class_that_is_chosen_when_it_is_closed(bench: Bench) -> None:
    before = bench.mask.copy()
    points = click_all(bench, TRIANGLE)
    bench.editor.set_class(2)
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(before, points, 2))


def test_another_class_or_another_colour_shows_in_the_preview(bench: Bench) -> None:
    click_all(bench, TRIANGLE)

    def color_inside() -> str:
        return bench.canvas.viewport().grab().toImage().pixelColor(240, 190).name()

    colors = {color_inside()}
    bench.editor.set_class(2)
    colors.add(color_inside())
    bench.canvas.set_classes([*CLASSES[:2], LabelClass(2, "dog", (0, 255, 0))])
    colors.add(color_inside())
    assert len(colors) == 3


def test_protected_classes_stay(bench: Bench) -> None:
    before = bench.mask.copy()
    bench.editor.set_protection(Protection(locked=frozenset({2})))
    points = click_all(bench, TRIANGLE)
    bench.key(Key.Key_Return)
    expected = filled(before, points, 1)
    expected[before == 2] = 2
    np.testing.assert_array_equal(bench.mask, expected)


def test_on_another_image_it_waits_and_is_not_shown(bench: Bench) -> None:
    click_all(bench, TRIANGLE)
    bench.show(np.zeros((300, 400, 3), np.uint8), name="two.png")
    bench.key(Key.Key_Return)
    assert not bench.tool.is_unfinished
    assert bench.canvas.preview.stencil is None
    assert bench.canvas.preview.path is None
    assert (bench.mask == 255).all()


@pytest.mark.parametrize("put_away", [False, True])
def test_back_on_its_image_it_goes_on(bench: Bench, put_away: bool) -> None:
    points = click_all(bench, TRIANGLE[:2])
    name, photo = bench.editor.name, np.zeros((300, 400, 3), np.uint8)
    if put_away:
        bench.tool.deactivate()
    bench.show(photo, name="two.png")
    bench.show(photo, name=name)
    if put_away:
        bench.tool.activate()
    bench.place(1.37, 23, 11)
    before = bench.mask.copy()
    points += click_all(bench, TRIANGLE[2:])
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(before, points, 1))


def test_it_waits_while_another_tool_is_in_use(bench: Bench) -> None:
    before = bench.mask.copy()
    points = click_all(bench, TRIANGLE)
    bench.tool.deactivate()
    assert bench.canvas.preview.path is None
    assert bench.canvas.preview.stencil is None
    bench.tool.activate()
    assert bench.canvas.preview.stencil is not None
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(before, points, 1))


def test_on_another_image_it_is_not_waited_for(bench: Bench) -> None:
    click_all(bench, TRIANGLE)
    bench.tool.deactivate()
    bench.show(np.zeros((300, 400, 3), np.uint8), name="two.png")
    bench.tool.activate()
    assert not bench.tool.is_unfinished
    assert bench.canvas.preview.path is None


def test_without_a_class_it_asks_for_one(bench: Bench) -> None:
    bench.editor.set_class(None)
    with bench.qtbot.waitSignal(bench.tool.class_wanted):
        bench.click(TRIANGLE[0])
    assert not bench.tool.is_unfinished


def test_a_read_only_project_refuses_at_the_first_click(qtbot: QtBot, tmp_path: Path) -> None:
    photo = np.zeros((300, 400, 3), np.uint8)
    bench = Bench(qtbot, PolygonTool, photo, folder=tmp_path, read_only=True)
    with qtbot.waitSignal(bench.editor.refused) as told:
        bench.click(TRIANGLE[0])
    assert told.args == [bench.project.read_only_reason]
    assert not bench.tool.is_unfinished


def test_the_first_corner_lights_up_where_a_click_would_close(bench: Bench) -> None:
    click_all(bench, TRIANGLE)
    preview = bench.canvas.preview
    assert preview.path is not None
    assert not preview.path.closing
    bench.move((102, 82))
    assert preview.path is not None
    assert preview.path.closing
    bench.move((300, 300))
    assert preview.path is not None
    assert not preview.path.closing
    assert preview.path.cursor == bench.image_point(300, 300)


def test_a_press_while_the_left_button_draws_changes_nothing(bench: Bench) -> None:
    way = circle()
    bench.press(way[0])
    for at in way[1:50]:
        bench.move(at)
    bench.press((20, 20), RIGHT)
    assert bench.tool.is_unfinished
    bench.release((20, 20), RIGHT)
    bench.release(way[49], LEFT)
    assert bench.tool.is_unfinished


def test_ctrl_z_takes_a_corner_back_where_the_mask_has_nothing_to_undo(bench: Bench) -> None:
    click_all(bench, TRIANGLE)
    bench.key(Key.Key_Z, CTRL)
    path = bench.canvas.preview.path
    assert path is not None
    assert len(path.points) == 2


def test_the_space_bar_pans_and_sets_no_corner(bench: Bench) -> None:
    before = bench.mask.copy()
    points = click_all(bench, TRIANGLE)
    QTest.keyPress(bench.canvas, Key.Key_Space)
    bench.drag([(300, 300), (380, 330)])
    QTest.keyRelease(bench.canvas, Key.Key_Space)
    assert bench.image_point(*TRIANGLE[0]) != points[0]
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(before, points, 1))


def test_another_window_in_the_midst_of_a_drag_costs_nothing_that_was_drawn(bench: Bench) -> None:
    before = bench.mask.copy()
    points = click_all(bench, [(480, 420)])
    half = circle()[:45]
    bench.press(half[0])
    for at in half[1:]:
        bench.move(at)
    bench.interrupt()
    points += [bench.image_point(*at) for at in half]
    bench.move((50, 50))
    points += click_all(bench, [(120, 430)])
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(before, points, 1))


def test_it_stays_open_where_its_class_is_gone(bench: Bench) -> None:
    before = bench.mask.copy()
    points = click_all(bench, TRIANGLE)
    bench.editor.set_class(None)
    with bench.qtbot.waitSignal(bench.tool.class_wanted):
        bench.key(Key.Key_Return)
    assert bench.tool.is_unfinished
    bench.editor.set_class(2)
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(before, points, 2))


def test_choosing_it_again_and_again_leaves_nothing_behind_that_listens(bench: Bench) -> None:
    told = SIGNAL("changed(QRect)")
    chosen = bench.editor.receivers(told)
    for _ in range(3):
        bench.tool.deactivate()
        assert bench.editor.receivers(told) == chosen - 1
        bench.tool.activate()
        assert bench.editor.receivers(told) == chosen
