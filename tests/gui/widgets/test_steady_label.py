"""A line that changes all the time leaves what is beside it where it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.steady_label import SteadyLabel


class Row(QWidget):
    """A label that takes the room there is, and a steady one at its right."""

    def __init__(self) -> None:
        super().__init__()
        self.steady = SteadyLabel()
        layout = QHBoxLayout(self)
        layout.addWidget(QLabel("first"), 1)
        layout.addWidget(self.steady)
        self.resize(500, 60)


class Layouts(QObject):
    """Counts how often a widget is laid out."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__()
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def row(qtbot: QtBot) -> Row:
    made = Row()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.steady.setText("1234, 1234   background")
    qtbot.waitUntil(lambda: made.steady.width() >= made.steady.sizeHint().width())
    return made


def test_a_text_that_fits_lays_nothing_out(row: Row, qtbot: QtBot) -> None:
    layouts, place = Layouts(row), row.steady.geometry()
    before = row.grab().toImage()
    for words in ("1, 2   cat", "", "99, 100   dog"):
        row.steady.setText(words)
        qtbot.wait(0)
        assert row.steady.text() == row.steady.accessibleName() == words
    assert layouts.count == 0
    assert row.steady.geometry() == place
    assert row.grab().toImage() != before


def test_a_longer_text_gets_its_room(row: Row, qtbot: QtBot) -> None:
    width = row.steady.width()
    row.steady.setText("1234, 1234   a class with a long name   100% sure")
    qtbot.waitUntil(lambda: row.steady.width() > width)
    row.grab()
    assert row.steady.toolTip() == ""


def test_it_gives_way_where_there_is_no_room(row: Row, qtbot: QtBot) -> None:
    row.steady.setText("a very long line of words " * 20)
    qtbot.wait(0)
    assert row.width() == 500
    row.grab()
    assert row.steady.toolTip() == row.steady.text()
