"""The magic wand, by the events a hand makes, on a real photo; masks against the selector."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tool_bench import CTRL, NONE, SHIFT, Bench

from gui.tools.region_options import RegionOptions
from gui.tools.wand_tool import TOLERANCE_PER_PIXEL, WandTool
from segmenter.editing.protection import Protection
from segmenter.editing.stencil import Stencil
from segmenter.editing.wand import ColorSelector

Key = Qt.Key
SKY = (60, 60)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, sample: Path) -> Bench:
    photo = np.asarray(Image.open(sample / "rocket.jpg").convert("RGB"))
    made = Bench(qtbot, WandTool, photo, folder=tmp_path)
    made.canvas.fit()
    return made


def tool_of(bench: Bench) -> WandTool:
    assert isinstance(bench.tool, WandTool)
    return bench.tool


def selected(bench: Bench, pixel: tuple[int, int]) -> Stencil:
    """What the tool's settings select there."""
    content, tool = bench.editor.content, tool_of(bench)
    assert content is not None
    found = ColorSelector(content.photo.pixels).select(
        *pixel, tool.tolerance.value, connected=tool.connected.is_on, clean=tool.clean.value
    )
    assert found is not None
    return found


def assert_shows(bench: Bench, expected: Stencil) -> None:
    shown = bench.canvas.preview.stencil
    assert shown is not None
    assert shown.rect == expected.rect
    np.testing.assert_array_equal(shown.pixels, expected.pixels)


@pytest.mark.parametrize("way", ["enter", "click inside"])
def test_a_press_selects_and_enter_or_a_click_inside_fills(bench: Bench, way: str) -> None:
    at = bench.view_point(*SKY)
    bench.click(at)
    bench.quiet()
    expected = selected(bench, bench.pixel(*at))
    assert_shows(bench, expected)
    assert (bench.mask == 255).all()
    if way == "enter":
        bench.key(Key.Key_Return)
    else:
        bench.click(at)
    bench.quiet()
    filled = np.full_like(bench.mask, 255)
    filled[expected.rect.slices][expected.pixels.astype(bool)] = 1
    np.testing.assert_array_equal(bench.mask, filled)
    assert bench.editor.undo_name == "magic wand"
    assert bench.canvas.preview.stencil is None


def test_dragging_changes_the_tolerance_with_a_live_preview(bench: Bench) -> None:
    tool, (x, y) = tool_of(bench), bench.view_point(*SKY)
    first = tool.tolerance.value
    bench.press((x, y))
    bench.quiet()
    sizes = []
    for moved in (40, 80, -60):
        bench.move((x + moved, y))
        assert tool.tolerance.value == first + round(TOLERANCE_PER_PIXEL * moved)
        bench.quiet()
        assert tool.region is not None
        sizes.append(int(tool.region.pixels.sum()))
    assert sizes[2] < sizes[0] < sizes[1]
    bench.release((x - 60, y))
    bench.quiet()
    assert_shows(bench, selected(bench, bench.pixel(x, y)))
    assert tool.is_unfinished


def test_shift_and_the_wheel_change_it_too(bench: Bench) -> None:
    tool, at = tool_of(bench), bench.view_point(*SKY)
    bench.click(at)
    first = tool.tolerance.value
    zoom = bench.canvas.zoom
    for modifiers, expected in ((SHIFT, first + 2), (NONE, first + 2)):
        bench.turn_wheel(at, 2, modifiers)
        assert tool.tolerance.value == expected
    assert bench.canvas.zoom > zoom  # without Shift
    bench.quiet()


def test_a_click_elsewhere_begins_anew_and_with_shift_adds(bench: Bench) -> None:
    first, second = bench.view_point(*SKY), bench.view_point(320, 400)
    bench.click(first)
    bench.quiet()
    one = selected(bench, bench.pixel(*first))
    two = selected(bench, bench.pixel(*second))
    bench.click(second, modifiers=SHIFT)
    bench.quiet()
    assert_shows(bench, one.united(two))
    bench.key(Key.Key_Backspace)
    assert_shows(bench, one)
    bench.click(second)
    bench.quiet()
    assert_shows(bench, two)
    bench.key(Key.Key_Backspace)
    assert not bench.tool.is_unfinished
    assert bench.canvas.preview.stencil is None


