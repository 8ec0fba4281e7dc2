"""The status bar is not written anew for every pixel a mouse moves."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.throttle import Throttle


def test_of_many_calls_the_first_counts_at_once_and_the_last_in_the_end(qtbot: QtBot) -> None:
    parent, done = QObject(), list[int]()
    throttled = Throttle(done.append, 30, parent)
    for number in range(100):
        throttled(number)
    assert done == [0]
    qtbot.waitUntil(lambda: done == [0, 99])
    throttled(100)
    assert done == [0, 99]
    qtbot.waitUntil(lambda: done == [0, 99, 100])
