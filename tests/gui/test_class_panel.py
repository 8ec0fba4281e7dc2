"""The class panel as a person uses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from gui.class_panel import ClassPanel
from gui.class_panel.view import ClassListView
from segmenter.project.classes import LabelClass

CLASSES = [
    LabelClass(7, "dog", (40, 150, 240)),
    LabelClass(0, "background", (0, 0, 0)),
    LabelClass(3, "cat", (230, 60, 70)),
    LabelClass(4, "grass", (0, 200, 0), visible=False),
]
CAT, GRASS, DOG = 1, 2, 3
"""Rows: classes are listed in order of their ids, the background first."""


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ClassPanel]:
    made = ClassPanel()
    qtbot.addWidget(made)
    made.resize(240, 300)
    made.set_classes(CLASSES)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


class Heard(list[tuple[int, bool]]):
    """The visibility changes a panel told."""

    def __init__(self, panel: ClassPanel) -> None:
        super().__init__()
        panel.visibility_changed.connect(lambda *told: self.append(told))


@pytest.fixture
def heard(panel: ClassPanel) -> Heard:
    return Heard(panel)


def view_of(panel: ClassPanel) -> ClassListView:
    found = panel.findChild(ClassListView)
    assert isinstance(found, ClassListView)
    return found


def click(
    panel: ClassPanel,
    row: int,
    x: int,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    view = view_of(panel)
    middle = view.visualRect(view.model().index(row, 0)).center().y()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(x, middle))


EYE, NAME = 18, 90
ALT = Qt.KeyboardModifier.AltModifier


def test_classes_are_listed_by_id(panel: ClassPanel) -> None:
    assert [each.name for each in panel.classes] == ["background", "cat", "grass", "dog"]


def test_a_click_on_the_eye_hides_and_shows_without_choosing(
    panel: ClassPanel, heard: Heard, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(panel.current_changed):
        click(panel, CAT, EYE)
        click(panel, GRASS, EYE)
    assert heard == [(3, False), (4, True)]
    assert [each.visible for each in panel.classes] == [True, False, True, True]


def test_a_click_on_the_name_chooses_without_hiding(
    panel: ClassPanel, heard: Heard, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.current_changed) as told:
        click(panel, DOG, NAME)
    assert told.args == [7]
    assert panel.current_class is not None
    assert panel.current_class.name == "dog"
    assert heard == []


def test_alt_click_shows_one_alone_and_once_more_all(panel: ClassPanel, heard: Heard) -> None:
    click(panel, GRASS, EYE, ALT)
    assert sorted(heard) == [(3, False), (4, True), (7, False)]
    heard.clear()
    click(panel, GRASS, NAME, ALT)
    assert sorted(heard) == [(3, True), (7, True)]


def test_the_background_can_not_be_hidden(panel: ClassPanel, heard: Heard) -> None:
    click(panel, 0, EYE)
    click(panel, 0, EYE, ALT)
    panel.set_class_visible(0, False)
    assert heard == []


def test_space_hides_the_chosen_class_and_alt_space_shows_it_alone(
    panel: ClassPanel, heard: Heard
) -> None:
    panel.select(3)
    QTest.keyClick(view_of(panel), Qt.Key.Key_Space)
    assert heard == [(3, False)]
    QTest.keyClick(view_of(panel), Qt.Key.Key_Space, ALT)
    assert sorted(heard[1:]) == [(3, True), (7, False)]


def test_show_all_is_offered_only_where_something_is_hidden(
    panel: ClassPanel, heard: Heard
) -> None:
    button = panel.findChild(QPushButton, "class_panel.show_all")
    assert isinstance(button, QPushButton)
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == [(4, True)]
    assert not button.isVisible()
    click(panel, CAT, EYE)
    assert button.isVisible()


def test_two_quick_clicks_on_an_eye_are_two(panel: ClassPanel, heard: Heard) -> None:
    view = view_of(panel)
    place = QPoint(EYE, view.visualRect(view.model().index(CAT, 0)).center().y())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard[0] == (3, False)
    assert heard[1] == (3, True)


def test_new_classes_keep_the_choice(panel: ClassPanel, qtbot: QtBot) -> None:
    panel.select(3)
    with qtbot.assertNotEmitted(panel.current_changed):
        panel.set_classes([*CLASSES, LabelClass(1, "ant", (1, 1, 1))])
    assert panel.current_class is not None
    assert panel.current_class.id == 3


def test_a_chosen_class_that_is_gone_is_told(panel: ClassPanel, qtbot: QtBot) -> None:
    panel.select(3)
    with qtbot.waitSignal(panel.current_changed) as told:
        panel.set_classes(CLASSES[:2])
    assert told.args == [-1]
    assert panel.current_class is None


def test_without_classes_it_says_where_they_come_from(panel: ClassPanel) -> None:
    panel.set_classes([])
    shown = [each.text() for each in panel.findChildren(QLabel) if each.isVisible()]
    assert "Segment an image, and its classes appear here." in shown


def test_a_screen_reader_hears_what_is_hidden(panel: ClassPanel) -> None:
    model = view_of(panel).model()
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(GRASS, 0).data(role) == "grass, hidden"
    assert model.index(CAT, 0).data(role) == "cat"