def test_enter_while_it_computes_fills_what_comes_of_it(bench: Bench) -> None:
    at = bench.view_point(*SKY)
    bench.click(at)
    bench.key(Key.Key_Return)
    bench.quiet()
    expected = selected(bench, bench.pixel(*at))
    filled = np.full_like(bench.mask, 255)
    filled[expected.rect.slices][expected.pixels.astype(bool)] = 1
    np.testing.assert_array_equal(bench.mask, filled)
    assert not bench.tool.is_unfinished


def test_its_options_change_what_is_shown(bench: Bench) -> None:
    tool, at = tool_of(bench), bench.view_point(*SKY)
    options = tool.options()
    assert isinstance(options, RegionOptions)
    bench.qtbot.addWidget(options)
    bench.click(at)
    bench.quiet()
    for change in (
        lambda: tool.connected.set(False),
        lambda: tool.tolerance.set(25),
        lambda: tool.clean.set(0),
    ):
        change()
        bench.quiet()
        assert_shows(bench, selected(bench, bench.pixel(*at)))


def test_escape_drops_the_selection(bench: Bench) -> None:
    bench.click(bench.view_point(*SKY))
    bench.quiet()
    bench.key(Key.Key_Escape)
    assert not bench.tool.is_unfinished
    assert bench.canvas.preview.stencil is None
    assert bench.editor.undo_name == ""


def test_escape_while_it_computes_leaves_nothing_on_the_screen(bench: Bench) -> None:
    bench.click(bench.view_point(*SKY))
    bench.key(Key.Key_Escape)
    bench.quiet()
    assert bench.canvas.preview.stencil is None


def test_with_ctrl_the_selection_is_erased(bench: Bench) -> None:
    at = bench.view_point(*SKY)
    bench.click(at)
    bench.key(Key.Key_Return)
    bench.quiet()
    assert (bench.mask == 1).any()
    bench.click(at)
    bench.quiet()
    bench.key(Key.Key_Return, CTRL)
    assert (bench.mask == 255).all()


def test_another_image_drops_it(bench: Bench) -> None:
    bench.click(bench.view_point(*SKY))
    photo = np.zeros((427, 640, 3), np.uint8)
    bench.show(photo, name="two.png")
    bench.quiet()
    assert not bench.tool.is_unfinished
    assert bench.canvas.preview.stencil is None


def test_without_a_class_it_asks_for_one(bench: Bench) -> None:
    bench.editor.set_class(None)
    with bench.qtbot.waitSignal(bench.tool.class_wanted):
        bench.click(bench.view_point(*SKY))
    assert not bench.tool.is_unfinished


def test_the_selection_stays_where_its_class_is_gone(bench: Bench) -> None:
    bench.click(bench.view_point(*SKY))
    bench.quiet()
    bench.editor.set_class(None)
    with bench.qtbot.waitSignal(bench.tool.class_wanted):
        bench.key(Key.Key_Return)
    assert bench.canvas.preview.stencil is not None
    bench.editor.set_class(2)
    bench.key(Key.Key_Return)
    assert (bench.mask == 2).any()


def test_the_preview_follows_what_is_protected(bench: Bench) -> None:
    at = bench.view_point(*SKY)
    bench.click(at)
    bench.quiet()
    whole = tool_of(bench).region
    bench.editor.set_protection(Protection(only_unlabelled=True))
    bench.editor.begin("a step of something else")
    assert whole is not None
    bench.editor.paint(whole, 2)
    bench.editor.commit()
    shown = bench.canvas.preview.stencil
    assert shown is None or not shown.pixels.any()
    bench.editor.undo()
    assert_shows(bench, whole)
