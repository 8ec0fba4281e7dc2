"""What happens while a mask is still being written: nothing of it may rest, or win, too early."""

from __future__ import annotations

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
from gui.jobs import Background, Jobs
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
        yield Rig(project, editor, saver, budget)
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
