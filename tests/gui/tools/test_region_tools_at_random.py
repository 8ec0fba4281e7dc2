"""Whatever a hand does with the region tools, what is drawn and what is begun agree, and Escape
leaves nothing behind."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tool_bench import CTRL, LEFT, NONE, RIGHT, SHIFT, Bench

from gui.tools.fill_tool import FillTool
from gui.tools.polygon_tool import PolygonTool
from gui.tools.region_tool import RegionTool
from gui.tools.smart_tool import SmartTool
from gui.tools.wand_tool import WandTool

KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Escape, Qt.Key.Key_Z)
EVENTS = 150


@pytest.mark.parametrize("kind", [PolygonTool, FillTool, WandTool, SmartTool])
@pytest.mark.parametrize("seed", [1, 2])
def test_random_events_leave_everything_whole(
    qtbot: QtBot, tmp_path: Path, sample: Path, kind: type[RegionTool], seed: int
) -> None:
    photo = np.asarray(Image.open(sample / "cat.jpg").convert("RGB").resize((160, 110)))
    bench = Bench(qtbot, kind, photo, folder=tmp_path)
    rng = random.Random(seed)
    masks = [bench.mask.copy()]

    def somewhere() -> tuple[int, int]:
        return rng.randrange(0, 800), rng.randrange(0, 600)

    def act() -> None:
        what = rng.choice(("click", "click", "drag", "drag", "key", "hover", "class", "zoom"))
        button, modifiers = rng.choice((LEFT, LEFT, RIGHT)), rng.choice((NONE, NONE, SHIFT, CTRL))
        if what == "click":
            bench.click(somewhere(), button, modifiers)
        elif what == "drag":
            bench.drag([somewhere() for _ in range(rng.randrange(2, 8))], button, modifiers)
        elif what == "key":
            key = rng.choice(KEYS)
            bench.key(key, CTRL if key == Qt.Key.Key_Z else rng.choice((NONE, SHIFT, CTRL)))
        elif what == "hover":
            bench.move(somewhere())
        elif what == "class":
            bench.editor.set_class(rng.choice((0, 1, 2)))
        else:
            bench.canvas.zoom_by(rng.choice((0.7, 1.4)))

    for _ in range(EVENTS):
        steps = bench.editor.undo_name, bench.mask.copy()
        act()
        if rng.random() < 0.3:
            bench.quiet()
            shown, tool = bench.canvas.preview.stencil, bench.tool
            assert isinstance(tool, RegionTool)
            assert (shown is None) == (tool.region is None)
        if (bench.mask != steps[1]).any():
            masks.append(bench.mask.copy())
    bench.key(Qt.Key.Key_Escape)
    bench.move((1, 1))
    bench.quiet()
    assert not bench.tool.is_unfinished
    preview = bench.canvas.preview
    assert preview.path is None
    assert preview.box is None
    assert preview.scribbles == ()
    if kind is not FillTool:
        assert preview.stencil is None
    assert len(masks) > 1, "nothing was ever filled"
    while bench.editor.undo_name:
        bench.editor.undo()
    bench.quiet()
    np.testing.assert_array_equal(bench.mask, masks[0])
