"""Fine-tuning through the window, in a real process: watched, paused, stopped, killed, resumed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from trainings import (
    ENDLESS,
    RequestOf,
    end_training,
    panel_of,
    record_of,
    training_of,
    wait_for,
    wait_for_end,
)
from windows import WAIT_MS, MakeWindow, trigger

from gui.main_window import MainWindow
from segmenter import Predictor, load_model
from segmenter.project.project import Project
from segmenter.project.run_table import RunStatus
from segmenter.training.events import Done, Stopped
from segmenter.training.run_folder import RunFolder


def button(window: QWidget, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert found is not None
    return found


def test_a_run_is_watched_from_its_start_to_the_use_of_its_model(
    training_window: MainWindow, request_of: RequestOf, qtbot: QtBot
) -> None:
    window = training_window
    actions = window.actions_by_name
    model_before = window.inference.model
    contradict(window)
    assert not actions["model.stop"].isEnabled()
    training_of(window).start(request_of())
    assert actions["view.training"].isChecked()
    assert actions["model.stop"].isEnabled()
    assert actions["model.pause"].isEnabled()
    panel = panel_of(window)
    wait_for_end(qtbot, window)

    record = record_of(window)
    assert isinstance(record.end, Done)
    assert sorted(record.epochs) == [0, 1, 2]
    assert window.teaching is not None
    curves = window.teaching.watching.curves
    assert curves is not None
    assert curves.score.value.endswith("%")
    assert float(curves.loss.value) > 0
    assert [row[0] for row in panel.table.texts()] == ["background", "object"]
    shown = [each for each in panel.gallery.pictures if each.name]
    assert {each.name for each in shown} == set(record.previews)
    assert all(each.epoch == 2 and not each.image.isNull() for each in shown)
    assert "Epoch 2 of 2 · Done" in panel.words
    assert not actions["model.stop"].isEnabled()
    assert not actions["model.resume"].isEnabled()
    assert window.project is not None
    (kept,) = window.project.runs.all()
    assert kept.status is RunStatus.FINISHED
    assert [each["epoch"] for each in kept.curves] == [0, 1, 2]

    # A click on a picture opens that image.
    qtbot.mouseClick(shown[-1], Qt.MouseButton.LeftButton)
    assert window.workspace.image_list.current_name == shown[-1].name

    # The model is taken into use when that is asked for, and not before.
    assert "on 2 held-out images (before the first step: " in window.messages.text
    assert window.inference.model == model_before
    button(window.messages, "message_other_action").click()
    assert "in use" in window.messages.text
    made = training_of(window).run
    assert made is not None
    assert window.inference.model == str(made.model)
    wait_for(qtbot, lambda: window.inference.has_model)


def contradict(window: MainWindow) -> None:
    """Call everything wrong that the model says, so that whatever is learnt is better."""
    project = window.project
    assert project is not None
    predictor = Predictor(load_model(window.inference.model), "cpu")
    for record in project.images():
        labels = predictor.predict(project.load_image(record.name)).labels
        project.save_mask(record.name, (1 - labels).astype(np.uint8))


def test_a_run_is_paused_stopped_by_closing_the_window_and_resumed_in_the_next(
    training_window: MainWindow,
    request_of: RequestOf,
    make_window: MakeWindow,
    labelled: Path,
    qtbot: QtBot,
) -> None:
    window = training_window
    training = training_of(window)
    training.start(request_of(epochs=ENDLESS))
    wait_for(qtbot, lambda: 1 in record_of(window).epochs)
    pause = panel_of(window).findChild(QToolButton, "training_pause")
    assert pause is not None
    assert pause.text() == "Pause"
    trigger(window, "model.pause")
    assert pause.text() == "Pausing …", "the step at hand is finished first"
    assert window.actions_by_name["model.pause"].isChecked()
    wait_for(qtbot, lambda: training.is_paused)
    assert window.actions_by_name["model.pause"].isChecked()
    assert pause.text() == "Go on"
    assert "paused" in panel_of(window).words
    paused_at = record_of(window).place
    pause.click()
    wait_for(qtbot, lambda: record_of(window).place > paused_at)
    assert not window.actions_by_name["model.pause"].isChecked()
    assert pause.text() == "Pause"

    window.close()
    assert not window.isHidden()
    button(window, "leave_training_stay").click()
    assert training.is_running
    window.close()
    record = record_of(window)
    button(window, "leave_training_stop").click()
    wait_for(qtbot, window.isHidden)
    assert not training.is_running
    assert isinstance(record.end, Stopped)
    stopped_at = record.place

    again = make_window(labelled)
    assert again.project is not None
    # Nobody has read there how it ended.
    wait_for(qtbot, lambda: _offered(again) == "Resume")
    assert again.messages.text.startswith("A training was stopped in epoch ")
    assert again.project.runs.all()[0].status is RunStatus.STOPPED
    # The panel was open when the window was closed, and shows how the last run went.
    assert again.actions_by_name["view.training"].isChecked()
    wait_for(qtbot, lambda: "Stopped" in panel_of(again).words)
    assert again.teaching is not None
    watching = again.teaching.watching
    wait_for(qtbot, lambda: watching.curves is not None)
    curves = watching.curves
    assert curves is not None
    assert curves.score.value.endswith("%")

    assert again.actions_by_name["model.resume"].isEnabled()
    trigger(again, "model.resume")
    assert not again.actions_by_name["model.resume"].isEnabled()
    wait_for(qtbot, lambda: record_of(again).place > stopped_at)
    start = record_of(again).start
    assert start is not None
    assert start.resumed_epoch >= 1
    places = record_of(again).loss.x
    assert places == sorted(set(places))
    assert [each.status for each in again.project.runs.all()] == [RunStatus.RUNNING]
    end_training(qtbot, again)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_killed_run_is_told_of_and_goes_on_from_its_last_checkpoint(
    training_window: MainWindow, request_of: RequestOf, qtbot: QtBot
) -> None:
    window = training_window
    training = training_of(window)
    training.start(request_of(epochs=ENDLESS))
    wait_for(qtbot, lambda: 2 in record_of(window).epochs)
    os.kill(training.pid, signal.SIGKILL)
    wait_for_end(qtbot, window)
    assert "killed" in window.messages.text
    assert window.messages.kind == "error"
    assert window.project is not None
    assert window.project.runs.all()[0].status is RunStatus.FAILED
    assert "Cut short" in panel_of(window).words
    killed_at = record_of(window).place
    button(window.messages, "message_action").click()
    assert training.is_running
    assert not window.messages.text, "it speaks of what is over"
    wait_for(qtbot, lambda: record_of(window).place > killed_at)
    trigger(window, "model.stop")
    wait_for_end(qtbot, window)
    record = record_of(window)
    assert isinstance(record.end, Stopped)
    # What was told after the last checkpoint was told again, and counts once.
    assert record.loss.x == sorted(set(record.loss.x))
    assert sorted(record.epochs) == list(range(max(record.epochs) + 1))
    assert window.project.runs.all()[0].status is RunStatus.STOPPED
    assert "was stopped in epoch" in window.messages.text


_WINDOW = """
import sys
from gui.app import build
from gui.settings import Settings
sys.path.insert(0, sys.argv[2])
from trainings import ENDLESS, TINY
from gui.training.run_request import RunRequest
settings = Settings()
settings.model = sys.argv[3]
settings.save()
app, window = build(["maskwright", sys.argv[1]])
window.show()
def opened():
    window.idle.disconnect(opened)
    training = window.teaching.training
    training.told.connect(lambda event: print(event.event, flush=True))
    training.start(RunRequest(TINY.replace(epochs=ENDLESS), sys.argv[3], device="cpu"))
