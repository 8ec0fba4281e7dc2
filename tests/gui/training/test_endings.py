"""What a window says and offers when a training has ended: with children whose words are given."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from trainings import (
    ENDLESS,
    TINY,
    RequestOf,
    panel_of,
    python_child,
    record_of,
    training_of,
    wait_for,
    wait_for_end,
)
from windows import WAIT_MS, MakeWindow, wait_idle

from gui.main_window import MainWindow
from gui.models.comparison_dialog import ComparisonDialog
from gui.training.fine_tune_dialog import FineTuneDialog
from gui.training.run_request import RunRequest
from segmenter.nn.config import ModelConfig
from segmenter.project.listing import DATABASE_NAME
from segmenter.project.project import Project
from segmenter.project.run_table import RunStatus
from segmenter.training.events import Batch, Done
from segmenter.training.quick_recipe import QUICK

NEW_NETWORK = ModelConfig(backbone="efficientnet_lite0", head_channels=16)
START = {
    "event": "start", "classes": ["background", "object"], "training_images": 2,
    "validation_images": 2, "epochs": 2, "batches": 2, "device": "cpu", "threads": 1, "seed": 0,
    "recipe": {}, "validation": [],
}  # fmt: skip
DONE = {
    "event": "done", "path": "", "epochs": 2, "best_epoch": 2, "mean_iou": 0.7, "seconds": 9.0,
    "reason": "All 2 epochs are done.",
}  # fmt: skip


def child_that_made(model: Path) -> list[str]:
    """Its model is a copy of this one."""
    return python_child(
        "import pathlib, shutil, sys",
        "out = pathlib.Path(sys.argv[sys.argv.index('--out') + 1])",
        "out.parent.mkdir(exist_ok=True)",
        f"shutil.copy({str(model)!r}, out)",
        *(f"print({json.dumps(each)!r})" for each in (START, DONE)),
    )


@pytest.mark.parametrize("begins_with", ["nothing", "another model"])
def test_a_new_model_is_compared_with_the_one_in_use_whatever_it_began_with(
    training_window: MainWindow, small_model: Path, tmp_path: Path, begins_with: str, qtbot: QtBot
) -> None:
    window = training_window
    training = training_of(window)
    training.command = child_that_made(small_model)
    if begins_with == "nothing":
        request = RunRequest(TINY, "", device="cpu", network=NEW_NETWORK)
    else:
        another = tmp_path / "another.safetensors"
        another.write_bytes(small_model.read_bytes())
        request = RunRequest(TINY, str(another), device="cpu")
    training.start(request)
    wait_for_end(qtbot, window)
    assert "scores 70.0% on 2 held-out images" in window.messages.text
    compare = window.messages.findChild(QPushButton, "message_action")
    use = window.messages.findChild(QPushButton, "message_other_action")
    assert compare is not None
    assert use is not None
    assert (compare.text(), use.text()) == ("Compare…", "Use it")
    compare.click()
    dialog = window.findChild(ComparisonDialog)
    assert dialog is not None
    old, new = (dialog.findChild(QComboBox, f"compare.{which}") for which in ("old", "new"))
    assert old is not None
    assert new is not None
    wait_for(qtbot, new.currentData)
    assert old.currentData() == window.inference.model
    assert training.run is not None
    assert new.currentData() == str(training.run.model)
    dialog.reject()
    wait_idle(qtbot, window)


def child_with_memory_for(crops: int) -> list[str]:
    """A real training; more crops than these at a time don't fit, as the allocator says."""
    return python_child(
        "import sys",
        "import torch",
        "from segmenter.cli.main import main",
        "from segmenter.nn.deeplabv3 import DeepLabV3",
        "whole = DeepLabV3.forward_with_auxiliary",
        "def in_small_memory(network, images):",
        f"    if len(images) > {crops}:",
        "        raise torch.OutOfMemoryError('CUDA out of memory. Tried to allocate 2.00 GiB.')",
        "    return whole(network, images)",
        "DeepLabV3.forward_with_auxiliary = in_small_memory",
        "sys.exit(main())",
    )


def test_memory_that_runs_out_is_said_in_the_panel_and_the_training_goes_on(
    training_window: MainWindow, request_of: RequestOf, qtbot: QtBot
) -> None:
    window = training_window
    training_of(window).command = child_with_memory_for(2)
    training_of(window).start(request_of(batch_size=4))
    wait_for_end(qtbot, window)
    assert isinstance(record_of(window).end, Done)
    assert panel_of(window).note == "Memory ran out: batches go through it 2 crops at a time now."


