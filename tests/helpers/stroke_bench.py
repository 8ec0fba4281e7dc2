"""A tool that paints strokes, over labels of two classes, and what a stroke should cover."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot
from tool_bench import Bench

from gui.tools.stroke_tool import StrokeTool
from segmenter.editing.brush import BrushShape, stroke
from segmenter.editing.rect import Rect

Point = tuple[int, int]
ImagePoint = tuple[float, float]
HEIGHT, WIDTH = 300, 400
ZIGZAG = [(100, 80), (420, 130), (200, 360), (203, 360), (640, 20)]
"""Points of the view."""


def make_bench(
    qtbot: QtBot, kind: type[StrokeTool], photo: NDArray[np.uint8], folder: Path
) -> Bench:
    """The tool at a size of 20 pixels."""
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
