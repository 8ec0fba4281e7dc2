"""Leaving a folder while something trains: with children that end when the test wants it."""

from __future__ import annotations

from pathlib import Path

import pytest
from learning import Watch, begin_endless
from painting import Painter, mask_on_disk
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from trainings import RequestOf, python_child, training_of, wait_for
from windows import wait_idle

from gui.main_window import MainWindow
from segmenter.project.run_table import RunStatus

STUBBORN = python_child(
    "import json, sys",
    "for line in sys.stdin:",
    "    if line == 'stop\\n': break",
    "print(json.dumps({'event': 'note', 'text': 'stopping'}), flush=True)",
    "sys.stdin.readline()",
    "print('maskwright: Stopped.', file=sys.stderr)",
    "sys.exit(1)",
)
"""Hears the word, but goes on until another one comes."""


@pytest.fixture
def busy_window(training_window: MainWindow, request_of: RequestOf, qtbot: QtBot) -> MainWindow:
    """Something trains in it that is hard to stop."""
    training = training_of(training_window)
    training.command = STUBBORN
    training.start(request_of())
    wait_for(qtbot, lambda: training.pid)
    return training_window


def press(window: MainWindow, name: str) -> None:
    found = window.findChild(QPushButton, name)
    assert found is not None
    found.click()


def is_stopping(window: MainWindow) -> bool:
    run = training_of(window).run
    return run is not None and run.record.notes == ["stopping"]


def test_what_is_painted_while_the_training_ends_is_saved_before_another_folder_is_opened(
    busy_window: MainWindow, tmp_path: Path, sample: Path, qtbot: QtBot
) -> None:
    window = busy_window
    other = tmp_path / "other"
    other.mkdir()
    (other / "cat.jpg").write_bytes((sample / "cat.jpg").read_bytes())
    assert window.project is not None
    data_folder = window.project.data_folder
    name = window.shown_name
    hand = Painter(window)
    hand.choose_brush(int(window.project.classes[1].id))
    window.open_folder(other)
    press(window, "leave_training_stop")
    wait_for(qtbot, lambda: is_stopping(window))
    hand.stroke((30, 30), (60, 30))
    painted = hand.mask.copy()
    training_of(window).pause(True)  # the word it waits for
    wait_for(qtbot, lambda: window.project is not None and window.project.folder == other)
    wait_idle(qtbot, window)
    stored = mask_on_disk(data_folder, name)
    assert stored is not None
    assert (stored == painted).all()


@pytest.mark.parametrize("closes", [False, True])
def test_a_lesson_begun_while_the_training_ends_is_given_up_before_the_folder_is_left(
    busy_window: MainWindow, tmp_path: Path, sample: Path, qtbot: QtBot, *, closes: bool
) -> None:
    window = busy_window
    other = tmp_path / "other"
    other.mkdir()
    (other / "cat.jpg").write_bytes((sample / "cat.jpg").read_bytes())
    watch = Watch(window.inference)
    runs: list[bool] = []
    window.folder.closing.connect(lambda: runs.append(window.inference.is_running))
    if closes:
        window.close_folder()
    else:
        window.open_folder(other)
    press(window, "leave_training_stop")
    wait_for(qtbot, lambda: is_stopping(window))
    begin_endless(qtbot, window)
    training_of(window).pause(True)  # the word it waits for
    left = None if closes else other
    wait_for(qtbot, lambda: (window.project and window.project.folder) == left)
    wait_idle(qtbot, window)
    assert runs == [False]
    assert [end.kept for end in watch.ends] == [None]
    assert watch.predicted == []


def test_staying_leaves_the_training_and_the_folder_as_they_are(
    busy_window: MainWindow, qtbot: QtBot
) -> None:
    window = busy_window
    before = window.project
    window.actions_by_name["file.close"].trigger()
    press(window, "leave_training_stay")
    assert training_of(window).is_running
    assert window.project is before
    assert not training_of(window).is_stopping


def test_closing_twice_counts_as_an_answer(busy_window: MainWindow, qtbot: QtBot) -> None:
    window = busy_window
    window.close()
    assert not window.isHidden()
    window.close()
    wait_for(qtbot, lambda: is_stopping(window))
    training_of(window).pause(True)
    wait_for(qtbot, window.isHidden)
    assert not training_of(window).is_running


def test_stop_pressed_again_ends_a_training_that_does_not_listen(
    busy_window: MainWindow, qtbot: QtBot
) -> None:
    window = busy_window
    stop = window.findChild(QToolButton, "training_stop")
    assert stop is not None
    assert stop.text() == "Stop"
    window.actions_by_name["model.stop"].trigger()
    wait_for(qtbot, lambda: is_stopping(window))
    assert training_of(window).is_stopping
    assert stop.text() == "Stop now"
    assert not window.actions_by_name["model.pause"].isEnabled()
    stop.click()
    wait_for(qtbot, lambda: not training_of(window).is_running)
    assert window.project is not None
    assert window.project.runs.all()[0].status is RunStatus.FAILED
    assert stop.isHidden()
