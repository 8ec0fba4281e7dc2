"""Smart outline, by the events a hand makes, on a real photo; masks against the algorithm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tool_bench import CTRL, RIGHT, SHIFT, Bench

from gui.tools.scribbling import scribble_stencil
from gui.tools.smart_tool import SCRIBBLE, SmartTool
from segmenter.editing.rect import Rect
from segmenter.editing.smart_outline import Hints, SmartOutline
from segmenter.editing.stencil import Stencil

Key = Qt.Key
FACE = [(190, 70), (240, 110), (225, 150)]
"""A way through the astronaut's face, in image pixels."""


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, sample: Path) -> Bench:
    photo = np.asarray(Image.open(sample / "astronaut.jpg").convert("RGB"))
    made = Bench(qtbot, SmartTool, photo, folder=tmp_path)
    made.canvas.fit()
    return made


def tool_of(bench: Bench) -> SmartTool:
    assert isinstance(bench.tool, SmartTool)
    return bench.tool


def in_view(bench: Bench, way: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [bench.view_point(*at) for at in way]


def found(bench: Bench, hints: Hints) -> Stencil:
    content = bench.editor.content
    assert content is not None
    result = SmartOutline(*content.photo.pixel_levels).outline(hints)
    assert result is not None
    return result


def box_hints(bench: Bench, corners: list[tuple[int, int]]) -> Hints:
    (left, top), (right, bottom) = (bench.image_point(*at) for at in corners)
    return Hints(
        box=Rect.between(
            int(np.floor(left)), int(np.floor(top)), int(np.ceil(right)), int(np.ceil(bottom))
        )
    )


def scribbled(bench: Bench, way: list[tuple[int, int]]) -> Stencil:
    tool = tool_of(bench)
    points = np.array([bench.image_point(*at) for at in way])
    return scribble_stencil(points, tool.reach(tool.width.value))


def assert_shows(bench: Bench, expected: Stencil) -> None:
    shown = bench.canvas.preview.stencil
    assert shown is not None
    assert shown.rect == expected.rect
    np.testing.assert_array_equal(shown.pixels, expected.pixels)


def filled(bench: Bench, region: Stencil, value: int = 1) -> NDArray[np.uint8]:
    result = np.full_like(bench.mask, 255)
    result[region.rect.slices][region.pixels.astype(bool)] = value
    return result


def test_a_box_shows_an_outline_and_enter_fills_it(bench: Bench) -> None:
    corners = in_view(bench, [(150, 20), (300, 200)])
    bench.drag(corners)
    bench.quiet()
    expected = found(bench, box_hints(bench, corners))
    assert_shows(bench, expected)
    assert (bench.mask == 255).all()
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(bench, expected))
    assert bench.editor.undo_name == "smart outline"
    assert bench.canvas.preview.stencil is None
    assert bench.canvas.preview.box is None


def test_scribbles_refine_it_and_backspace_takes_them_back(bench: Bench) -> None:
    corners = in_view(bench, [(150, 20), (300, 200)])
    inside, outside = in_view(bench, FACE), in_view(bench, [(160, 30), (160, 190)])
    bench.drag(corners)
    bench.drag(inside)
    bench.drag(outside, RIGHT)
    bench.quiet()
    boxed = box_hints(bench, corners)
    once = boxed.with_scribble(scribbled(bench, inside), True)
    twice = once.with_scribble(scribbled(bench, outside), False)
    assert_shows(bench, found(bench, twice))
    assert [each.foreground for each in bench.canvas.preview.scribbles] == [True, False]
    for hints in (once, boxed):
        bench.key(Key.Key_Backspace)
        bench.quiet()
        assert_shows(bench, found(bench, hints))
    bench.key(Key.Key_Backspace)
    bench.quiet()
    assert not bench.tool.is_unfinished
    assert bench.canvas.preview.stencil is None
    assert bench.canvas.preview.box is None


def test_undo_right_after_filling_goes_back_to_what_was_drawn(bench: Bench) -> None:
    corners, inside = in_view(bench, [(150, 20), (300, 200)]), in_view(bench, FACE)
    bench.drag(corners)
    bench.drag(inside)
    bench.quiet()
    hints = box_hints(bench, corners).with_scribble(scribbled(bench, inside), True)
    bench.key(Key.Key_Return)
    assert (bench.mask != 255).any()
    assert bench.tool.take_back()
    bench.quiet()
    assert (bench.mask == 255).all()
    assert_shows(bench, found(bench, hints))
    outside = in_view(bench, [(160, 30), (160, 190)])
    bench.drag(outside, RIGHT)
    bench.quiet()
    corrected = found(bench, hints.with_scribble(scribbled(bench, outside), False))
    bench.key(Key.Key_Return)
    np.testing.assert_array_equal(bench.mask, filled(bench, corrected))


def test_once_the_mask_was_edited_otherwise_undo_is_undo(bench: Bench) -> None:
    bench.drag(in_view(bench, [(150, 20), (300, 200)]))
    bench.quiet()
    bench.key(Key.Key_Return)
    bench.editor.replace_all("another step", np.zeros_like(bench.mask))
    assert not bench.tool.take_back()
    assert (bench.mask == 0).all()


def test_filling_that_changed_nothing_takes_no_earlier_step_back(bench: Bench) -> None:
    bench.editor.replace_all("an earlier step", np.ones_like(bench.mask))
    bench.drag(in_view(bench, [(150, 20), (300, 200)]))
    bench.quiet()
    bench.key(Key.Key_Return)
    assert not bench.tool.take_back()
    assert (bench.mask == 1).all()


