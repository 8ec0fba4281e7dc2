"""Renaming a class of the whole folder: how many images that concerns, and back."""

from __future__ import annotations

import numpy as np
from five_classes import BIRD, KITTY, names, project_of
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from windows import trigger, wait_idle

from gui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def type_over(window: MainWindow, qtbot: QtBot, name: str) -> None:
    """The name that is being edited in the list."""
    field = window.findChild(QLineEdit, "class_panel.name")
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.findChild(QLineEdit, "class_panel.name") is None)


def rename(window: MainWindow, qtbot: QtBot, class_id: int, name: str) -> None:
    """Chosen in the list, F2, and typing."""
    window.workspace.class_panel.select(class_id)
    qtbot.keyClick(window.canvas, Qt.Key.Key_F2)
    type_over(window, qtbot, name)


def test_it_says_how_many_images_have_the_class_and_undo_brings_the_name_back(
    labelled: MainWindow, qtbot: QtBot
) -> None:
    mask = labelled.canvas.mask.copy()
    rename(labelled, qtbot, KITTY, "kitten")
    wait_idle(qtbot, labelled)
    assert names(labelled) == ["background", "cat", "kitten", "dog", "bird"]
    assert labelled.messages.text == (
        "Renamed “kitty” to “kitten” in 2 images (2 masks and 1 prediction)."
    )
    button = labelled.messages.findChild(QPushButton, "message_action")
    assert button is not None
    QTest.mouseClick(button, LEFT)
    assert names(labelled) == ["background", "cat", "kitty", "dog", "bird"]
    assert not labelled.actions_by_name["class.undo_rename"].isEnabled()
    np.testing.assert_array_equal(labelled.canvas.mask, mask)


def test_from_the_menu_one_after_the_other_is_taken_back(
    labelled: MainWindow, qtbot: QtBot
) -> None:
    undo = labelled.actions_by_name["class.undo_rename"]
    assert not undo.isEnabled()
    rename(labelled, qtbot, KITTY, "kitten")
    rename(labelled, qtbot, KITTY, "puss")
    rename(labelled, qtbot, BIRD, "robin")
    undo.trigger()
    assert names(labelled) == ["background", "cat", "puss", "dog", "bird"]
    undo.trigger()
    undo.trigger()
    assert names(labelled) == ["background", "cat", "kitty", "dog", "bird"]
    assert not undo.isEnabled()
    wait_idle(qtbot, labelled)
    assert "again" in labelled.messages.text


def test_of_a_class_that_no_image_has_nothing_is_said(labelled: MainWindow, qtbot: QtBot) -> None:
    rename(labelled, qtbot, BIRD, "robin")
    wait_idle(qtbot, labelled)
    assert labelled.messages.text == ""


def test_a_former_name_that_another_class_has_now_is_refused(
    labelled: MainWindow, qtbot: QtBot
) -> None:
    rename(labelled, qtbot, KITTY, "puss")
    wait_idle(qtbot, labelled)
    project_of(labelled).add_class("kitty")
    trigger(labelled, "class.undo_rename")
    assert "kitty" in labelled.messages.text
    assert labelled.messages.kind == "warning"
    assert names(labelled)[KITTY] == "puss"


def test_a_class_that_is_gone_is_not_waited_for(labelled: MainWindow, qtbot: QtBot) -> None:
    rename(labelled, qtbot, KITTY, "kitten")
    rename(labelled, qtbot, BIRD, "robin")
    wait_idle(qtbot, labelled)
    project_of(labelled).remove_class(BIRD)
    trigger(labelled, "class.undo_rename")
    assert names(labelled) == ["background", "cat", "kitty", "dog"]


def test_the_first_name_of_a_class_is_no_rename(labelled: MainWindow, qtbot: QtBot) -> None:
    trigger(labelled, "class.add")
    type_over(labelled, qtbot, "fish")
    assert names(labelled)[-1] == "fish"
    assert not labelled.actions_by_name["class.undo_rename"].isEnabled()