def test_memory_for_nothing_at_all_leads_back_to_the_numbers(
    training_window: MainWindow, request_of: RequestOf, qtbot: QtBot
) -> None:
    window = training_window
    training_of(window).command = child_with_memory_for(1)
    training_of(window).start(request_of())
    wait_for_end(qtbot, window)
    assert window.messages.kind == "error"
    assert "take a smaller crop or a smaller model" in window.messages.text
    assert "--" not in window.messages.text
    offered = window.messages.findChild(QPushButton, "message_action")
    assert offered is not None
    assert offered.text() == "Fine-tune…", "with the same numbers it would end the same way"
    offered.click()
    dialog = window.findChild(FineTuneDialog)
    assert dialog is not None
    dialog.reject()
    wait_idle(qtbot, window)


def test_a_training_that_is_stopped_before_its_first_step_is_no_failure(
    training_window: MainWindow, request_of: RequestOf, qtbot: QtBot
) -> None:
    window = training_window
    training = training_of(window)
    training.start(request_of(epochs=ENDLESS))
    training.stop()
    wait_for_end(qtbot, window)
    assert window.messages.text == "Stopped before anything was learnt."
    assert window.messages.kind == "info"
    offered = window.messages.findChild(QPushButton, "message_action")
    assert offered is None or offered.isHidden()
    assert not window.actions_by_name["model.resume"].isEnabled()
    assert panel_of(window).words == "Ended before anything was learnt"
    assert window.project is not None
    assert window.project.runs.all()[0].status is RunStatus.STOPPED


@pytest.mark.parametrize("can_go_on", [True, False])
def test_a_training_that_is_stopped_in_its_first_epoch_offers_to_go_on_where_it_can(
    training_window: MainWindow, request_of: RequestOf, qtbot: QtBot, *, can_go_on: bool
) -> None:
    window = training_window
    training = training_of(window)
    stopped = {**DONE, "event": "stopped", "epochs": 0, "best_epoch": 0, "mean_iou": None}
    training.command = python_child(
        "import pathlib, sys",
        "run = pathlib.Path(sys.argv[sys.argv.index('--run') + 1])",
        "run.mkdir(parents=True)",
        f"if {can_go_on}: (run / 'checkpoint.pt').touch()",
        *(f"print({json.dumps(each)!r})" for each in (START, stopped)),
    )
    training.start(request_of())
    wait_for_end(qtbot, window)
    assert "Not one epoch was done" in window.messages.text
    resume = window.messages.findChild(QPushButton, "message_action")
    assert resume is not None
    assert resume.isVisible() == can_go_on
    assert window.actions_by_name["model.resume"].isEnabled() == can_go_on
    assert not can_go_on or resume.text() == "Resume"


def test_learning_at_once_is_watched_too_and_cannot_be_paused(
    training_window: MainWindow, small_model: Path, qtbot: QtBot
) -> None:
    window = training_window
    training = training_of(window)
    recipe = QUICK.replace(seconds=2.0, seconds_per_image=0.0, least_steps=4, validation_count=1)
    batches: list[Batch] = []
    training.told.connect(lambda each: batches.append(each) if isinstance(each, Batch) else None)
    training.start(RunRequest(recipe, str(small_model), device="cpu"))
    pause = panel_of(window).findChild(QToolButton, "training_pause")
    assert pause is not None
    assert not window.actions_by_name["model.pause"].isEnabled()
    assert pause.isHidden()
    assert window.actions_by_name["model.stop"].isEnabled()
    wait_for_end(qtbot, window)
    record = record_of(window)
    assert isinstance(record.end, Done)
    assert batches
    assert all(0 <= each.batch <= each.batches for each in batches)
    # One epoch, however many steps it took.
    assert record.loss.x == sorted(record.loss.x)
    assert 0 <= record.place <= record.total == 1
    assert "on 1 held-out image" in window.messages.text
    assert window.project is not None
    assert window.project.runs.all()[0].status is RunStatus.FINISHED


def test_the_list_of_runs_reads_no_curves(
    make_window: MakeWindow, labelled: Path, qtbot: QtBot
) -> None:
    name = "2026-01-02 03.04.05"
    with Project.open(labelled) as project:
        folder = project.runs.folder / name
        folder.mkdir(parents=True)
        (folder / "settings.json").write_text("{}", encoding="utf-8")
        id = project.runs.begin("standard", {"folder": name}, "m.safetensors")
        project.runs.end(id, RunStatus.FINISHED, curves=[{}], scores={"mean_iou": 0.5})
        database = project.data_folder / DATABASE_NAME
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE runs SET curves = 'whoever reads this fails'")
    connection.close()
    window = make_window(labelled)
    window.actions_by_name["view.training"].setChecked(True)
    wait_for(qtbot, lambda: panel_of(window) is not None)
    runs = panel_of(window).findChild(QComboBox, "training_runs")
    assert runs is not None
    qtbot.waitUntil(lambda: runs.itemText(0) == "2026-01-02 03:04 · 50.0%", timeout=WAIT_MS)
