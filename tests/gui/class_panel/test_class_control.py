"""Classes in the window: added, chosen, renamed, recoloured, locked and shown by real events."""

from __future__ import annotations

import sqlite3

import pytest
from class_rows import click, place_of, view_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QColorDialog, QLineEdit
from pytestqt.qtbot import QtBot
from windows import open_and_wait, run, trigger

from gui.class_panel import ClassPanel
from gui.main_window import MainWindow
from segmenter.project.classes import LabelClass


def names(window: MainWindow) -> list[str]:
    assert window.project is not None
    return [each.name for each in window.project.classes]


def panel_of(window: MainWindow) -> ClassPanel:
    return window.workspace.class_panel


def chosen(window: MainWindow) -> str:
    current = panel_of(window).current_class
    return current.name if current is not None else ""


def typed_name(window: MainWindow) -> QLineEdit:
    field = window.findChild(QLineEdit, "class_panel.name")
    assert isinstance(field, QLineEdit)
    return field


def type_name(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Over the name that is being edited, ended with Enter."""
    field = typed_name(window)
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.findChild(QLineEdit, "class_panel.name") is None)


@pytest.fixture
def classed(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Four classes: background, cat, dog & co, sky."""
    assert window.project is not None
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for name in ("background", "cat", "dog & co", "sky"):
        window.project.add_class(name)
    window.desk.classes.refresh()  # type: ignore[union-attr]
    return window


def test_the_first_class_is_named_at_once_and_brings_the_background(
    window: MainWindow, qtbot: QtBot
) -> None:
    trigger(window, "class.add")
    type_name(qtbot, window, "leaf 1x")
    assert names(window) == ["background", "leaf 1x"]
    assert chosen(window) == "leaf 1x"
    trigger(window, "class.add")
    qtbot.keyClick(typed_name(window), Qt.Key.Key_Escape)
    assert names(window) == ["background", "leaf 1x", "class 1"]
    assert chosen(window) == "class 1"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape], ids=["enter", "escape"])
def test_once_a_name_is_typed_the_keys_belong_to_the_image(
    classed: MainWindow, qtbot: QtBot, key: Qt.Key
) -> None:
    trigger(classed, "class.rename")
    field = typed_name(classed)
    assert not classed.canvas.hasFocus()
    qtbot.keyClick(field, key)
    qtbot.waitUntil(classed.canvas.hasFocus)


def test_number_keys_choose_and_carry_the_names(classed: MainWindow, qtbot: QtBot) -> None:
    canvas = classed.canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_3)
    assert chosen(classed) == "dog & co"
    qtbot.keyClick(canvas, Qt.Key.Key_2)
    assert chosen(classed) == "cat"
    qtbot.keyClick(canvas, Qt.Key.Key_9)
    assert chosen(classed) == "cat"
    assert classed.messages.text == "No class has the key 9 yet. Ctrl+Shift+N adds one."
    texts = [classed.actions_by_name[f"class.choose_{n}"].text() for n in (1, 3, 5)]
    assert texts == ["background", "dog && co", "Class 5"]
    enabled = [classed.actions_by_name[f"class.choose_{n}"].isEnabled() for n in (4, 5, 0)]
    assert enabled == [True, False, False]


def test_the_background_cannot_be_shown_alone(classed: MainWindow, qtbot: QtBot) -> None:
    solo = classed.actions_by_name["class.solo"]
    qtbot.keyClick(classed.canvas, Qt.Key.Key_1)
    assert not solo.isEnabled()
    qtbot.keyClick(classed.canvas, Qt.Key.Key_2)
    assert solo.isEnabled()


def test_x_goes_back_and_forth_between_two_classes(classed: MainWindow, qtbot: QtBot) -> None:
    canvas = classed.canvas
    for key in (Qt.Key.Key_4, Qt.Key.Key_2):
        qtbot.keyClick(canvas, key)
    qtbot.keyClick(canvas, Qt.Key.Key_X)
    assert chosen(classed) == "sky"
    qtbot.keyClick(canvas, Qt.Key.Key_X)
    assert chosen(classed) == "cat"


