"""Edits, undo, redo, switching, saving and new predictions in any order, beside a model of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from numpy.typing import NDArray
from painting import Painter, add_classes, is_stored, stored_mask
from PIL import Image
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, states, trigger, wait_idle

from gui.main_window import MainWindow

Labels = NDArray[np.uint8]
SIZES = {"a.png": (40, 30), "b.png": (31, 47), "c.png": (64, 64)}


@dataclass
class Model:
    """One image, as it should be."""

    shape: tuple[int, int]
    labels: Labels
    """What is shown."""
    start: Labels | None = None
    """The prediction that was shown before the first step; None: nothing was."""
    newest: Labels | None = None
    """The prediction on the disk."""
    done: list[Labels] = field(default_factory=list)
    undone: list[Labels] = field(default_factory=list)

    @property
    def is_mask(self) -> bool:
        return bool(self.done)

    @property
    def state(self) -> str:
        if self.is_mask:
            return "corrected"
        return "new" if self.newest is None else "predicted"

    def take_newest(self) -> None:
        """Show the newest prediction where a person has done nothing."""
        if not self.is_mask and not same(self.start, self.newest):
            self.start = self.newest
            self.undone.clear()
            self.labels = unlabelled(self.shape) if self.start is None else self.start.copy()


def unlabelled(shape: tuple[int, int]) -> Labels:
    return np.full(shape, 255, np.uint8)


def same(one: Labels | None, other: Labels | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)


class Editing(RuleBasedStateMachine):
    """What a person and the model do in one session; ``window`` and ``qtbot`` are set below."""

    window: MainWindow
    qtbot: QtBot
    folders: Iterator[Path]

    def __init__(self) -> None:
        super().__init__()
        folder = next(self.folders)
        self.window.open_folder(folder, "a.png")
        wait_idle(self.qtbot, self.window)
        self.painter = Painter(self.window)
        self.painter.choose_brush(1)
        self.models = {
            name: Model((height, width), unlabelled((height, width)))
            for name, (width, height) in SIZES.items()
        }
        self.name = "a.png"

    @property
    def model(self) -> Model:
        return self.models[self.name]

    @rule(
        class_id=st.integers(0, 3),
        way=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=3),
    )
    def paint(self, class_id: int, way: list[tuple[float, float]]) -> None:
        height, width = self.model.shape
        points = [(int(x * (width - 1)), int(y * (height - 1))) for x, y in way]
        before = self.model.labels
        self.painter.choose_brush(class_id)
        self.painter.stroke(*points)
        painted = self.painter.mask.copy()
        assert all(painted[y, x] == class_id for x, y in points)
        assert set(np.unique(painted[painted != before])) <= {class_id}
        if not np.array_equal(painted, before):
            self.model.done.append(before)
            self.model.undone.clear()
            self.model.labels = painted

    @rule()
    def undo(self) -> None:
        trigger(self.window, "edit.undo")
        if self.model.done:
            self.model.undone.append(self.model.labels)
            self.model.labels = self.model.done.pop()

    @rule()
    def redo(self) -> None:
        trigger(self.window, "edit.redo")
        if self.model.undone:
            self.model.done.append(self.model.labels)
            self.model.labels = self.model.undone.pop()

    @rule(name=st.sampled_from(sorted(SIZES)))
    def switch(self, name: str) -> None:
        if name != self.name:
            self.model.take_newest()
        self.window.workspace.image_list.select(name)
        self.qtbot.waitUntil(partial(self._shows, name), timeout=WAIT_MS)
        wait_idle(self.qtbot, self.window)
        self.name = name

    @rule(name=st.sampled_from(sorted(SIZES)), class_id=st.integers(0, 3))
    def predict(self, name: str, class_id: int) -> None:
        """As a run over the folder does, one image after another."""
        model = self.models[name]
        labels = np.full(model.shape, class_id, np.uint8)
        assert self.window.project is not None
        self.window.project.save_prediction(name, labels, labels + 100, 0.5)
        self.window._refresh_image(name)
        model.newest = labels
        wait_idle(self.qtbot, self.window)
        model.take_newest()

    @rule()
    def drop_pictures(self) -> None:
        """As if many large images had been looked at."""
        assert self.window.desk is not None
        self.window.desk.view.loader._kept.clear()

    @rule()
    def wait_until_saved(self) -> None:
        wait_idle(self.qtbot, self.window)
        now = states(self.window)
        for name, model in self.models.items():
            assert now[name] == model.state, name
            if model.is_mask:
                assert is_stored(self.window, name, model.labels), name
            else:
                assert stored_mask(self.window, name) is None, name

    @invariant()
    def the_canvas_shows_it(self) -> None:
        model = self.model
        assert np.array_equal(self.painter.mask, model.labels)
        kind = self.window.canvas.kind
        assert kind == ("mask" if model.is_mask else None if model.start is None else "prediction")
        assert self.window.actions_by_name["edit.undo"].isEnabled() == bool(model.done)
        assert self.window.actions_by_name["edit.redo"].isEnabled() == bool(model.undone)

    def teardown(self) -> None:
        self.wait_until_saved()

    def _shows(self, name: str) -> bool:
        return self.window.shown_name == name


@pytest.fixture
def folders(tmp_path: Path, sample: Path) -> Iterator[Path]:
    """As many folders as are asked for, each with the same three small photos."""
    first = tmp_path / "first"
    first.mkdir()
    with Image.open(sample / "astronaut.jpg") as photo:
        for name, (width, height) in SIZES.items():
            photo.crop((150, 50, 150 + width, 50 + height)).save(first / name)
    add_classes(first)

    def copies() -> Iterator[Path]:
        number = 0
        while True:
            number += 1
            yield Path(shutil.copytree(first, tmp_path / str(number)))

    return copies()


def test_any_order_of_edits_switches_saves_and_predictions(
    make_window: MakeWindow, folders: Iterator[Path], qtbot: QtBot
) -> None:
    Editing.window, Editing.qtbot, Editing.folders = make_window(), qtbot, folders
    run_state_machine_as_test(
        Editing,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
