"""Filling regions and holes with a click; masks against the pure functions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tool_bench import CTRL, RIGHT, SHIFT, Bench

from gui.tools.fill_tool import FillTool
from segmenter.editing.protection import Protection
from segmenter.editing.regions import connected_region, enclosed_by

Key = Qt.Key


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Bench:
    """A ring of class 2 with unlabelled specks in it, and blocks around it."""
    labels = np.zeros((300, 400), np.uint8)
    labels[40:260, 60:300] = 2
    labels[90:200, 120:240] = 0
    labels[130:150, 150:190] = 255
    labels[270:290, 10:390] = 2
    made = Bench(qtbot, FillTool, np.zeros((300, 400, 3), np.uint8), labels, folder=tmp_path)
    made.place(1.5, 40, 30)
    return made


def test_a_click_gives_the_region_the_chosen_class(bench: Bench) -> None:
    expected = bench.mask.copy()
    region = connected_region(expected, 70, 50)
    expected[region.rect.slices][region.pixels.astype(bool)] = 1
    bench.click(bench.view_point(70, 50))
    bench.quiet()
    np.testing.assert_array_equal(bench.mask, expected)
    assert bench.editor.undo_name == "fill"
    assert bench.mask[280, 200] == 2  # of the same class, and not connected


def test_hovering_shows_what_a_click_fills(bench: Bench) -> None:
    bench.move(bench.view_point(70, 50))
    bench.quiet()
    shown = bench.canvas.preview.stencil
    expected = connected_region(bench.mask, 70, 50)
    assert shown is not None
    assert shown.rect == expected.rect
    np.testing.assert_array_equal(shown.pixels, expected.pixels)
    before = bench.mask.copy()
    bench.click(bench.view_point(70, 50))
    bench.quiet()
    np.testing.assert_array_equal(
        bench.mask != before,
        np.isin(np.arange(before.size).reshape(before.shape), np.flatnonzero(bench.mask == 1)),
    )


def test_a_region_that_already_has_the_class_is_not_shown(bench: Bench) -> None:
    bench.editor.set_class(2)
    bench.move(bench.view_point(70, 50))
    bench.quiet()
    assert bench.canvas.preview.stencil is None
    bench.click(bench.view_point(70, 50))
    bench.quiet()
    assert bench.editor.undo_name == ""


@pytest.mark.parametrize("way", ["shift", "option"])
def test_holes_only_fills_what_the_region_encloses(bench: Bench, way: str) -> None:
    assert isinstance(bench.tool, FillTool)
    expected = bench.mask.copy()
    holes = enclosed_by(connected_region(expected, 70, 50))
    assert holes is not None
    expected[holes.rect.slices][holes.pixels.astype(bool)] = 1
    if way == "shift":
        bench.click(bench.view_point(70, 50), modifiers=SHIFT)
    else:
        bench.tool.holes_only.set(True)
        bench.click(bench.view_point(70, 50))
    bench.quiet()
    np.testing.assert_array_equal(bench.mask, expected)
    assert expected[140, 170] == 1


@pytest.mark.parametrize("way", ["right button", "ctrl"])
def test_it_erases_a_region(bench: Bench, way: str) -> None:
    expected = bench.mask.copy()
    expected[expected == 2] = 255
    expected[270:290, 10:390] = 2
    at = bench.view_point(70, 50)
    if way == "ctrl":
        bench.click(at, modifiers=CTRL)
    else:
        bench.click(at, RIGHT)
    bench.quiet()
    np.testing.assert_array_equal(bench.mask, expected)


def test_what_is_under_the_pointer_is_looked_at_anew_after_an_edit(bench: Bench) -> None:
    at = bench.view_point(70, 50)
    bench.move(at)
    bench.quiet()
    bench.click(at)
    bench.quiet()
    assert bench.canvas.preview.stencil is None  # it has the class now
    bench.editor.undo()
    bench.quiet()
    shown = bench.canvas.preview.stencil
    assert shown is not None
    assert int(shown.pixels.sum()) == int(connected_region(bench.mask, 70, 50).pixels.sum())


def test_an_image_without_labels_is_one_region(bench: Bench) -> None:
    bench.show(np.zeros((300, 400, 3), np.uint8), name="two.png")
    bench.click(bench.view_point(200, 150))
    bench.quiet()
    assert (bench.mask == 1).all()


def test_leaving_the_image_hides_the_preview(bench: Bench) -> None:
    bench.move(bench.view_point(70, 50))
    bench.quiet()
    assert bench.canvas.preview.stencil is not None
    bench.move((5, 5))
    bench.quiet()
    assert bench.canvas.preview.stencil is None


def test_the_preview_leaves_out_what_is_protected(bench: Bench) -> None:
    bench.editor.set_protection(Protection(only_unlabelled=True))
    bench.move(bench.view_point(70, 50))
    bench.quiet()
    shown = bench.canvas.preview.stencil
    assert shown is None or not shown.pixels.any()
    bench.click(bench.view_point(70, 50))
    bench.quiet()
    assert not (bench.mask == 1).any()


def test_a_click_outside_of_the_image_does_nothing(bench: Bench) -> None:
    before = bench.mask.copy()
    bench.click((5, 5))
    bench.quiet()
    np.testing.assert_array_equal(bench.mask, before)


def test_without_a_class_it_asks_for_one(bench: Bench) -> None:
    bench.editor.set_class(None)
    with bench.qtbot.waitSignal(bench.tool.class_wanted):
        bench.click(bench.view_point(70, 50))


def test_a_read_only_project_is_refused(qtbot: QtBot, tmp_path: Path) -> None:
    photo = np.zeros((30, 40, 3), np.uint8)
    bench = Bench(qtbot, FillTool, photo, folder=tmp_path, read_only=True)
    with qtbot.waitSignal(bench.editor.refused) as told:
        bench.click(bench.view_point(20, 15))
    assert told.args == [bench.project.read_only_reason]
