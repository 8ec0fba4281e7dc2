"""Learning at once where there is nothing to learn from, or nowhere to keep it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from learning import (
    Watch,
    correct,
    learn,
    learnt_models,
)
from painting import add_classes
from pytestqt.qtbot import QtBot
from windows import MakeWindow, states, trigger

from gui.main_window import MainWindow


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
    assert learnt_models(window) == []


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
    assert learnt_models(taught) == []
    assert states(taught)["cat.jpg"] == "corrected"
    learn(qtbot, taught)
    assert len(learnt_models(taught)) == 1


def test_a_folder_that_was_moved_away_is_not_made_anew(
    taught: MainWindow, photos: Path, watch: Watch, qtbot: QtBot
) -> None:
    away = photos.rename(photos.with_name("away"))
    learn(qtbot, taught)
    assert "is gone; put it back" in taught.messages.text
    assert watch.ends[-1].learnt is None
    assert not photos.exists()
    away.rename(photos)
    learn(qtbot, taught)
    assert len(learnt_models(taught)) == 1
