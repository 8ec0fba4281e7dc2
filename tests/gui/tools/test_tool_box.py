"""Choosing tools in the window, what they share, and what their surroundings show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from painting import add_classes
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot
from windows import MakeWindow, go_to, open_and_wait, trigger

from gui.actions import SECTIONS
from gui.main_window import MainWindow
from gui.tools.stroke_tool import StrokeTool

LEFT, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier
TOOLS = [spec.name for section in SECTIONS for spec in section.specs if spec.group == "tool"]


@pytest.fixture
def painting(make_window: MakeWindow, photos: Path, qtbot: QtBot) -> MainWindow:
    """cat.jpg, and the classes background, cat, dog and bird."""
    add_classes(photos)
    window = make_window(photos)
    go_to(qtbot, window, "cat.jpg")
    window.workspace.class_panel.select(1)
    return window


def key(qtbot: QtBot, window: MainWindow, which: Qt.Key) -> None:
    qtbot.keyClick(window.canvas, which)


def checked(window: MainWindow) -> list[str]:
    return [name for name in TOOLS if window.actions_by_name[name].isChecked()]


def click(qtbot: QtBot, window: MainWindow, x: int, y: int, modifiers: Qt.KeyboardModifier) -> None:
    at = window.canvas.image_to_view(x, y)
    qtbot.mouseClick(window.canvas.viewport(), LEFT, modifiers, at)


def drag(qtbot: QtBot, window: MainWindow, start: QPoint, end: QPoint) -> None:
    viewport = window.canvas.viewport()
    qtbot.mousePress(viewport, LEFT, pos=start)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, LEFT, pos=end)


def brush_of(window: MainWindow, name: str) -> StrokeTool:
    assert window.desk is not None
    tool = window.desk.correcting.tools[name]
    assert isinstance(tool, StrokeTool)
    return tool


def test_every_tool_of_the_menu_can_be_chosen(painting: MainWindow) -> None:
    for name in TOOLS:
        trigger(painting, name)
        assert checked(painting) == [name]
        assert painting.desk is not None
        tool = painting.desk.correcting.tools.tool
        assert tool is not None
        assert tool.name == name
        assert tool.hint


def test_its_key_takes_a_tool_and_again_keeps_it_and_escape_puts_it_away(
    painting: MainWindow, qtbot: QtBot
) -> None:
    for _ in range(2):
        key(qtbot, painting, Qt.Key.Key_B)
        assert checked(painting) == ["tool.brush"]
    key(qtbot, painting, Qt.Key.Key_E)
    assert checked(painting) == ["tool.eraser"]
    key(qtbot, painting, Qt.Key.Key_Escape)
    assert checked(painting) == []
    key(qtbot, painting, Qt.Key.Key_E)
    assert checked(painting) == ["tool.eraser"]


def test_escape_takes_a_stroke_back_before_it_puts_the_tool_away(
    painting: MainWindow, qtbot: QtBot
) -> None:
    trigger(painting, "tool.brush")
    viewport, at = painting.canvas.viewport(), painting.canvas.image_to_view(100, 100)
    qtbot.mousePress(viewport, LEFT, pos=at)
    assert (painting.canvas.mask == 1).any()
    key(qtbot, painting, Qt.Key.Key_Escape)
    assert not (painting.canvas.mask == 1).any()
    assert checked(painting) == ["tool.brush"]
    qtbot.mouseRelease(viewport, LEFT, pos=at)
    key(qtbot, painting, Qt.Key.Key_Escape)
    assert checked(painting) == []


def test_without_a_tool_a_hand_moves_the_image_and_paints_nothing(
    painting: MainWindow, qtbot: QtBot
) -> None:
    canvas = painting.canvas
    trigger(painting, "view.actual_size")
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor
    before = canvas.image_to_view(100, 100)
    drag(qtbot, painting, QPoint(200, 200), QPoint(170, 215))
    assert canvas.image_to_view(100, 100) - before == QPoint(-30, 15)
    assert np.all(canvas.mask == 255)


def test_the_last_tool_is_taken_again_in_the_next_folder_and_the_next_start(
    painting: MainWindow, make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    trigger(painting, "tool.eraser")
    trigger(painting, "file.close")
    assert checked(painting) == []
    open_and_wait(qtbot, painting, photos)
    assert checked(painting) == ["tool.eraser"]
    painting.close()
    assert checked(make_window(photos)) == ["tool.eraser"]


def test_the_panel_shows_the_tool_and_follows_the_keys(painting: MainWindow, qtbot: QtBot) -> None:
    section = painting.workspace.tool_section
    trigger(painting, "tool.brush")
    number = section.findChild(QSpinBox, "brush_size")
    assert number is not None
    before = number.value()
    key(qtbot, painting, Qt.Key.Key_BracketRight)
    assert number.value() == brush_of(painting, "tool.brush").brush.size > before
    key(qtbot, painting, Qt.Key.Key_BracketLeft)
    key(qtbot, painting, Qt.Key.Key_BracketLeft)
    assert number.value() < before
    trigger(painting, "tool.eraser")
    box = section.findChild(QComboBox, "erase_to")
    assert box is not None
    qtbot.waitUntil(box.isVisible)
    assert (
        brush_of(painting, "tool.eraser").brush.size > brush_of(painting, "tool.brush").brush.size
    )


def test_a_letter_typed_into_a_number_means_the_tool(painting: MainWindow) -> None:
    trigger(painting, "tool.brush")
    number = painting.workspace.tool_section.findChild(QSpinBox, "brush_size")
    assert number is not None
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, "50")
    QTest.keyClick(painting.windowHandle(), Qt.Key.Key_E)
    assert painting.actions_by_name["tool.eraser"].isChecked()
    assert brush_of(painting, "tool.brush").brush.size == 50
    assert painting.canvas.hasFocus()


def test_the_space_bar_pans_from_a_number_on(painting: MainWindow) -> None:
    trigger(painting, "tool.brush")
    number = painting.workspace.tool_section.findChild(QSpinBox, "brush_size")
    assert number is not None
    number.setFocus()
    canvas, handle = painting.canvas, painting.windowHandle()
    before, corner = canvas.mask.copy(), canvas.image_to_view(0, 0)
    at = canvas.viewport().mapTo(painting, canvas.viewport().rect().center())
    QTest.keyPress(handle, Qt.Key.Key_Space)
    QTest.mousePress(handle, LEFT, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseMove(handle, at + QPoint(20, 10))
    QTest.mouseRelease(handle, LEFT, Qt.KeyboardModifier.NoModifier, at + QPoint(20, 10))
    QTest.keyRelease(handle, Qt.Key.Key_Space)
    assert canvas.image_to_view(0, 0) - corner == QPoint(20, 10)
    np.testing.assert_array_equal(canvas.mask, before)


def test_a_number_is_entered_and_the_keys_belong_to_the_tools_again(
    painting: MainWindow, qtbot: QtBot
) -> None:
    trigger(painting, "tool.brush")
    number = painting.workspace.tool_section.findChild(QSpinBox, "brush_size")
    assert number is not None
    number.setFocus()
    number.selectAll()
    qtbot.keyClicks(number, "77")
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert brush_of(painting, "tool.brush").brush.size == 77
    assert painting.canvas.hasFocus()


@pytest.mark.parametrize("name", ["tool.brush", "tool.eraser", "tool.fill", "tool.polygon", ""])
def test_alt_picks_the_class_under_the_pointer_with_any_tool(
    painting: MainWindow, qtbot: QtBot, name: str
) -> None:
    mask = painting.canvas.mask
    assert painting.desk is not None
    editor = painting.desk.correcting.editor
    trigger(painting, "tool.brush")
    painting.workspace.class_panel.select(2)
    click(qtbot, painting, 100, 100, Qt.KeyboardModifier.NoModifier)
    painting.workspace.class_panel.select(1)
    if name:
        trigger(painting, name)
    else:
        key(qtbot, painting, Qt.Key.Key_Escape)
    before = painting.canvas.mask.copy()
    click(qtbot, painting, 100, 100, ALT)
    assert editor.class_id == 2
    chosen = painting.workspace.class_panel.current_class
    assert chosen is not None
    assert chosen.id == 2
    click(qtbot, painting, 3, 3, ALT)  # unlabelled: no class to choose
    assert editor.class_id == 2
    np.testing.assert_array_equal(painting.canvas.mask, before)
    assert checked(painting) == ([name] if name else [])
    assert mask.shape == before.shape


def test_the_picker_itself_chooses_where_it_is_dragged(painting: MainWindow, qtbot: QtBot) -> None:
    trigger(painting, "tool.brush")
    painting.workspace.class_panel.select(2)
    click(qtbot, painting, 100, 100, Qt.KeyboardModifier.NoModifier)
    painting.workspace.class_panel.select(3)
    trigger(painting, "tool.pick")
    canvas = painting.canvas
    drag(qtbot, painting, canvas.image_to_view(3, 3), canvas.image_to_view(100, 100))
    assert painting.desk is not None
    assert painting.desk.correcting.editor.class_id == 2


def test_with_no_class_to_paint_with_it_offers_to_add_one(window: MainWindow, qtbot: QtBot) -> None:
    go_to(qtbot, window, "cat.jpg")
    trigger(window, "tool.brush")
    click(qtbot, window, 100, 100, Qt.KeyboardModifier.NoModifier)
    assert np.all(window.canvas.mask == 255)
    assert "no class" in window.messages.text
    button = window.messages.findChild(QPushButton, "message_action")
    assert button is not None
    assert button.text() == "Add class…"


class TestProtection:
    def paint(self, qtbot: QtBot, window: MainWindow, class_id: int, *, size: int) -> None:
        window.workspace.class_panel.select(class_id)
        brush_of(window, "tool.brush").brush.set_size(size)
        trigger(window, "tool.brush")
        click(qtbot, window, 100, 100, Qt.KeyboardModifier.NoModifier)

    def test_nothing_paints_over_a_locked_class(self, painting: MainWindow, qtbot: QtBot) -> None:
        self.paint(qtbot, painting, 1, size=30)
        trigger(painting, "protect.class")
        before = painting.canvas.mask == 1
        self.paint(qtbot, painting, 2, size=60)
        assert not painting.actions_by_name["protect.class"].isChecked()  # another class now
        np.testing.assert_array_equal(painting.canvas.mask == 1, before)
        assert (painting.canvas.mask == 2).any()
        painting.workspace.class_panel.select(1)
        assert painting.actions_by_name["protect.class"].isChecked()
        trigger(painting, "protect.class")
        self.paint(qtbot, painting, 2, size=60)
        assert not (painting.canvas.mask == 1).any()

    def test_only_unlabelled_pixels_are_painted_where_that_is_wanted(
        self, painting: MainWindow, qtbot: QtBot
    ) -> None:
        self.paint(qtbot, painting, 1, size=30)
        before = painting.canvas.mask == 1
        trigger(painting, "protect.only_unlabelled")
        self.paint(qtbot, painting, 2, size=60)
        np.testing.assert_array_equal(painting.canvas.mask == 1, before)
        assert (painting.canvas.mask == 2).any()

    def test_only_the_class_that_was_chosen_then_is_painted_over(
        self, painting: MainWindow, qtbot: QtBot
    ) -> None:
        self.paint(qtbot, painting, 1, size=30)
        before = painting.canvas.mask == 1
        trigger(painting, "protect.only_class")
        assert "cat" in painting.actions_by_name["protect.only_class"].text()
        self.paint(qtbot, painting, 2, size=60)
        np.testing.assert_array_equal(painting.canvas.mask == 2, before)
        trigger(painting, "protect.only_class")
        assert "cat" not in painting.actions_by_name["protect.only_class"].text()
        self.paint(qtbot, painting, 2, size=60)
        assert (painting.canvas.mask == 2).sum() > before.sum()

    def test_a_class_that_is_gone_restricts_nobody(
        self, painting: MainWindow, qtbot: QtBot
    ) -> None:
        trigger(painting, "protect.only_class")
        painting.canvas.set_classes(
            [each for each in painting.canvas.classes if each.name != "cat"]
        )
        assert not painting.actions_by_name["protect.only_class"].isChecked()
        self.paint(qtbot, painting, 2, size=30)
        assert (painting.canvas.mask == 2).any()

    def test_the_panel_has_the_switches(self, painting: MainWindow, qtbot: QtBot) -> None:
        boxes = painting.workspace.tool_section.findChildren(QCheckBox)
        box = next(each for each in boxes if each.text() == "Paint only on unlabelled")
        qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
        assert painting.desk is not None
        assert painting.desk.correcting.editor.protection.only_unlabelled
        assert painting.actions_by_name["protect.only_unlabelled"].isChecked()
