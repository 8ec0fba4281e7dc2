"""The class panel as a person uses it."""

from __future__ import annotations

import pytest
from class_rows import ALT, CAT, CLASSES, DOG, GRASS, click, place_of, view_of
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.class_panel import ClassPanel
from gui.class_panel.row_areas import ROW_HEIGHT
from segmenter.project.classes import LabelClass


class Heard(list[tuple[int, bool]]):
    """The visibility changes a panel told."""

    def __init__(self, panel: ClassPanel) -> None:
        super().__init__()
        panel.visibility_changed.connect(lambda told: self.extend(told.items()))


@pytest.fixture
def heard(panel: ClassPanel) -> Heard:
    return Heard(panel)


def test_classes_are_listed_by_id(panel: ClassPanel) -> None:
    assert [each.name for each in panel.classes] == ["background", "cat", "grass", "dog"]


@pytest.mark.parametrize(("classes", "rows"), [(5, 5), (6, 6), (11, 6)])
def test_there_is_always_room_for_some_rows(panel: ClassPanel, classes: int, rows: int) -> None:
    panel.set_classes([LabelClass(id, f"class {id}", (9, 9, 9)) for id in range(classes)])
    panel.resize(240, 10)
    assert view_of(panel).viewport().height() == rows * ROW_HEIGHT


def test_a_click_on_the_eye_hides_and_shows_without_choosing(
    panel: ClassPanel, heard: Heard, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(panel.current_changed):
        click(panel, CAT, "eye")
        click(panel, GRASS, "eye")
    assert heard == [(3, False), (4, True)]
    assert [each.visible for each in panel.classes] == [True, False, True, True]


def test_a_click_on_the_name_chooses_without_hiding(
    panel: ClassPanel, heard: Heard, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.current_changed) as told:
        click(panel, DOG, "name")
    assert told.args == [7]
    assert panel.current_class is not None
    assert panel.current_class.name == "dog"
    assert heard == []


def test_alt_click_shows_one_alone_and_once_more_all(panel: ClassPanel, heard: Heard) -> None:
    click(panel, GRASS, "eye", ALT)
    assert sorted(heard) == [(3, False), (4, True), (7, False)]
    heard.clear()
    click(panel, GRASS, "name", ALT)
    assert sorted(heard) == [(3, True), (7, True)]


def test_the_background_can_not_be_hidden(panel: ClassPanel, heard: Heard) -> None:
    click(panel, 0, "eye")
    click(panel, 0, "eye", ALT)
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
    click(panel, CAT, "eye")
    assert button.isVisible()


def test_two_quick_clicks_on_an_eye_are_two(panel: ClassPanel, heard: Heard) -> None:
    view = view_of(panel)
    place = place_of(panel, CAT, "eye")
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


def test_without_classes_there_is_a_button_to_add_one(
    panel: ClassPanel, actions: Actions, qtbot: QtBot
) -> None:
    panel.set_classes([])
    shown = [each.text() for each in panel.findChildren(QLabel) if each.isVisible()]
    assert any("No classes yet" in text for text in shown)
    button = panel.findChild(QPushButton, "class_panel.add_first")
    assert button is not None
    with qtbot.waitSignal(actions["class.add"].triggered):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_screen_reader_hears_what_is_hidden(panel: ClassPanel) -> None:
    model = view_of(panel).model()
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(GRASS, 0).data(role) == "grass, hidden"
    assert model.index(CAT, 0).data(role) == "cat"
    panel.set_locked(frozenset({3, 4}))
    assert model.index(GRASS, 0).data(role) == "grass, hidden, locked"


def test_a_click_on_the_lock_asks_for_it_and_once_more_for_the_opposite(
    panel: ClassPanel, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(panel.current_changed):
        with qtbot.waitSignal(panel.lock_wanted) as told:
            click(panel, DOG, "lock")
        assert told.args == [7, True]
        panel.set_locked(frozenset({7}))
        with qtbot.waitSignal(panel.lock_wanted) as told:
            click(panel, DOG, "lock")
        assert told.args == [7, False]


def test_a_click_on_the_colour_asks_for_another(panel: ClassPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.recolor_wanted) as told:
        click(panel, CAT, "swatch")
    assert told.args == [3]


def test_delete_on_the_list_deletes_by_the_action(
    panel: ClassPanel, actions: Actions, qtbot: QtBot
) -> None:
    panel.select(3)
    with qtbot.waitSignal(actions["class.delete"].triggered):
        QTest.keyClick(view_of(panel), Qt.Key.Key_Delete)


class TestRenaming:
    def field(self, panel: ClassPanel) -> QLineEdit:
        found = panel.findChild(QLineEdit, "class_panel.name")
        assert isinstance(found, QLineEdit)
        return found

    def test_a_double_click_on_the_name_is_the_action(
        self, panel: ClassPanel, actions: Actions, qtbot: QtBot
    ) -> None:
        place = place_of(panel, CAT, "name")
        with qtbot.waitSignal(actions["class.rename"].triggered):
            QTest.mouseClick(view_of(panel).viewport(), Qt.MouseButton.LeftButton, pos=place)
            QTest.mouseDClick(view_of(panel).viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert panel.current_class is not None
        assert panel.current_class.name == "cat"

    def test_what_is_typed_takes_the_place_of_the_name(
        self, panel: ClassPanel, qtbot: QtBot
    ) -> None:
        panel.rename(3)
        field = self.field(panel)
        assert field.text() == "cat"
        with qtbot.waitSignal(panel.rename_wanted) as told:
            qtbot.keyClicks(field, "tiger 1")
            qtbot.keyClick(field, Qt.Key.Key_Return)
        assert told.args == [3, "tiger 1"]

    @pytest.mark.parametrize("typed", ["", "   ", "cat", " cat "])
    def test_nothing_new_is_no_wish(self, panel: ClassPanel, qtbot: QtBot, typed: str) -> None:
        panel.rename(3)
        field = self.field(panel)
        with qtbot.assertNotEmitted(panel.rename_wanted):
            qtbot.keyClick(field, Qt.Key.Key_Delete)
            qtbot.keyClicks(field, typed)
            qtbot.keyClick(field, Qt.Key.Key_Return)

    def test_escape_leaves_the_name(self, panel: ClassPanel, qtbot: QtBot) -> None:
        panel.rename(3)
        field = self.field(panel)
        with qtbot.assertNotEmitted(panel.rename_wanted):
            qtbot.keyClicks(field, "tiger")
            qtbot.keyClick(field, Qt.Key.Key_Escape)

    def test_classes_that_come_meanwhile_do_not_disturb_the_typing(
        self, panel: ClassPanel, qtbot: QtBot
    ) -> None:
        panel.rename(3)
        field = self.field(panel)
        qtbot.keyClicks(field, "ti")
        panel.set_classes([*CLASSES, LabelClass(1, "ant", (1, 1, 1))])
        assert field.text() == "ti"
        with qtbot.waitSignal(panel.rename_wanted) as told:
            qtbot.keyClicks(field, "ger")
            qtbot.keyClick(field, Qt.Key.Key_Return)
        assert told.args == [3, "tiger"]