def test_x_never_goes_to_a_class_that_was_deleted(classed: MainWindow, qtbot: QtBot) -> None:
    canvas = classed.canvas
    for key in (Qt.Key.Key_2, Qt.Key.Key_4):
        qtbot.keyClick(canvas, key)
    assert classed.project is not None
    classed.project.remove_class(1)
    classed.desk.classes.refresh()  # type: ignore[union-attr]
    qtbot.keyClick(canvas, Qt.Key.Key_X)
    assert chosen(classed) == "sky"
    assert classed.desk.correcting.editor.class_id == 3  # type: ignore[union-attr]
    assert "no other class" in classed.messages.text


def test_x_goes_to_the_class_before_one_that_was_deleted(classed: MainWindow, qtbot: QtBot) -> None:
    canvas = classed.canvas
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4):
        qtbot.keyClick(canvas, key)
    assert classed.project is not None
    for class_id in (2, 3):  # the one before, and the one that is painted with
        classed.project.remove_class(class_id)
        classed.desk.classes.refresh()  # type: ignore[union-attr]
    assert chosen(classed) == "cat"
    qtbot.keyClick(canvas, Qt.Key.Key_X)
    assert chosen(classed) == "background"
    qtbot.keyClick(canvas, Qt.Key.Key_X)
    assert chosen(classed) == "cat"


def test_a_label_that_is_no_class_is_not_painted_with(classed: MainWindow) -> None:
    editor = classed.desk.correcting.editor  # type: ignore[union-attr]
    editor.set_class(77)  # as the tool does that picks the class under the pointer
    assert editor.class_id == 1
    assert chosen(classed) == "cat"


def test_the_chosen_class_is_what_is_painted_with(classed: MainWindow, qtbot: QtBot) -> None:
    click(panel_of(classed), 3, "name")
    assert classed.desk.correcting.editor.class_id == 3  # type: ignore[union-attr]
    qtbot.keyClick(classed.canvas, Qt.Key.Key_2)
    assert classed.desk.correcting.editor.class_id == 1  # type: ignore[union-attr]


def test_whoever_opens_a_folder_with_classes_can_paint_at_once(
    classed: MainWindow, qtbot: QtBot
) -> None:
    assert chosen(classed) == "cat"


