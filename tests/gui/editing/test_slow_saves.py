"""What happens while a mask is still being written: nothing of it may rest, or win, too early."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from gui.canvas.content import CanvasContent, LabelKind, Labels, prepare
from gui.editing.editor import Editor
from gui.editing.mask_saver import MaskSaver
from gui.editing.replacing import Replacing
from gui.jobs import Background, Jobs
from gui.message_bar import MessageBar
from segmenter.editing.history import HistoryBudget
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil
from segmenter.project.project import Project
from segmenter.project.state import State
from segmenter.project.stored_files import mask_file

HEIGHT, WIDTH = 40, 60


@dataclass
class Rig:
    """Editor and saver as the window has them, on two images without predictions."""

    project: Project
    editor: Editor
    saver: MaskSaver
    budget: HistoryBudget
    background: Background

    def stroke(self, left: int, class_id: int) -> None:
        assert self.editor.begin("brush stroke")
        self.editor.paint(Stencil(Rect(left, 0, 10, 10), np.ones((10, 10), np.uint8)), class_id)
        self.editor.commit()


def photo() -> CanvasContent:
    return prepare(np.zeros((HEIGHT, WIDTH, 3), np.uint8))


@pytest.fixture
def rig(tmp_path: Path, qapp: object) -> Iterator[Rig]:
    for name in ("a.png", "b.png"):
        Image.fromarray(np.zeros((HEIGHT, WIDTH, 3), np.uint8)).save(tmp_path / name)
    with Project.open(tmp_path) as project:
        project.scan()
        project.class_ids_for(("background", "cat", "dog"))
        jobs = Jobs()
        background, budget = Background(jobs), HistoryBudget()
        editor, saver = Editor(background, budget), MaskSaver(jobs)
        editor.edited.connect(saver.note)
        editor.left.connect(saver.hurry)
        editor.set_project(project)
        assert editor.masks is not None
        saver.saved.connect(editor.masks.settle)
        yield Rig(project, editor, saver, budget, background)
        saver.close()
        background.close()


def test_a_stroke_after_undo_and_a_look_elsewhere_survives_a_slow_first_save(
    rig: Rig, qtbot: QtBot
) -> None:
    shown, other = photo(), photo()
    rig.editor.show("a.png", shown)
    with rig.project._locks.hold(mask_file(rig.project.data_folder, "a.png")):
        rig.stroke(0, 1)
        qtbot.waitUntil(lambda: bool(rig.saver._writing))
        rig.editor.undo()
        rig.editor.show("b.png", other)
        rig.editor.show("a.png", shown)
        rig.stroke(30, 2)
    qtbot.waitUntil(lambda: not rig.saver.unsaved)
    saved = rig.project.load_mask("a.png")
    assert saved is not None
    assert rig.editor.labels is not None
    assert np.array_equal(saved, rig.editor.labels)
    assert np.count_nonzero(saved == 2) == 100


def test_undo_back_to_an_approved_prediction_keeps_that_one(rig: Rig, qtbot: QtBot) -> None:
    first: Labels = np.full((HEIGHT, WIDTH), 1, np.uint8)
    confidence = np.zeros((HEIGHT, WIDTH), np.uint8)
    rig.project.save_prediction("a.png", first, confidence, 0.1)
    rig.project.set_approved("a.png", True)
    shown = photo()
    shown.labels, shown.kind = first.copy(), LabelKind.PREDICTION
    rig.editor.show("a.png", shown)
    rig.stroke(0, 0)
    qtbot.waitUntil(lambda: not rig.saver.unsaved)
    rig.project.save_prediction("a.png", np.full_like(first, 2), confidence, 0.1)
    rig.editor.undo()
    qtbot.waitUntil(lambda: not rig.saver.unsaved)
    saved = rig.project.load_mask("a.png")
    assert saved is not None
    assert np.array_equal(saved, first)
    assert rig.project.image("a.png").state is State.APPROVED


def test_a_closed_project_leaves_no_history_behind(rig: Rig, qtbot: QtBot) -> None:
    rig.editor.show("a.png", photo())
    rig.stroke(0, 1)
    qtbot.waitUntil(lambda: not rig.saver.unsaved)
    assert rig.budget.nbytes
    rig.editor.set_project(None)
    assert not rig.budget.nbytes


@dataclass
class Gate:
    """Whoever reads a prediction waits in front of it."""

    reached: threading.Event
    opened: threading.Event


@pytest.fixture
def gate(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(threading.Event(), threading.Event())
    load = rig.project.load_prediction_labels

    def load_behind_it(name: str) -> Labels | None:
        gate.reached.set()
        assert gate.opened.wait(20)
        return load(name)

    monkeypatch.setattr(rig.project, "load_prediction_labels", load_behind_it)
    yield gate
    gate.opened.set()


@pytest.mark.parametrize("history_is_kept", [True, False])
def test_replacing_by_the_prediction_counts_a_stroke_that_was_saved_while_it_was_reading(
    rig: Rig, gate: Gate, qtbot: QtBot, *, history_is_kept: bool
) -> None:
    predicted: Labels = np.full((HEIGHT, WIDTH), 2, np.uint8)
    rig.project.save_prediction("a.png", predicted, np.zeros_like(predicted), 0.1)
    bar = MessageBar()
    qtbot.addWidget(bar)
    replacing = Replacing(rig.editor, rig.background, bar)
    masks = rig.editor.masks
    assert masks is not None
    first, again = photo(), photo()
    rig.editor.show("a.png", first)
    rig.stroke(0, 1)
    qtbot.waitUntil(lambda: not rig.saver.unsaved)
    rig.editor.show("b.png", photo())
    qtbot.waitUntil(lambda: masks.get("a.png") is None)
    replacing.replace("a.png")
    assert gate.reached.wait(20)  # its mask has been read: one stroke
    again.labels = rig.project.load_mask("a.png")
    rig.editor.show("a.png", again)
    qtbot.waitUntil(lambda: bool(rig.editor.undo_name))  # it is known again by its labels
    rig.stroke(30, 1)
    painted = again.labels.copy() if again.labels is not None else None
    qtbot.waitUntil(lambda: not rig.saver.unsaved)
    if not history_is_kept:
        opened = masks.get("a.png")
        assert opened is not None
        opened.drop_history()
    rig.editor.show("b.png", photo())
    qtbot.waitUntil(lambda: masks.get("a.png") is None)
    with qtbot.waitSignal(rig.editor.edited) as replaced:
        gate.opened.set()
    opened = replaced.args[0]
    assert np.array_equal(opened.mask.labels, predicted)
    opened.mask.undo()
    assert painted is not None
    assert np.count_nonzero(painted == 1) == 200
    assert np.array_equal(opened.mask.labels, painted)
    assert bool(opened.mask.history.undo_name) is history_is_kept  # and the strokes before
    rig.editor.edited.emit(opened)
    qtbot.waitUntil(lambda: not rig.saver.unsaved)
    assert np.array_equal(rig.project.load_mask("a.png"), painted)  # type: ignore[arg-type]
