"""A hand that is faster than the wand and the smart outline can compute."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tool_bench import NONE, SHIFT, Bench

from gui.tools.smart_tool import SmartTool
from gui.tools.wand_tool import WandTool

RED_AT, BLUE_AT = (600, 800), (1800, 800)


def _photo() -> NDArray[np.uint8]:
    """Two discs, large enough that the wand shows a rough selection first."""
    photo = np.full((1600, 2400, 3), 20, np.uint8)
    y, x = np.mgrid[:1600, :2400]
    photo[(x - 601) ** 2 + (y - 803) ** 2 < 400**2] = (200, 30, 30)
    photo[(x - 1803) ** 2 + (y - 803) ** 2 < 400**2] = (30, 30, 200)
    return photo


PHOTO = _photo()
RED, BLUE = PHOTO[..., 0] == 200, PHOTO[..., 2] == 200


@pytest.fixture
def wand(qtbot: QtBot, tmp_path: Path) -> Bench:
    bench = Bench(qtbot, WandTool, PHOTO, folder=tmp_path)
    bench.canvas.fit()
    wand_of(bench).tolerance.set(12)
    wand_of(bench).connected.set(True)
    return bench


def wand_of(bench: Bench) -> WandTool:
    assert isinstance(bench.tool, WandTool)
    return bench.tool


def click(bench: Bench, at: tuple[int, int], modifiers: Qt.KeyboardModifier) -> None:
    bench.press(bench.view_point(*at), modifiers=modifiers)
    bench.release(bench.view_point(*at), modifiers=modifiers)


def type_keys(bench: Bench, *keys: Qt.Key) -> None:
    """One after the other before anything else happens, and through the event loop: what a key
    raises is told there, where QTest ends the whole process."""
    for key in keys:
        QApplication.postEvent(bench.canvas, QKeyEvent(QEvent.Type.KeyPress, key, NONE))
    QApplication.processEvents()


def wait(bench: Bench) -> None:
    assert isinstance(bench.tool, WandTool | SmartTool)
    newest = bench.tool._newest
    bench.qtbot.waitUntil(lambda: not newest.is_busy and not newest._running, timeout=20_000)


def test_a_place_added_before_the_first_was_found_keeps_the_first(wand: Bench) -> None:
    click(wand, RED_AT, NONE)
    click(wand, BLUE_AT, SHIFT)
    wait(wand)
    selected = np.zeros(RED.shape, bool)
    region = wand_of(wand).region
    assert region is not None
    selected[region.rect.slices] = region.pixels.view(bool)
    assert np.array_equal(selected, RED | BLUE)


def test_a_place_taken_back_after_enter_is_not_painted(wand: Bench) -> None:
    click(wand, RED_AT, NONE)
    wait(wand)
    click(wand, BLUE_AT, SHIFT)
    wait(wand)
    wand_of(wand).tolerance.set(13)
    type_keys(wand, Qt.Key.Key_Return, Qt.Key.Key_Backspace)
    wait(wand)
    assert not np.any(wand.mask[BLUE] == 1)


def test_enter_is_meant_for_what_was_picked_before_it(wand: Bench) -> None:
    click(wand, RED_AT, NONE)
    type_keys(wand, Qt.Key.Key_Return)
    click(wand, BLUE_AT, NONE)
    wait(wand)
    assert not np.any(wand.mask[BLUE] == 1)


def test_scribbles_taken_back_after_enter_paint_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    smart = Bench(qtbot, SmartTool, PHOTO, folder=tmp_path)
    smart.canvas.fit()
    assert isinstance(smart.tool, SmartTool)
    smart.tool.start.set("scribble")
    for y in (800, 700):
        smart.press(smart.view_point(450, y))
        smart.move(smart.view_point(750, y))
        smart.release(smart.view_point(750, y))
        if y == 800:
            wait(smart)
    type_keys(smart, Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Backspace)
    wait(smart)
    assert not np.any(smart.mask == 1)
