"""A brush over a photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot
from stroke_bench import HEIGHT, WIDTH, make_bench
from tool_bench import Bench

from gui.tools.brush_tool import BrushTool


@pytest.fixture
def photo() -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, photo: NDArray[np.uint8]) -> Bench:
    """A brush of 20 pixels over labels of two classes."""
    return make_bench(qtbot, BrushTool, photo, tmp_path)
