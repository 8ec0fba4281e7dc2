"""Pinning an image from the menu: kept, shown, and honoured by the next training."""

from __future__ import annotations

from pathlib import Path

import pytest
from learning import FEW_STEPS, correct
from painting import add_classes
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, go_to, run, trigger, wait_idle

from gui.main_window import MainWindow
from segmenter.nn.model_file import read_model_header
from segmenter.project.project import Project
from segmenter.project.state import Side


def on(window: MainWindow) -> list[str]:
    """Which of the three is checked."""
    return [
        name
        for name in ("pin_none", "pin_training", "pin_validation")
        if window.actions_by_name[f"image.{name}"].isChecked()
    ]


def side(window: MainWindow, name: str) -> Side | None:
    assert window.project is not None
    return window.project.image(name).side


@pytest.fixture
def at_cat(window: MainWindow, qtbot: QtBot) -> MainWindow:
    go_to(qtbot, window, "cat.jpg")
    return window


def test_an_image_is_pinned_and_the_menu_follows_the_image(
    at_cat: MainWindow, qtbot: QtBot
) -> None:
    assert on(at_cat) == ["pin_none"]
    trigger(at_cat, "image.pin_validation")
    assert side(at_cat, "cat.jpg") is Side.VALIDATION
    assert on(at_cat) == ["pin_validation"]
    go_to(qtbot, at_cat, "coffee.jpg")
    assert on(at_cat) == ["pin_none"]
    trigger(at_cat, "image.pin_training")
    go_to(qtbot, at_cat, "cat.jpg")
    assert on(at_cat) == ["pin_validation"]
    trigger(at_cat, "image.pin_none")
    assert side(at_cat, "cat.jpg") is None
    assert side(at_cat, "coffee.jpg") is Side.TRAINING


def test_its_keys_pin_it(at_cat: MainWindow) -> None:
    at_cat.activateWindow()
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(at_cat.canvas, Qt.Key.Key_2, modifiers)
    assert side(at_cat, "cat.jpg") is Side.VALIDATION


def test_the_list_shows_it(at_cat: MainWindow, qtbot: QtBot) -> None:
    images = at_cat.workspace.image_list
    view = images.findChild(QListView)
    assert view is not None
    row = view.currentIndex()
    before = view.viewport().grab(view.visualRect(row)).toImage()
    trigger(at_cat, "image.pin_validation")
    qtbot.waitUntil(
        lambda: "pinned to validation" in row.data(Qt.ItemDataRole.ToolTipRole), timeout=WAIT_MS
    )
    assert "pinned to validation" in row.data(Qt.ItemDataRole.AccessibleTextRole)
    assert view.viewport().grab(view.visualRect(row)).toImage() != before


def test_learning_at_once_leaves_out_what_is_pinned_to_validation(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    add_classes(photos)
    window = make_window(photos)
    for name in ("cat.jpg", "astronaut.jpg"):
        correct(qtbot, window, name)
    trigger(window, "image.pin_validation")
    assert window.teaching is not None
    window.teaching.learn_now.recipe = FEW_STEPS
    run(qtbot, window, "model.learn_now")
    _, card = read_model_header(window.inference.model)
    assert card.training["training_images"] == 1


def test_without_an_image_there_is_nothing_to_pin(at_cat: MainWindow, qtbot: QtBot) -> None:
    trigger(at_cat, "file.close")
    wait_idle(qtbot, at_cat)
    assert not at_cat.actions_by_name["image.pin_training"].isEnabled()


def test_a_read_only_folder_says_so(make_window: MakeWindow, photos: Path, qtbot: QtBot) -> None:
    with Project.open(photos) as holder:
        holder.scan()
        window = make_window(photos)
        go_to(qtbot, window, "cat.jpg")
        trigger(window, "image.pin_training")
        assert side(window, "cat.jpg") is None
        assert on(window) == ["pin_none"]
        assert "read" in window.messages.text.lower()
