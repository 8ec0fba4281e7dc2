"""Approving with one key: what is shown next, what is stored, how it is taken back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from painting import Painter, stored_mask
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from windows import MakeWindow, go_to, run, states, trigger, wait_idle

from gui.image_list.filter_bar import FilterBar
from gui.main_window import MainWindow
from gui.review.toast import Toast
from segmenter.project.project import Project
from segmenter.project.state import State


def press(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window.canvas, key)


def approve(qtbot: QtBot, window: MainWindow) -> None:
    press(window, Qt.Key.Key_R)
    wait_idle(qtbot, window)


def toast(window: MainWindow) -> Toast:
    found = window.findChild(Toast)
    assert found is not None
    return found


def undo(window: MainWindow) -> None:
    button = toast(window).findChild(QPushButton, "toast_action")
    assert button is not None
    assert button.isVisible()
    button.click()


def test_one_key_approves_and_steps_on(window: MainWindow, qtbot: QtBot) -> None:
    assert window.shown_name == "astronaut.jpg"
    approve(qtbot, window)
    assert states(window)["astronaut.jpg"] == "approved"
    assert window.shown_name == "cat.jpg"
    assert toast(window).text == "astronaut.jpg is approved; 3 images are left."


def test_what_is_said_of_it_stays_in_the_middle_while_the_window_is_resized(
    window: MainWindow, qtbot: QtBot
) -> None:
    approve(qtbot, window)
    window.canvas.actual_size()  # resizing changes no zoom
    above = window.canvas.height() - toast(window).geometry().bottom()
    for width, height in ((900, 600), (1300, 760)):
        window.resize(width, height)
        QApplication.processEvents()
        place, room = toast(window).geometry(), window.canvas.rect()
        assert room.contains(place)
        assert abs(place.center().x() - room.center().x()) <= 1
        assert room.height() - place.bottom() == above


def test_an_approved_prediction_is_a_mask_from_then_on(window: MainWindow, qtbot: QtBot) -> None:
    before = window.canvas.mask.copy()
    approve(qtbot, window)
    stored = stored_mask(window, "astronaut.jpg")
    assert stored is not None
    assert np.array_equal(stored, before)


def test_what_was_just_painted_is_saved_and_approved(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.stroke((50, 50), (200, 80))
    painted = painter.mask.copy()
    approve(qtbot, window)  # before the autosave was due
    assert states(window)["astronaut.jpg"] == "approved"
    stored = stored_mask(window, "astronaut.jpg")
    assert stored is not None
    assert np.array_equal(stored, painted)


def test_no_late_save_takes_the_approval_back(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    for at in ((50, 50), (90, 90), (120, 60)):
        painter.stroke(at, (at[0] + 80, at[1] + 30))
        press(window, Qt.Key.Key_R)
        press(window, Qt.Key.Key_Left)
        wait_idle(qtbot, window)
        assert window.shown_name == "astronaut.jpg"
        assert states(window)["astronaut.jpg"] == "approved"


def test_a_stroke_on_an_approved_image_has_to_be_approved_again(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    approve(qtbot, window)
    go_to(qtbot, window, "astronaut.jpg")
    painter.stroke((50, 50), (200, 80))
    approve(qtbot, window)  # the project still says "approved" of what there was before
    assert states(window)["astronaut.jpg"] == "approved"
    assert window.shown_name == "cat.jpg"


def test_on_an_approved_image_the_key_takes_it_back_and_stays(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    approve(qtbot, window)  # as predicted
    painter.stroke((50, 50), (200, 80))
    approve(qtbot, window)  # with a mask
    for name, state in (("astronaut.jpg", "predicted"), ("cat.jpg", "corrected")):
        go_to(qtbot, window, name)
        approve(qtbot, window)
        assert states(window)[name] == state
        assert window.shown_name == name
        assert toast(window).text == f"{name} is not approved any more."
    assert stored_mask(window, "astronaut.jpg") is None
    assert stored_mask(window, "cat.jpg") is not None


def test_undo_in_the_message_takes_it_back_and_shows_the_image(
    window: MainWindow, qtbot: QtBot
) -> None:
    approve(qtbot, window)
    undo(window)
    wait_idle(qtbot, window)
    assert states(window)["astronaut.jpg"] == "predicted"
    assert window.shown_name == "astronaut.jpg"


def test_taking_back_can_be_undone_too(window: MainWindow, qtbot: QtBot) -> None:
    approve(qtbot, window)
    go_to(qtbot, window, "astronaut.jpg")
    approve(qtbot, window)
    undo(window)
    wait_idle(qtbot, window)
    assert states(window)["astronaut.jpg"] == "approved"


def test_pressed_fast_it_approves_one_image_after_the_other(
    window: MainWindow, qtbot: QtBot
) -> None:
    """Only those that were seen; the list may hear of it later."""
    for left in (3, 2, 1):
        name = window.shown_name
        press(window, Qt.Key.Key_R)
        assert f"{name} is approved" in toast(window).text
        assert f" {left} image" in toast(window).text
        qtbot.waitUntil(lambda name=name: window.shown_name not in ("", name))  # type: ignore[misc]
    approve(qtbot, window)
    assert set(states(window).values()) == {"approved"}
    assert toast(window).text.endswith("is approved, and with it every image.")


def test_approved_images_are_skipped_and_the_end_leads_to_the_top(
    window: MainWindow, qtbot: QtBot
) -> None:
    go_to(qtbot, window, "cat.jpg")
    approve(qtbot, window)
    assert window.shown_name == "coffee.jpg"
    go_to(qtbot, window, "rocket.jpg")
    approve(qtbot, window)
    assert window.shown_name == "astronaut.jpg"
    approve(qtbot, window)
    assert window.shown_name == "coffee.jpg"


def test_it_goes_by_the_order_of_the_list(window: MainWindow, qtbot: QtBot) -> None:
    order = window.findChild(QComboBox, "image_list.order")
    assert order is not None
    order.setCurrentIndex(2)  # least certain first
    go_to(qtbot, window, "cat.jpg")
    for expected in ("rocket.jpg", "astronaut.jpg", "coffee.jpg"):
        approve(qtbot, window)
        assert window.shown_name == expected


def test_within_a_filter_it_stays_there(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.findChild(FilterBar)
    assert bar is not None
    bar.set_text("ro")  # astronaut.jpg, rocket.jpg
    wait_idle(qtbot, window)
    go_to(qtbot, window, "astronaut.jpg")
    approve(qtbot, window)
    assert window.shown_name == "rocket.jpg"
    approve(qtbot, window)
    assert window.shown_name == "rocket.jpg"
    assert "2 images are left" in toast(window).text


def test_with_a_filter_for_a_state_the_images_go_from_the_list_as_they_are_approved(
    window: MainWindow, qtbot: QtBot
) -> None:
    bar = window.findChild(FilterBar)
    assert bar is not None
    bar.set_state(State.PREDICTED)
    images = window.workspace.image_list
    approve(qtbot, window)
    approve(qtbot, window)
    qtbot.waitUntil(lambda: images.names == ["coffee.jpg", "rocket.jpg"])
    assert window.shown_name == "coffee.jpg"


def test_an_image_without_anything_on_it_is_refused(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    window = make_window(photos)
    approve(qtbot, window)
    assert states(window)["astronaut.jpg"] == "new"
    assert window.shown_name == "astronaut.jpg"
    assert toast(window).text == (
        "There is nothing to approve on astronaut.jpg yet: segment it (Ctrl+R) or paint on it."
    )


def test_an_image_that_cannot_be_shown_is_refused(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    (photos / "broken.jpg").write_bytes(b"no picture")
    window = make_window(photos)
    go_to(qtbot, window, "broken.jpg")
    trigger(window, "image.approve")
    assert toast(window).text == "broken.jpg can't be shown, so it can't be approved."
    assert states(window)["broken.jpg"] == "failed"


def test_a_folder_that_is_open_elsewhere_is_refused(
    make_window: MakeWindow, predicted: Path, qtbot: QtBot
) -> None:
    with Project.open(predicted):
        window = make_window(predicted)
        window.messages.clear()
        approve(qtbot, window)
        assert "already open in another window" in toast(window).text
        assert states(window)["astronaut.jpg"] == "predicted"


def test_the_least_certain_image_comes_first_then_the_next(
    window: MainWindow, qtbot: QtBot
) -> None:
    seen = []
    for _ in range(5):
        press(window, Qt.Key.Key_N)
        wait_idle(qtbot, window)
        seen.append(window.shown_name)
    assert seen == ["cat.jpg", "rocket.jpg", "astronaut.jpg", "coffee.jpg", "cat.jpg"]


def test_what_was_corrected_or_approved_is_not_shown_again(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    press(window, Qt.Key.Key_N)  # cat.jpg, left as it is
    press(window, Qt.Key.Key_N)
    wait_idle(qtbot, window)
    assert window.shown_name == "rocket.jpg"
    painter.stroke((50, 50), (200, 80))
    wait_idle(qtbot, window)
    press(window, Qt.Key.Key_N)
    wait_idle(qtbot, window)
    assert window.shown_name == "astronaut.jpg"  # and not cat.jpg again
    approve(qtbot, window)
    go_to(qtbot, window, "coffee.jpg")
    press(window, Qt.Key.Key_N)
    wait_idle(qtbot, window)
    assert window.shown_name == "cat.jpg"
    for name in ("cat.jpg", "coffee.jpg"):
        go_to(qtbot, window, name)
        approve(qtbot, window)
    trigger(window, "image.next_uncertain")
    assert window.messages.text == "No other image has a prediction to look at."


@pytest.mark.parametrize("action", ["image.approve", "view.flicker"])
def test_a_key_held_down_does_it_once(window: MainWindow, action: str) -> None:
    assert not window.actions_by_name[action].autoRepeat()


def test_segmenting_the_folder_again_leaves_approved_images_alone(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = window.canvas.mask.copy()
    approve(qtbot, window)
    run(qtbot, window, "segment.folder_again")
    stored = stored_mask(window, "astronaut.jpg")
    assert stored is not None
    assert np.array_equal(stored, before)
    assert states(window)["astronaut.jpg"] == "approved"


def test_the_message_neither_moves_the_image_nor_stays_under_the_brush(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    place = window.canvas.geometry()
    approve(qtbot, window)
    assert window.canvas.geometry() == place
    assert toast(window).isVisible()
    painter.stroke((50, 50), (200, 80))
    assert not toast(window).isVisible()


def test_the_message_keeps_the_focus_where_it_is(window: MainWindow, qtbot: QtBot) -> None:
    window.canvas.setFocus()
    approve(qtbot, window)
    undo(window)
    assert window.canvas.hasFocus()


@pytest.mark.parametrize("width", [1100, 720])
def test_the_message_fits_into_the_canvas(window: MainWindow, qtbot: QtBot, width: int) -> None:
    window.resize(width, 500)
    approve(qtbot, window)
    message = toast(window)
    assert window.canvas.rect().contains(message.geometry())
    for part in message.findChildren(QWidget):
        if part.isVisible():
            assert message.rect().contains(part.geometry())
