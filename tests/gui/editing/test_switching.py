"""Switching between images at random, painting in between: no stroke ends on another image."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from painting import Painter, add_classes, is_stored, stored_mask
from PIL import Image
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, trigger, wait_idle

from gui.main_window import MainWindow
from gui.settings import Settings
from segmenter.editing.brush import BrushShape, stroke

SWITCHES = 500
SIZES = ((64, 48), (48, 64), (80, 80), (33, 97), (120, 40), (64, 48), (7, 5), (50, 50))
BRUSH = 9


@dataclass
class Model:
    """What one image's mask must be."""

    labels: NDArray[np.uint8]
    done: list[NDArray[np.uint8]] = field(default_factory=list)
    undone: list[NDArray[np.uint8]] = field(default_factory=list)

    def paint(self, way: list[tuple[float, float]], class_id: int) -> None:
        before = self.labels.copy()
        height, width = before.shape
        for start, end in zip([way[0], *way], way, strict=False):
            covered = stroke(start, end, BRUSH, BrushShape.ROUND).clipped(width, height)
            self.labels[covered.rect.slices][covered.pixels.astype(bool)] = class_id
        if not np.array_equal(before, self.labels):
            self.done.append(before)
            self.undone.clear()

    def undo(self) -> None:
        if self.done:
            self.undone.append(self.labels)
            self.labels = self.done.pop()

    def redo(self) -> None:
        if self.undone:
            self.done.append(self.labels)
            self.labels = self.undone.pop()


@pytest.fixture
def small(tmp_path: Path, sample: Path) -> Path:
    """Eight tiny pieces of a photo."""
    folder = tmp_path / "small"
    folder.mkdir()
    with Image.open(sample / "astronaut.jpg") as photo:
        for number, (width, height) in enumerate(SIZES):
            photo.crop((100, 50, 100 + width, 50 + height)).save(folder / f"{number}.png")
    add_classes(folder)
    return folder


def test_five_hundred_switches_leave_every_mask_as_it_was_painted(
    make_window: MakeWindow, small: Path, qtbot: QtBot
) -> None:
    settings = Settings()
    settings.set_number("brush.size", BRUSH)
    settings.save()
    window = make_window(small)
    painter = Painter(window)
    models = {
        f"{number}.png": Model(np.full((height, width), 255, np.uint8))
        for number, (width, height) in enumerate(SIZES)
    }
    chance = random.Random(20)
    for _ in range(SWITCHES):
        name = chance.choice(sorted(models))
        window.workspace.image_list.select(name)
        if chance.random() < 0.1:
            continue  # on at once, maybe before it is shown
        qtbot.waitUntil(partial(_shows, window, name), timeout=WAIT_MS)
        for _ in range(chance.randrange(3)):
            act(window, painter, models[name], chance)
        assert np.array_equal(painter.mask, models[name].labels), name
    wait_idle(qtbot, window)
    for name, model in models.items():
        if model.done:
            assert is_stored(window, name, model.labels), name
        else:
            assert stored_mask(window, name) is None, name


def _shows(window: MainWindow, name: str) -> bool:
    return window.shown_name == name


def act(window: MainWindow, painter: Painter, model: Model, chance: random.Random) -> None:
    what = chance.random()
    if what < 0.2:
        trigger(window, "edit.undo")
        model.undo()
    elif what < 0.3:
        trigger(window, "edit.redo")
        model.redo()
    else:
        class_id = chance.randrange(4)
        painter.choose_brush(class_id)
        height, width = model.labels.shape
        way = [(chance.randrange(width), chance.randrange(height)) for _ in range(2)]
        painter.stroke(*way)
        model.paint([painter.exact(at) for at in way], class_id)
