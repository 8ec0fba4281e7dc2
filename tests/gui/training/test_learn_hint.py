"""The hint that the model can learn: when it comes, and that it does not come again."""

from __future__ import annotations

from pathlib import Path

import pytest
from learning import FEW_STEPS, correct
from painting import Painter, add_classes
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, go_to, wait_idle

from gui.main_window import MainWindow
from gui.training.learn_hint import LearnHint

HINT = "Corrected. Learn now (Ctrl+L) lets the model learn from it."


@pytest.fixture
def window(make_window: MakeWindow, photos: Path) -> MainWindow:
    add_classes(photos)
    window = make_window(photos)
    hint_of(window).pause.setInterval(50)
    return window


def hint_of(window: MainWindow) -> LearnHint:
    assert window.teaching is not None
    return window.teaching.learn_hint


def test_it_comes_after_the_first_correction_and_its_button_learns(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert window.teaching is not None
    window.teaching.learn_now.recipe = FEW_STEPS
    correct(qtbot, window, "cat.jpg")
    qtbot.waitUntil(lambda: window.messages.text == HINT, timeout=WAIT_MS)
    button = window.messages.findChild(QPushButton, "message_action")
    assert button is not None
    with qtbot.waitSignal(window.idle, timeout=WAIT_MS):
        button.click()
    assert window.messages.text.startswith("Learnt from 1 image in ")


def test_it_waits_until_the_hand_rests(window: MainWindow, qtbot: QtBot) -> None:
    pause = hint_of(window).pause
    pause.setTimerType(Qt.TimerType.PreciseTimer)
    pause.setInterval(WAIT_MS)
    correct(qtbot, window, "cat.jpg")
    assert pause.isActive()
    painter = Painter(window)
    qtbot.waitUntil(lambda: pause.remainingTime() < WAIT_MS - 500, timeout=WAIT_MS)
    left = pause.remainingTime()
    painter.stroke((30, 30), (120, 30))
    assert pause.remainingTime() > left, "it begins anew"
    assert window.messages.text == ""
    pause.setInterval(0)
    painter.stroke((30, 60), (120, 60))
    qtbot.waitUntil(lambda: window.messages.text == HINT, timeout=WAIT_MS)


def test_it_is_said_once_in_a_folder(
    window: MainWindow, make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    correct(qtbot, window, "cat.jpg")
    qtbot.waitUntil(lambda: window.messages.text == HINT, timeout=WAIT_MS)
    window.messages.clear()
    correct(qtbot, window, "coffee.jpg")
    assert not hint_of(window).pause.isActive()
    window.close()
    second = make_window(photos)
    correct(qtbot, second, "rocket.jpg")
    assert not hint_of(second).pause.isActive()


def test_who_has_learnt_before_is_not_told(window: MainWindow, qtbot: QtBot) -> None:
    assert window.teaching is not None
    window.teaching.learn_now.recipe = FEW_STEPS
    correct(qtbot, window, "cat.jpg")
    with qtbot.waitSignal(window.idle, timeout=WAIT_MS):
        window.actions_by_name["model.learn_now"].trigger()
    wait_idle(qtbot, window)
    correct(qtbot, window, "coffee.jpg")
    assert not hint_of(window).pause.isActive()


def test_it_takes_the_place_of_no_other_message(window: MainWindow, qtbot: QtBot) -> None:
    window.messages.say("Something else.")
    correct(qtbot, window, "cat.jpg")
    with qtbot.waitSignal(hint_of(window).pause.timeout, timeout=WAIT_MS):
        go_to(qtbot, window, "coffee.jpg")
    assert window.messages.text == "Something else."
    window.messages.clear()
    qtbot.waitUntil(lambda: window.messages.text == HINT, timeout=WAIT_MS)
