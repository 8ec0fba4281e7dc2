"""Learning at once, through the window: what it learns from, what it says, the way back."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import numpy as np
from learning import (
    FEW_STEPS,
    Watch,
    begin_endless,
    learn,
    learnt_models,
    press,
    use_recipe,
)
from painting import Painter, add_classes, is_stored, stored_mask
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolBar, QToolButton
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, go_to, run, states, trigger, wait_idle

from gui.main_window import MainWindow
from segmenter.nn.model_file import read_model_header
from segmenter.project.state import State


def test_the_model_learns_and_predicts_the_images_that_nobody_corrected(
    taught: MainWindow, watch: Watch, qtbot: QtBot
) -> None:
    masks = {name: stored_mask(taught, name) for name in ("astronaut.jpg", "cat.jpg")}
    go_to(qtbot, taught, "coffee.jpg")
    learn(qtbot, taught)
    (path,) = learnt_models(taught)
    assert taught.inference.model == str(path) == taught.settings.model
    config, card = read_model_header(path)
    assert card.name == "Learnt from 2 images"
    assert config.classes == ("background", "cat", "dog", "bird")
    assert watch.predicted == ["coffee.jpg", "rocket.jpg"]  # the shown one first
    assert states(taught) == {
        "astronaut.jpg": "corrected",
        "cat.jpg": "corrected",
        "coffee.jpg": "predicted",
        "rocket.jpg": "predicted",
    }
    for name, mask in masks.items():
        assert mask is not None
        assert is_stored(taught, name, mask)
    assert taught.project is not None
    prediction = taught.project.load_prediction("coffee.jpg")
    assert prediction is not None
    assert np.array_equal(taught.canvas.mask, prediction.labels)  # and on the canvas
    assert taught.messages.text.startswith("Learnt from 2 images in ")
    assert taught.messages.text.endswith("; 2 images predicted anew.")
    assert taught.inference.facts is not None
    assert taught.inference.facts.title == "Learnt from 2 images"


def test_images_after_the_shown_one_come_first_then_those_before(
    taught: MainWindow, watch: Watch, qtbot: QtBot
) -> None:
    go_to(qtbot, taught, "rocket.jpg")
    learn(qtbot, taught)
    assert watch.predicted == ["rocket.jpg", "coffee.jpg"]


def test_a_corrected_image_in_view_keeps_what_it_shows(
    taught: MainWindow, watch: Watch, qtbot: QtBot
) -> None:
    go_to(qtbot, taught, "cat.jpg")
    before = taught.canvas.mask.copy()
    learn(qtbot, taught)
    assert np.array_equal(taught.canvas.mask, before)
    assert watch.predicted == ["coffee.jpg", "rocket.jpg"]


def test_what_was_painted_a_moment_ago_is_learnt_from(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    add_classes(photos)
    window = make_window(photos)
    use_recipe(window, FEW_STEPS)
    painter = Painter(window)
    for class_id, y in ((0, 30), (1, 90)):
        painter.choose_brush(class_id)
        painter.stroke((40, y), (200, y))
    learn(qtbot, window)  # before autosave had its time
    assert window.messages.text.startswith("Learnt from 1 image in ")


def test_the_way_back_makes_the_earlier_model_current(
    taught: MainWindow, watch: Watch, small_model: Path, qtbot: QtBot
) -> None:
    learn(qtbot, taught)
    press(taught, "message_action")
    wait_idle(qtbot, taught)
    assert taught.inference.model == str(small_model) == taught.settings.model
    assert taught.messages.text == "“Small” is the current model again."
    assert len(learnt_models(taught)) == 1  # what was learnt is still there
    watch.predicted.clear()
    with qtbot.waitSignal(taught.idle, timeout=WAIT_MS):
        press(taught, "message_action")  # Predict anew
    assert sorted(watch.predicted) == ["coffee.jpg", "rocket.jpg"]
    assert taught.inference.facts is not None
    assert taught.inference.facts.title == "Small"


def test_going_back_while_images_are_predicted_ends_that(
    taught: MainWindow, small_model: Path, qtbot: QtBot
) -> None:
    taught.inference.image_done.connect(
        lambda _: press(taught, "message_action"), Qt.ConnectionType.SingleShotConnection
    )
    learn(qtbot, taught)
    assert taught.inference.model == str(small_model)
    assert taught.messages.text == "“Small” is the current model again."


def test_progress_counts_down_with_words(taught: MainWindow, watch: Watch, qtbot: QtBot) -> None:
    words: list[str] = []
    taught.inference.learning.connect(lambda _: words.append(taught.status.progress.words))
    use_recipe(taught, FEW_STEPS.replace(steps=0, seconds=2.5, seconds_per_image=0))
    learn(qtbot, taught)
    shares = [each.done / each.total for each in watch.progress]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert words[0].startswith("Learning from 2 images  ·  ")
    assert words[0].endswith(" s left")
    assert taught.status.progress.words == ""


def test_it_says_how_many_images_it_left_out_and_what_learns_from_all(
    taught: MainWindow, watch: Watch, qtbot: QtBot
) -> None:
    words: list[str] = []
    taught.inference.learning.connect(lambda _: words.append(taught.status.progress.words))
    use_recipe(taught, FEW_STEPS.replace(memory_megabytes=0))  # features of one image fit
    learn(qtbot, taught)
    assert words[-1].startswith("Learning from 1 of 2 images")
    said = taught.messages.text
    assert said.startswith("Learnt from 1 of 2 images in ")
    assert said.endswith(
        ", as there was no memory for more (Fine-tune learns from all); 2 images predicted anew."
    )


def test_cancel_keeps_what_was_learnt_and_predicts_nothing(
    taught: MainWindow, watch: Watch, qtbot: QtBot
) -> None:
    begin_endless(qtbot, taught)
    run(qtbot, taught, "segment.cancel")
    assert watch.ends[-1].learnt is not None
    assert watch.ends[-1].learnt.stopped
    assert taught.inference.model == str(learnt_models(taught)[0])
    assert watch.predicted == []
    assert taught.messages.text.startswith("Learnt from 2 images in ")
    with qtbot.waitSignal(taught.idle, timeout=WAIT_MS):
        press(taught, "message_action")  # Predict anew
    assert sorted(watch.predicted) == ["coffee.jpg", "rocket.jpg"]


def test_stop_keeps_what_was_learnt_and_uses_it(
    taught: MainWindow, watch: Watch, qtbot: QtBot
) -> None:
    begin_endless(qtbot, taught)
    assert taught.actions_by_name["model.stop"].isEnabled()
    run(qtbot, taught, "model.stop")
    assert taught.inference.model == str(learnt_models(taught)[0])
    assert sorted(watch.predicted) == ["coffee.jpg", "rocket.jpg"]
    assert not taught.actions_by_name["model.stop"].isEnabled()


def test_escape_does_not_stop_it(taught: MainWindow, watch: Watch, qtbot: QtBot) -> None:
    begin_endless(qtbot, taught)
    told = len(watch.progress)
    qtbot.keyClick(taught.canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(watch.progress) >= told + 2, timeout=WAIT_MS)
    assert taught.inference.is_learning
    run(qtbot, taught, "segment.cancel")


def test_stopped_before_anything_was_learnt(
    taught: MainWindow, watch: Watch, small_model: Path, qtbot: QtBot
) -> None:
    trigger(taught, "model.learn_now")
    run(qtbot, taught, "model.stop")
    assert watch.ends[-1].learnt is None
    assert taught.messages.text == ("Stopped before anything was learnt; the model is as it was.")
    assert taught.inference.model == str(small_model)
    assert learnt_models(taught) == []


def test_a_run_under_way_is_ended_first(
    taught: MainWindow, watch: Watch, sample: Path, qtbot: QtBot
) -> None:
    assert taught.project is not None
    for number in range(20):
        shutil.copyfile(sample / "cat.jpg", taught.project.folder / f"more {number}.jpg")
    run(qtbot, taught, "file.refresh")
    taught.inference.image_done.connect(
        lambda _: trigger(taught, "model.learn_now"), Qt.ConnectionType.SingleShotConnection
    )
    run(qtbot, taught, "segment.folder")
    words = "22 images predicted anew."
    qtbot.waitUntil(lambda: taught.messages.text.endswith(words), timeout=WAIT_MS)
    assert watch.ends[-1].learnt is not None
    assert len(watch.predicted) > 22  # some twice: by the model before, and by the new one


# -- where it is found --------------------------------------------------------------------------


def test_the_button_stands_beside_segment_with_its_words(taught: MainWindow) -> None:
    bar = taught.findChild(QToolBar, "tool_bar")
    assert bar is not None
    names = [action.objectName() for action in bar.actions()]
    assert names.index("model.learn_now") == names.index("segment.folder") + 1
    button = bar.widgetForAction(taught.actions_by_name["model.learn_now"])
    assert isinstance(button, QToolButton)
    assert button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert button.isEnabled()


def test_the_key_learns(taught: MainWindow, watch: Watch, qtbot: QtBot) -> None:
    qtbot.keyClick(taught, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(watch.ends), timeout=WAIT_MS)
    wait_idle(qtbot, taught)
    assert watch.ends[-1].learnt is not None


def test_an_approved_prediction_is_learnt_from(
    taught: MainWindow, watch: Watch, qtbot: QtBot
) -> None:
    learn(qtbot, taught)
    go_to(qtbot, taught, "coffee.jpg")
    trigger(taught, "image.approve")
    wait_idle(qtbot, taught)
    assert taught.project is not None
    assert taught.project.image("coffee.jpg").state is State.APPROVED
    learn(qtbot, taught)
    assert taught.messages.text.startswith("Learnt from 3 images")
    assert partial(states, taught)()["coffee.jpg"] == "approved"