window.idle.connect(opened)
app.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_run_whose_window_was_killed_ends_by_itself_and_is_found_when_the_folder_is_opened(
    make_window: MakeWindow, labelled: Path, small_model: Path, qtbot: QtBot
) -> None:
    helpers = Path(__file__).resolve().parents[2] / "helpers"
    with subprocess.Popen(
        [sys.executable, "-c", _WINDOW, str(labelled), str(helpers), str(small_model)],
        stdout=subprocess.PIPE,
        text=True,
    ) as killed:
        assert killed.stdout is not None
        epochs = 0
        for line in killed.stdout:
            epochs += line == "epoch\n"
            if epochs == 2:  # the model it began with, and one more
                break
        killed.kill()
    window = make_window(labelled)
    wait_for(qtbot, lambda: "Resume" in _offered(window))
    assert window.messages.text.startswith("A training was ")
    assert f" of {ENDLESS}." in window.messages.text
    assert window.project is not None
    last = window.project.runs.all()[0]
    assert last.status is not RunStatus.RUNNING
    assert not RunFolder(window.project.runs.folder / last.folder).is_running
    assert window.actions_by_name["model.resume"].isEnabled()


def _offered(window: MainWindow) -> str:
    return button(window.messages, "message_action").text() if window.messages.text else ""


def test_a_run_that_begins_stands_above_the_earlier_ones(
    make_window: MakeWindow, labelled: Path, request_of: RequestOf, qtbot: QtBot
) -> None:
    earlier = "2020-01-02 03.04.05"
    with Project.open(labelled) as project:
        (project.runs.folder / earlier).mkdir(parents=True)
        (project.runs.folder / earlier / "settings.json").write_text("{}", encoding="utf-8")
    window = make_window(labelled)
    training = training_of(window)
    training.start(request_of(epochs=ENDLESS))
    assert training.run is not None
    begun = training.run.name
    runs = panel_of(window).findChild(QComboBox, "training_runs")
    assert runs is not None
    wait_for(qtbot, lambda: [runs.itemData(row) for row in range(runs.count())] == [begun, earlier])
    assert runs.currentData() == begun
    end_training(qtbot, window)


def test_a_second_run_is_refused_while_one_is_under_way(
    training_window: MainWindow, request_of: RequestOf, qtbot: QtBot
) -> None:
    window = training_window
    training = training_of(window)
    training.start(request_of(epochs=ENDLESS))
    first = training.run
    training.start(request_of())
    assert training.run is first
    assert "stop it first" in window.messages.text
    # Asked twice to stop, it is ended at once, long before its first step.
    with qtbot.waitSignal(training.running_changed, timeout=WAIT_MS):
        training.stop()
        training.stop()
    assert "before it could save" in window.messages.text
    assert not window.actions_by_name["model.resume"].isEnabled()


def test_nothing_begins_in_a_folder_that_was_moved_away(
    training_window: MainWindow, request_of: RequestOf, labelled: Path, qtbot: QtBot
) -> None:
    away = labelled.rename(labelled.with_name("away"))
    training_of(training_window).start(request_of())
    assert "is gone; put it back" in training_window.messages.text
    assert not training_of(training_window).is_running
    assert not labelled.exists()
    away.rename(labelled)