def test_f2_renames_the_chosen_class_everywhere(classed: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(classed.canvas, Qt.Key.Key_4)
    qtbot.keyClick(classed.canvas, Qt.Key.Key_F2)
    type_name(qtbot, classed, "clouds")
    assert names(classed) == ["background", "cat", "dog & co", "clouds"]
    assert [each.name for each in panel_of(classed).classes][3] == "clouds"
    assert classed.actions_by_name["class.choose_4"].text() == "clouds"


def test_a_double_click_renames(classed: MainWindow, qtbot: QtBot) -> None:
    panel = panel_of(classed)
    place = place_of(panel, 1, "name")
    QTest.mouseDClick(view_of(panel).viewport(), Qt.MouseButton.LeftButton, pos=place)
    type_name(qtbot, classed, "tiger")
    assert names(classed)[1] == "tiger"


def test_a_lock_by_click_protects_and_is_free_in_the_next_folder(
    classed: MainWindow, qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    editor = classed.desk.correcting.editor  # type: ignore[union-attr]
    click(panel_of(classed), 2, "lock")
    assert editor.protection.locked == {2}
    editor.lock_class(3, True)
    model = view_of(panel_of(classed)).model()
    heard = model.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "sky, locked"
    click(panel_of(classed), 2, "lock")
    assert editor.protection.locked == {3}
    open_and_wait(qtbot, classed, tmp_path_factory.mktemp("other"))
    assert editor.protection.locked == frozenset()


def test_the_key_that_protects_and_the_lock_in_the_list_keep_in_step(
    classed: MainWindow, qtbot: QtBot
) -> None:
    action = classed.actions_by_name["protect.class"]
    qtbot.keyClick(classed.canvas, Qt.Key.Key_2)
    qtbot.keyClick(classed.canvas, Qt.Key.Key_L)
    role = Qt.ItemDataRole.AccessibleTextRole
    model = view_of(panel_of(classed)).model()
    assert model.index(1, 0).data(role) == "cat, locked"
    assert action.isChecked()
    click(panel_of(classed), 1, "lock")
    assert not action.isChecked()
    assert model.index(1, 0).data(role) == "cat"


def test_solo_and_show_all_by_keys(classed: MainWindow, qtbot: QtBot) -> None:
    def visible() -> list[str]:
        assert classed.project is not None
        return [each.name for each in classed.project.classes if each.visible]

    qtbot.keyClick(classed.canvas, Qt.Key.Key_2)
    qtbot.keyClick(classed.canvas, Qt.Key.Key_J)
    assert visible() == ["background", "cat"]
    qtbot.keyClick(classed.canvas, Qt.Key.Key_J)
    assert len(visible()) == 4
    qtbot.keyClick(classed.canvas, Qt.Key.Key_J)
    qtbot.keyClick(classed.canvas, Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    assert len(visible()) == 4


def color_of(window: MainWindow, class_id: int) -> tuple[int, int, int]:
    assert window.project is not None
    return window.project.classes[class_id].color


class TestColour:
    def dialog(self, window: MainWindow) -> QColorDialog:
        click(panel_of(window), 1, "swatch")
        found = window.findChild(QColorDialog)
        assert isinstance(found, QColorDialog)
        return found

    def shown(self, window: MainWindow) -> list[LabelClass]:
        return list(window.canvas._item.classes)

    def test_a_colour_that_is_tried_shows_at_once(self, classed: MainWindow) -> None:
        dialog = self.dialog(classed)
        dialog.setCurrentColor(QColor(1, 2, 3))
        assert self.shown(classed)[1].color == (1, 2, 3)
        assert panel_of(classed).classes[1].color == (1, 2, 3)
        assert color_of(classed, 1) != (1, 2, 3)
        dialog.accept()
        assert color_of(classed, 1) == (1, 2, 3)
        assert self.shown(classed)[1].color == (1, 2, 3)

    def test_cancel_brings_the_old_colour_back(self, classed: MainWindow) -> None:
        before = color_of(classed, 1)
        dialog = self.dialog(classed)
        dialog.setCurrentColor(QColor(1, 2, 3))
        dialog.reject()
        assert color_of(classed, 1) == before
        assert self.shown(classed)[1].color == before


class TestFullDisk:
    """Nothing can be written down about classes."""

    @pytest.fixture(autouse=True)
    def refusing(self, classed: MainWindow) -> None:
        def may(action: int, table: str | None, *_: object) -> int:
            refused = action == sqlite3.SQLITE_UPDATE and table == "classes"
            return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK

        assert classed.project is not None
        classed.project._database._connection.set_authorizer(may)

    def test_a_class_that_can_not_be_hidden_stays_to_be_seen(self, classed: MainWindow) -> None:
        click(panel_of(classed), 1, "eye")
        assert "could not be read or saved" in classed.messages.text
        assert classed.messages.kind == "warning"
        assert all(each.visible for each in panel_of(classed).classes)
        assert all(each.visible for each in classed.canvas._item.classes)

    def test_a_colour_that_can_not_be_kept_is_the_old_one_again(self, classed: MainWindow) -> None:
        before = color_of(classed, 1)
        dialog = TestColour().dialog(classed)
        dialog.setCurrentColor(QColor(1, 2, 3))
        dialog.accept()
        assert "could not be read or saved" in classed.messages.text
        assert color_of(classed, 1) == before
        assert panel_of(classed).classes[1].color == before
        assert classed.canvas._item.classes[1].color == before


def test_without_a_folder_nothing_of_it_can_be_done(classed: MainWindow) -> None:
    trigger(classed, "file.close")
    for action in classed.actions_by_name:
        if action.objectName().startswith("class."):
            assert not action.isEnabled(), action.objectName()


def test_a_segmented_image_brings_its_classes(window: MainWindow, qtbot: QtBot) -> None:
    run(qtbot, window, "segment.image")
    assert [each.name for each in panel_of(window).classes] == names(window)
    assert chosen(window) == names(window)[1]