@pytest.mark.parametrize("way", ["shift", "option"])
def test_one_can_begin_with_a_scribble(bench: Bench, way: str) -> None:
    inside = in_view(bench, FACE)
    if way == "option":
        tool_of(bench).start.set(SCRIBBLE)
        bench.drag(inside)
    else:
        bench.drag(inside, modifiers=SHIFT)
    bench.quiet()
    assert bench.canvas.preview.box is None
    assert_shows(bench, found(bench, Hints().with_scribble(scribbled(bench, inside), True)))


def test_a_scribble_outside_alone_is_not_enough(bench: Bench) -> None:
    bench.drag(in_view(bench, [(20, 20), (20, 200)]), RIGHT)
    bench.quiet()
    assert bench.canvas.preview.stencil is None
    assert bench.tool.is_unfinished
    bench.key(Key.Key_Return)
    assert bench.editor.undo_name == ""
    assert bench.tool.is_unfinished


def test_shift_draws_another_box(bench: Bench) -> None:
    bench.drag(in_view(bench, [(10, 10), (60, 60)]))
    corners = in_view(bench, [(150, 20), (300, 200)])
    bench.drag(corners, modifiers=SHIFT)
    bench.quiet()
    assert_shows(bench, found(bench, box_hints(bench, corners)))


def test_enter_while_it_computes_fills_what_comes_of_it(bench: Bench) -> None:
    corners = in_view(bench, [(150, 20), (300, 200)])
    bench.drag(corners)
    bench.key(Key.Key_Return)
    bench.quiet()
    expected = found(bench, box_hints(bench, corners))
    np.testing.assert_array_equal(bench.mask, filled(bench, expected))
    assert not bench.tool.is_unfinished


def test_with_ctrl_it_erases(bench: Bench) -> None:
    corners = in_view(bench, [(150, 20), (300, 200)])
    for modifiers in (Qt.KeyboardModifier.NoModifier, CTRL):
        bench.drag(corners)
        bench.quiet()
        bench.key(Key.Key_Return, modifiers)
        assert (bench.mask == 1).any() == (modifiers != CTRL)


def test_escape_drops_all_hints(bench: Bench) -> None:
    bench.drag(in_view(bench, [(150, 20), (300, 200)]))
    bench.drag(in_view(bench, FACE))
    bench.key(Key.Key_Escape)
    bench.quiet()
    preview = bench.canvas.preview
    assert preview.stencil is None
    assert preview.scribbles == ()
    assert preview.box is None
    assert not bench.tool.is_unfinished
    assert bench.editor.undo_name == ""


def test_a_click_draws_no_box(bench: Bench) -> None:
    bench.click(bench.view_point(200, 100))
    bench.quiet()
    assert not bench.tool.is_unfinished
    assert bench.canvas.preview.box is None


def test_the_box_follows_the_pointer(bench: Bench) -> None:
    start, end = in_view(bench, [(150, 20), (300, 200)])
    bench.press(end)
    bench.move(start)
    box = bench.canvas.preview.box
    assert box is not None
    assert (box.left(), box.top()) == bench.image_point(*start)
    assert (box.right(), box.bottom()) == pytest.approx(bench.image_point(*end))
    bench.release(start)
    bench.quiet()


def test_another_image_drops_everything(bench: Bench) -> None:
    bench.drag(in_view(bench, [(150, 20), (300, 200)]))
    bench.show(np.zeros((512, 512, 3), np.uint8), name="two.png")
    bench.quiet()
    assert not bench.tool.is_unfinished
    assert bench.canvas.preview.stencil is None
    assert bench.canvas.preview.box is None


def test_without_a_class_it_asks_for_one(bench: Bench) -> None:
    bench.editor.set_class(None)
    with bench.qtbot.waitSignal(bench.tool.class_wanted):
        bench.drag(in_view(bench, [(150, 20), (300, 200)]))
    assert not bench.tool.is_unfinished


def test_a_scribble_covers_its_way_with_its_width() -> None:
    stencil = scribble_stencil(np.array([[10.5, 20.5], [40.5, 20.5]]), 7)
    column = stencil.pixels[:, 25 - stencil.rect.left]
    rows = np.flatnonzero(column) + stencil.rect.top
    assert (rows[0], rows[-1]) == (17, 23)
    dot = scribble_stencil(np.array([[10.5, 20.5]]), 0.3)
    assert int(dot.pixels.sum()) == 1
    assert dot.pixels[20 - dot.rect.top, 10 - dot.rect.left] == 1


def test_another_window_in_the_midst_of_a_scribble_costs_that_scribble_alone(bench: Bench) -> None:
    corners = in_view(bench, [(150, 20), (300, 200)])
    bench.drag(corners)
    bench.quiet()
    inside = in_view(bench, FACE)
    bench.press(inside[0])
    bench.move(inside[1])
    bench.interrupt()
    assert bench.canvas.preview.scribbles == ()
    assert_shows(bench, found(bench, box_hints(bench, corners)))
    bench.key(Key.Key_Return)
    assert (bench.mask == 1).any()


def test_the_box_can_come_after_a_scribble_outside(bench: Bench) -> None:
    outside, corners = (
        in_view(bench, [(20, 20), (20, 200)]),
        in_view(bench, [(150, 20), (300, 200)]),
    )
    bench.drag(outside, RIGHT)
    bench.drag(corners)
    bench.quiet()
    hints = box_hints(bench, corners).with_scribble(scribbled(bench, outside), False)
    assert_shows(bench, found(bench, hints))
