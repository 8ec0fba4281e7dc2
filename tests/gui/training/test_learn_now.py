"""Learning at once, through the window: what it learns from, what is said, what is kept."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from learning import ENDLESS, FEW_STEPS, correct
from painting import Painter, add_classes, is_stored, stored_mask
from pulse import Pulse
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QPushButton, QToolBar, QToolButton
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, go_to, open_and_wait, run, states, trigger, wait_idle

from gui.inference_worker import Inference
from gui.main_window import MainWindow
from gui.training.learnt_models import BASE
from gui.training.lesson import LessonEnd, LessonProgress
from segmenter.nn.model_file import read_model_header
from segmenter.project.state import State
from segmenter.training.quick_recipe import QuickRecipe

STALL_MS = 250
"""A gross stall; the goal is 50 ms."""


class Watch(QObject):
    """What the inference thread says of lessons and predictions."""

    def __init__(self, inference: Inference) -> None:
        super().__init__()
        self.progress: list[LessonProgress] = []
        self.ends: list[LessonEnd] = []
        self.predicted: list[str] = []
        inference.learning.connect(self.progress.append)
        inference.taught.connect(self.ends.append)
        inference.image_done.connect(lambda result: self.predicted.append(result.name))


@pytest.fixture
def taught(make_window: MakeWindow, photos: Path, qtbot: QtBot) -> MainWindow:
    """A window with the four photos, two of which are corrected; learning takes a moment."""
    add_classes(photos)
    window = make_window(photos)
    for name in ("cat.jpg", "astronaut.jpg"):
        correct(qtbot, window, name)
    window.messages.clear()
    use_recipe(window, FEW_STEPS)
    return window


@pytest.fixture
def watch(taught: MainWindow) -> Watch:
    return Watch(taught.inference)


def models(window: MainWindow) -> list[Path]:
    assert window.project is not None
    return sorted(window.project.models_folder.glob("*.safetensors"))


def learn(qtbot: QtBot, window: MainWindow) -> None:
    run(qtbot, window, "model.learn_now")


def begin_endless(qtbot: QtBot, window: MainWindow) -> None:
    """Learning that goes on until it is ended, and has learnt something."""
    assert window.teaching is not None
    window.teaching.learn_now.recipe = ENDLESS
    told: list[LessonProgress] = []
    window.inference.learning.connect(told.append)
    trigger(window, "model.learn_now")
    # The first words are of reading; by the later ones there were steps.
    qtbot.waitUntil(lambda: len(told) >= 3, timeout=WAIT_MS)


def use_recipe(window: MainWindow, recipe: QuickRecipe) -> None:
    assert window.teaching is not None
    window.teaching.learn_now.recipe = recipe


def press(window: MainWindow, name: str) -> None:
    """One of the buttons of the message bar."""
    button = window.messages.findChild(QPushButton, name)
    assert button is not None
    assert button.isVisible()
    button.click()


def test_the_model_learns_and_predicts_the_images_that_nobody_corrected(
    taught: MainWindow, watch: Watch, qtbot: QtBot
) -> None:
    masks = {name: stored_mask(taught, name) for name in ("astronaut.jpg", "cat.jpg")}
    go_to(qtbot, taught, "coffee.jpg")
    learn(qtbot, taught)
    (path,) = models(taught)
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
    assert len(models(taught)) == 1  # what was learnt is still there
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


def test_learning_again_starts_from_the_same_model(
    taught: MainWindow, watch: Watch, small_model: Path, make_window: MakeWindow, qtbot: QtBot
) -> None:
    learn(qtbot, taught)
    learn(qtbot, taught)
    folder = taught.folder.project.folder if taught.folder.project is not None else Path()
    current = taught.inference.model
    taught.close()
    assert taught.inference.wait_for_end(20.0)
    window = make_window(folder, model=current)  # the next day
    use_recipe(window, FEW_STEPS)
    learn(qtbot, window)
    assert len(models(window)) == 3
    for path in models(window):
        assert read_model_header(path)[1].training[BASE] == str(small_model)


def test_few_models_are_left_behind_and_a_renamed_one_stays(
    taught: MainWindow, qtbot: QtBot
) -> None:
    from segmenter.nn.card import ModelCard
    from segmenter.nn.model_file import read_model, save_model

    learn(qtbot, taught)
    (first,) = models(taught)
    mine = read_model(first)
    save_model(mine, first, ModelCard(**{**mine.card.to_dict(), "name": "Mine"}))
    for _ in range(5):
        learn(qtbot, taught)
    assert first in models(taught)
    assert len(models(taught)) == 4
    assert Path(taught.inference.model) in models(taught)


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


def test_cancel_keeps_what_was_learnt_and_predicts_nothing(
    taught: MainWindow, watch: Watch, qtbot: QtBot
) -> None:
    begin_endless(qtbot, taught)
    run(qtbot, taught, "segment.cancel")
    assert watch.ends[-1].learnt is not None
    assert watch.ends[-1].learnt.stopped
    assert taught.inference.model == str(models(taught)[0])
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
    assert taught.inference.model == str(models(taught)[0])
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
    assert models(taught) == []


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
    assert watch.ends[-1].learnt is not None
    assert len(watch.predicted) > 22  # some twice: by the model before, and by the new one
    assert taught.messages.text.endswith("22 images predicted anew.")


# -- nothing to learn from, nowhere to keep it --------------------------------------------------


def test_without_a_class_it_says_what_to_do(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    window = make_window(photos)
    trigger(window, "model.learn_now")
    assert window.messages.text.startswith("There is no class to learn yet")


def test_without_a_correction_it_says_what_to_do(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    add_classes(photos)
    window = make_window(photos)
    trigger(window, "model.learn_now")
    assert window.messages.text.startswith("There is nothing to learn from yet")
    assert not window.inference.is_running


def test_masks_without_a_label_teach_nothing(
    make_window: MakeWindow, photos: Path, small_model: Path, qtbot: QtBot
) -> None:
    add_classes(photos)
    window = make_window(photos)
    assert window.project is not None
    labels = np.full(window.project.load_image("cat.jpg").shape[:2], 255, np.uint8)
    window.project.save_mask("cat.jpg", labels)
    learn(qtbot, window)
    assert window.messages.text.startswith("Nothing is labelled")
    assert window.messages.kind == "error"
    assert window.inference.model == str(small_model)


def test_one_class_alone_teaches_nothing(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    add_classes(photos)
    window = make_window(photos)
    correct(qtbot, window, "cat.jpg", classes=(1,))
    learn(qtbot, window)
    assert window.messages.text.startswith("Everything that is labelled is “cat”")
    assert models(window) == []


def test_a_folder_that_is_open_elsewhere_says_so(
    taught: MainWindow, make_window: MakeWindow, qtbot: QtBot
) -> None:
    assert taught.project is not None
    second = make_window(taught.project.folder)
    assert second.project is not None
    assert second.project.read_only
    trigger(second, "model.learn_now")
    assert second.messages.text == second.project.read_only_reason
    assert not second.inference.is_running


def test_a_model_that_is_not_on_this_computer_says_so(
    taught: MainWindow, watch: Watch, qtbot: QtBot
) -> None:
    taught.inference.model = "voc-resnet50"
    learn(qtbot, taught)
    assert "is not on this computer yet" in taught.messages.text
    assert watch.ends[-1].learnt is None


def test_where_no_model_can_be_saved_nobody_waits_for_it(
    taught: MainWindow, watch: Watch, small_model: Path, qtbot: QtBot
) -> None:
    assert taught.project is not None
    taught.project.models_folder.write_text("in the way")
    learn(qtbot, taught)
    assert "can't be made" in taught.messages.text
    assert watch.progress == []
    assert taught.inference.model == str(small_model)


def test_a_full_disk_loses_no_mask_and_no_model(
    taught: MainWindow, small_model: Path, qtbot: QtBot
) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # No file may be larger than this: masks still fit, a model does not.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        learn(qtbot, taught)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "could not be saved" in taught.messages.text
    assert taught.inference.model == str(small_model)
    assert models(taught) == []
    assert states(taught)["cat.jpg"] == "corrected"
    learn(qtbot, taught)
    assert len(models(taught)) == 1


# -- the world changes meanwhile ----------------------------------------------------------------


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
    assert taught.inference.model == str(models(taught)[0])
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
    folder = models(taught)
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
