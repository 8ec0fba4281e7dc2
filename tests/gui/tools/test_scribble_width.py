"""How wide the scribbles of the smart outline are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from tool_bench import NONE, SHIFT, Bench

from gui.tools.smart_tool import SmartTool

AT = (400, 300)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Bench:
    return Bench(qtbot, SmartTool, np.zeros((60, 80, 3), np.uint8), folder=tmp_path)


def width(bench: Bench) -> int:
    assert isinstance(bench.tool, SmartTool)
    return bench.tool.width.value


def test_the_wheel_changes_it_by_as_much_as_it_was_turned(bench: Bench) -> None:
    first = width(bench)
    bench.turn_wheel(AT, 3, SHIFT)
    assert width(bench) == first + 3
    bench.turn_wheel(AT, -1, SHIFT)
    assert width(bench) == first + 2


@pytest.mark.parametrize("sign", [1, -1])
def test_the_parts_of_a_notch_add_up(bench: Bench, sign: int) -> None:
    """As a touchpad sends them, many a second."""
    first = width(bench)
    for _ in range(3):
        bench.turn_wheel(AT, 0.25 * sign, SHIFT)
        assert width(bench) == first
    bench.turn_wheel(AT, 0.25 * sign, SHIFT)
    assert width(bench) == first + sign


def test_without_shift_the_wheel_zooms(bench: Bench) -> None:
    first, zoom = width(bench), bench.canvas.zoom
    bench.turn_wheel(AT, 1, NONE)
    assert width(bench) == first
    assert bench.canvas.zoom > zoom
