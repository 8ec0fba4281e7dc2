"""Deleting in the model manager, and taking it back. Real files, real events."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from known_networks import save_says
from managers import LEFT, OpenManager, action, button, names, press, words
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from windows import WAIT_MS

from gui.main_window import MainWindow
from gui.models.manager_dialog import ManagerDialog


def test_deleting_can_be_undone(manager: ManagerDialog, models: Path, qtbot: QtBot) -> None:
    path = models / "new.safetensors"
    before = path.read_bytes()
    manager.list.choose(str(path))
    QTest.keyClick(manager.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Petals" not in names(manager), timeout=WAIT_MS)
    assert not path.exists()
    assert manager.messages.text == "“Petals” is deleted."
    QTest.mouseClick(action(manager), LEFT)
    qtbot.waitUntil(lambda: "Petals" in names(manager), timeout=WAIT_MS)
    assert path.read_bytes() == before
    chosen = manager.list.chosen_entry
    assert chosen is not None
    assert chosen.title == "Petals"


def test_what_was_deleted_is_gone_for_good_once_the_manager_is_closed(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    manager.list.choose(str(models / "new.safetensors"))
    press(manager, "model_delete")
    qtbot.waitUntil(lambda: "Petals" not in names(manager), timeout=WAIT_MS)
    manager.close()
    qtbot.waitUntil(
        lambda: [path.name for path in models.iterdir()] == ["old.safetensors"], timeout=WAIT_MS
    )


def test_the_one_in_use_asks_and_the_starter_takes_over(
    window: MainWindow, manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    path = models / "old.safetensors"
    press(manager, "model_delete")
    assert "is in use" in manager.messages.text
    assert path.exists()
    QTest.mouseClick(action(manager, "message_other_action"), LEFT)
    assert path.exists()
    assert window.inference.model == str(path)
    press(manager, "model_delete")
    QTest.mouseClick(action(manager), LEFT)
    qtbot.waitUntil(lambda: "Ground" not in names(manager), timeout=WAIT_MS)
    assert window.inference.model == "starter"
    assert str(path) not in [each.name for each in manager.list.entries]
    QTest.mouseClick(action(manager), LEFT)  # undo
    qtbot.waitUntil(path.exists, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.inference.model == str(path), timeout=WAIT_MS)


def test_escape_keeps_what_it_asks_about_and_only_then_closes(
    manager: ManagerDialog, models: Path
) -> None:
    press(manager, "model_delete")
    assert "is in use" in manager.messages.text
    QTest.keyClick(manager.list, Qt.Key.Key_Escape)
    assert manager.messages.text == ""
    assert manager.isVisible()
    assert (models / "old.safetensors").exists()
    QTest.keyClick(manager.list, Qt.Key.Key_Escape)
    assert not manager.isVisible()


def test_the_only_one_learnt_here_asks(
    window: MainWindow, manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    manager.list.choose(str(models / "new.safetensors"))
    press(manager, "model_delete")
    qtbot.waitUntil(lambda: "Petals" not in names(manager), timeout=WAIT_MS)
    window.inference.use_model("starter")
    manager.list.choose(str(models / "old.safetensors"))
    press(manager, "model_delete")
    assert "the only model that has learnt from this folder" in manager.messages.text
    assert (models / "old.safetensors").exists()


def test_a_downloaded_one_asks_since_it_costs_a_download(
    window: MainWindow, opened: OpenManager, qtbot: QtBot
) -> None:
    from segmenter.nn import zoo

    path = zoo.path_of("voc-mobilenet")
    save_says(path, "petal")
    manager = opened()
    manager.list.choose("voc-mobilenet")
    press(manager, "model_delete")
    assert "downloaded again" in manager.messages.text
    QTest.mouseClick(action(manager), LEFT)
    qtbot.waitUntil(lambda: button(manager, "model_use").text() == "&Download", timeout=WAIT_MS)
    assert not path.exists()


def test_cancelling_leaves_the_one_in_use_where_it_was(
    window: MainWindow, manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    path = models / "old.safetensors"
    release = threading.Event()
    for _ in range(window.background._pool._max_workers):
        window.background.run(lambda _: release.wait(60), lambda _: None, pytest.fail, kind="other")
    press(manager, "model_delete")
    QTest.mouseClick(action(manager), LEFT)
    assert window.inference.model == "starter"
    press(manager, "models.cancel")
    assert words(manager, "models.working") == "Cancelling …"
    assert not button(manager, "models.cancel").isEnabled()
    release.set()
    qtbot.waitUntil(lambda: window.inference.model == str(path), timeout=WAIT_MS)
    assert path.exists()
    assert "is deleted" not in manager.messages.text
