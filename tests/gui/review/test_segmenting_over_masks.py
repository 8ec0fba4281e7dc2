"""Segmenting an image that has a mask: it asks, and nothing is lost either way."""

from __future__ import annotations

import numpy as np
import pytest
from painting import Painter, stored_mask
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from windows import go_to, run, states, trigger, wait_idle

from gui.main_window import MainWindow

ACTION, OTHER = "message_action", "message_other_action"


def button(window: MainWindow, name: str) -> QPushButton:
    found = window.messages.findChild(QPushButton, name)
    assert found is not None
    assert found.isVisible()
    return found


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    button(window, name).click()
    wait_idle(qtbot, window)


@pytest.fixture
def painted(window: MainWindow, painter: Painter, qtbot: QtBot) -> np.ndarray:
    """The mask of the image that is shown; saved."""
    painter.stroke((50, 50), (200, 80))
    wait_idle(qtbot, window)
    return painter.mask.copy()


def prediction(window: MainWindow, name: str = "astronaut.jpg") -> np.ndarray:
    assert window.project is not None
    stored = window.project.load_prediction(name)
    assert stored is not None
    return stored.labels


def test_without_a_mask_it_does_not_ask(window: MainWindow, qtbot: QtBot) -> None:
    before = prediction(window)
    run(qtbot, window, "segment.image")
    assert not np.array_equal(prediction(window), before)


def test_it_asks_and_does_nothing_until_it_is_answered(
    window: MainWindow, painted: np.ndarray, qtbot: QtBot
) -> None:
    before = prediction(window)
    trigger(window, "segment.image")
    wait_idle(qtbot, window)
    assert window.messages.text == "astronaut.jpg has a mask of yours."
    assert button(window, ACTION).text() == "Predict and keep my mask"
    assert button(window, OTHER).text() == "Replace my mask"
    close = window.messages.findChild(QToolButton, "message_close")
    assert close is not None
    close.click()
    wait_idle(qtbot, window)
    assert np.array_equal(prediction(window), before)
    assert np.array_equal(window.canvas.mask, painted)


def test_a_stroke_that_is_not_saved_yet_counts_as_a_mask(
    window: MainWindow, painter: Painter
) -> None:
    painter.stroke((50, 50), (200, 80))
    trigger(window, "segment.image")
    assert window.messages.text == "astronaut.jpg has a mask of yours."


def test_the_mask_is_kept_beside_the_new_prediction(
    window: MainWindow, painted: np.ndarray, qtbot: QtBot
) -> None:
    before = prediction(window)
    trigger(window, "segment.image")
    click(qtbot, window, ACTION)
    assert not np.array_equal(prediction(window), before)
    assert np.array_equal(window.canvas.mask, painted)
    stored = stored_mask(window, "astronaut.jpg")
    assert stored is not None
    assert np.array_equal(stored, painted)
    assert states(window)["astronaut.jpg"] == "corrected"
    assert window.messages.text == (
        "Your mask of astronaut.jpg is as it was; T and Y show the new prediction."
    )
    trigger(window, "view.split")
    wait_idle(qtbot, window)
    compared = window.canvas.comparison.prediction
    assert compared is not None
    assert np.array_equal(compared, prediction(window))


def test_the_mask_is_replaced_and_undo_brings_it_back(
    window: MainWindow, painted: np.ndarray, qtbot: QtBot
) -> None:
    trigger(window, "segment.image")
    click(qtbot, window, OTHER)
    assert np.array_equal(window.canvas.mask, prediction(window))
    stored = stored_mask(window, "astronaut.jpg")
    assert stored is not None
    assert np.array_equal(stored, prediction(window))
    assert "undo brings it back" in window.messages.text
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert np.array_equal(window.canvas.mask, painted)
    stored = stored_mask(window, "astronaut.jpg")
    assert stored is not None
    assert np.array_equal(stored, painted)


def test_an_approved_prediction_asks_too(window: MainWindow, qtbot: QtBot) -> None:
    before = window.canvas.mask.copy()
    trigger(window, "image.approve")
    wait_idle(qtbot, window)
    go_to(qtbot, window, "astronaut.jpg")
    trigger(window, "segment.image")
    assert window.messages.text == "astronaut.jpg has a mask of yours."
    click(qtbot, window, OTHER)
    assert states(window)["astronaut.jpg"] == "corrected"
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert np.array_equal(window.canvas.mask, before)
    assert states(window)["astronaut.jpg"] == "approved"


def test_an_approval_after_everything_was_undone_asks_too(
    window: MainWindow, painted: np.ndarray, qtbot: QtBot
) -> None:
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert stored_mask(window, "astronaut.jpg") is None
    before = window.canvas.mask.copy()
    trigger(window, "image.approve")
    trigger(window, "image.previous")
    wait_idle(qtbot, window)
    assert window.shown_name == "astronaut.jpg"
    trigger(window, "segment.image")
    assert window.messages.text == "astronaut.jpg has a mask of yours."
    click(qtbot, window, ACTION)
    stored = stored_mask(window, "astronaut.jpg")
    assert stored is not None
    assert np.array_equal(stored, before)
    assert np.array_equal(window.canvas.mask, before)
    assert states(window)["astronaut.jpg"] == "approved"


def test_it_is_replaced_where_another_image_is_shown_by_then(
    window: MainWindow, painted: np.ndarray, qtbot: QtBot
) -> None:
    trigger(window, "segment.image")
    button(window, OTHER).click()
    window.workspace.image_list.select("cat.jpg")
    shown = prediction(window, "cat.jpg")
    wait_idle(qtbot, window)
    assert window.shown_name == "cat.jpg"
    assert np.array_equal(window.canvas.mask, shown)
    stored = stored_mask(window, "astronaut.jpg")
    assert stored is not None
    assert np.array_equal(stored, prediction(window))
    go_to(qtbot, window, "astronaut.jpg")
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert np.array_equal(window.canvas.mask, painted)


def test_a_run_over_the_folder_leaves_masks_alone(
    window: MainWindow, painted: np.ndarray, qtbot: QtBot
) -> None:
    before = prediction(window)
    run(qtbot, window, "segment.folder_again")
    assert np.array_equal(window.canvas.mask, painted)
    assert np.array_equal(prediction(window), before)


def test_the_question_goes_with_its_folder(
    window: MainWindow, painted: np.ndarray, qtbot: QtBot
) -> None:
    trigger(window, "segment.image")
    trigger(window, "file.close")
    assert window.messages.text == ""
