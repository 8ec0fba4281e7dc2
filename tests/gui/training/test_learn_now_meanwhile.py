"""The world goes on while the model learns: painting, classes, files, folders, models."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from learning import (
    Watch,
    begin_endless,
    learn,
    learnt_models,
    press,
)
from painting import Painter, is_stored
from pulse import Pulse
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, go_to, open_and_wait, run, states, trigger, wait_idle

from gui.inference_worker import ModelFacts
from gui.main_window import MainWindow

STALL_MS = 250
"""A gross stall; the goal is 50 ms."""


def test_one_can_go_on_painting_meanwhile(taught: MainWindow, qtbot: QtBot) -> None:
    go_to(qtbot, taught, "rocket.jpg")
    begin_endless(qtbot, taught)
    painter = Painter(taught)
    painter.choose_brush(2)
    painter.stroke((50, 50), (150, 60))
    painted = painter.mask.copy()
    assert (painted == 2).any()
    run(qtbot, taught, "model.stop")
    assert is_stored(taught, "rocket.jpg", painted)
    assert np.array_equal(painter.mask, painted)
    assert states(taught)["rocket.jpg"] == "corrected"
    run(qtbot, taught, "edit.undo")
    assert not (painter.mask == 2).any()


def test_an_image_that_was_deleted_is_left_out(taught: MainWindow, qtbot: QtBot) -> None:
    assert taught.project is not None
    (taught.project.folder / "cat.jpg").unlink()
    learn(qtbot, taught)
    assert taught.messages.text.startswith("Learnt from 1 image in ")


def test_a_class_that_is_deleted_meanwhile_is_predicted_nowhere(
    taught: MainWindow, qtbot: QtBot
) -> None:
    begin_endless(qtbot, taught)
    assert taught.project is not None
    taught.project.remove_class(1)
    run(qtbot, taught, "model.stop")
    for name in ("coffee.jpg", "rocket.jpg"):
        prediction = taught.project.load_prediction(name)
        assert prediction is not None
        assert not (prediction.labels == 1).any()
    assert [each.name for each in taught.project.classes] == ["background", "dog", "bird"]


def test_a_class_that_is_added_meanwhile_stays(taught: MainWindow, qtbot: QtBot) -> None:
    begin_endless(qtbot, taught)
    assert taught.project is not None
    added = taught.project.add_class("fish")
    run(qtbot, taught, "model.stop")
    assert added in taught.project.classes
    assert states(taught)["rocket.jpg"] == "predicted"


def test_a_model_chosen_meanwhile_stays_current(
    taught: MainWindow, small_model: Path, tmp_path: Path, watch: Watch, qtbot: QtBot
) -> None:
    other = tmp_path / "other.safetensors"
    shutil.copyfile(small_model, other)
    begin_endless(qtbot, taught)
    taught.inference.use_model(str(other))
    run(qtbot, taught, "model.stop")
    assert taught.inference.model == str(other)
    assert "stays current" in taught.messages.text
    assert watch.predicted == []
    with qtbot.waitSignal(taught.idle, timeout=WAIT_MS):
        press(taught, "message_action")  # Use what was learnt
    assert taught.inference.model == str(learnt_models(taught)[0])
    assert sorted(watch.predicted) == ["coffee.jpg", "rocket.jpg"]


def test_another_folder_ends_it_and_keeps_nothing_of_it(
    taught: MainWindow, watch: Watch, sample: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    model = taught.inference.model
    assert taught.project is not None
    before = taught.project.models_folder
    other = tmp_path / "other photos"
    other.mkdir()
    shutil.copyfile(sample / "cat.jpg", other / "cat.jpg")
    begin_endless(qtbot, taught)
    open_and_wait(qtbot, taught, other)
    qtbot.waitUntil(lambda: taught.project is not None and taught.project.folder == other)
    wait_idle(qtbot, taught)
    assert taught.inference.model == model
    assert not before.exists() or not list(before.iterdir())
    assert watch.predicted == []


def test_closing_the_folder_ends_it(taught: MainWindow, small_model: Path, qtbot: QtBot) -> None:
    begin_endless(qtbot, taught)
    taught.close_folder()
    qtbot.waitUntil(lambda: taught.project is None, timeout=WAIT_MS)
    wait_idle(qtbot, taught)
    assert taught.inference.model == str(small_model)
    assert not taught.actions_by_name["model.learn_now"].isEnabled()


def test_closing_the_window_ends_it(taught: MainWindow, small_model: Path, qtbot: QtBot) -> None:
    begin_endless(qtbot, taught)
    folder = learnt_models(taught)
    taught.close()
    assert taught.inference.wait_for_end(20.0)
    assert folder == []
    assert taught.settings.model == str(small_model)


def test_the_window_stays_smooth_meanwhile(taught: MainWindow, qtbot: QtBot) -> None:
    go_to(qtbot, taught, "rocket.jpg")
    learn(qtbot, taught)  # what is imported is there: that is measured on its own
    begin_endless(qtbot, taught)
    pulse = Pulse()
    painter = Painter(taught)
    painter.choose_brush(1)
    for y in range(20, 120, 20):
        with qtbot.waitSignal(taught.inference.learning, timeout=WAIT_MS):
            painter.stroke((40, y), (160, y + 10))
    run(qtbot, taught, "model.stop")
    pulse.stop()
    print(
        f"\nlearning while somebody paints: longest gap of a 5 ms timer {pulse.gaps[0]:.0f} ms, "
        f"{pulse.own_gaps[0]:.0f} ms by this process"
    )
    assert pulse.own_gaps[0] < STALL_MS


def test_another_folder_in_the_moment_of_the_end_keeps_nothing_of_it(
    taught: MainWindow, watch: Watch, sample: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    model = taught.inference.model
    other = tmp_path / "other photos"
    other.mkdir()
    shutil.copyfile(sample / "cat.jpg", other / "cat.jpg")
    assert taught.project is not None
    models = taught.project.models_folder
    asked: list[Path] = []
    begun: list[int] = []

    def leave(facts: ModelFacts) -> None:
        """The model is saved, and the thread predicts with it: nobody looks at the token more."""
        if taught.inference.is_learning and Path(facts.name).parent == models and not asked:
            asked.append(Path(facts.name))
            taught.open_folder(other)

    taught.inference.model_ready.connect(leave)
    taught.inference.started.connect(begun.append)
    with qtbot.waitSignal(taught.inference.taught, timeout=WAIT_MS):
        trigger(taught, "model.learn_now")
    qtbot.waitUntil(
        lambda: taught.project is not None and taught.project.folder == other, timeout=WAIT_MS
    )
    wait_idle(qtbot, taught)
    assert len(asked) == 1
    assert begun == []
    assert watch.predicted == []
    assert taught.inference.model == model == taught.settings.model
    assert list(models.iterdir()) == []
    qtbot.waitUntil(lambda: taught.inference.has_model, timeout=WAIT_MS)
    assert taught.inference.facts is not None
    assert taught.inference.facts.title == "Small"
