"""Every action is whole, and the keys of the editing tools are left free."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot
from windows import MakeWindow

from gui.actions import ALWAYS, SECTIONS
from gui.main_window import MainWindow
from gui.shortcut_rows import in_columns, parts
from gui.shortcut_sheet import ShortcutSheet

SPECS = [spec for section in SECTIONS for spec in section.specs]
FIXED = (
    "file.open_folder", "file.open_recent", "file.export", "file.import",
    "segment.image", "segment.folder", "segment.cancel",
    "model.manager", "view.fit", "view.actual_size", "view.overlay", "view.outline",
    "view.confidence", "view.compare", "image.next", "image.previous", "image.next_uncertain",
    "help.shortcuts", "help.about", "edit.undo", "edit.redo", "tool.brush", "tool.eraser",
    "tool.polygon", "tool.fill", "tool.wand", "tool.smart", "tool.pick", "image.approve",
)  # fmt: skip
FOR_THE_TOOLS = ["Return", "Enter", "Esc", "Backspace", "Del", "Space"]


def test_the_names_that_outside_tests_use_are_there(window: MainWindow) -> None:
    for name in FIXED:
        action = window.findChild(QAction, name)
        assert action is not None, name


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_action_has_icon_keys_and_a_sentence(make_window: MakeWindow, spec) -> None:  # type: ignore[no-untyped-def]
    window = make_window()
    window.actions_by_name.dress()
    action = window.actions_by_name[spec.name]
    assert not action.icon().isNull()
    assert action.shortcuts()
    assert all(not key.isEmpty() for key in action.shortcuts())
    assert action.toolTip().startswith(spec.tip)
    assert action.toolTip() != spec.tip  # the keys are told too


def test_no_two_actions_share_a_key() -> None:
    keys = Counter(QKeySequence(key).toString() for spec in SPECS for key in spec.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_keys_of_the_editing_tools_are_free() -> None:
    taken = {QKeySequence(key).toString() for spec in SPECS for key in spec.keys}
    assert taken.isdisjoint(QKeySequence(key).toString() for key in FOR_THE_TOOLS)


def test_without_a_folder_what_needs_one_is_grey(make_window: MakeWindow) -> None:
    window = make_window()
    for action in window.actions_by_name:
        assert action.isEnabled() == (action.objectName() in ALWAYS), action.objectName()


def test_everything_that_can_be_pressed_in_the_tool_bar_has_a_name(window: MainWindow) -> None:
    buttons = [b for b in window.findChildren(QToolButton) if b.isVisible() and b.defaultAction()]
    assert len(buttons) > 10
    assert all(button.accessibleName() for button in buttons)


def test_the_tool_bar_keeps_every_button_in_a_narrow_window(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(700, 440)

    def shown() -> dict[str, QToolButton]:
        buttons = window.findChildren(QToolButton)
        return {b.defaultAction().objectName(): b for b in buttons if b.defaultAction() and
                b.isVisible()}  # fmt: skip

    wanted = {"file.open_folder", "view.compare", "help.shortcuts"}
    qtbot.waitUntil(lambda: window.width() == 700 and wanted <= shown().keys())
    for button in shown().values():
        assert button.mapTo(window, button.rect().topRight()).x() < 700


def test_the_shortcut_sheet_opens_by_its_key_and_can_be_searched(
    window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(window, "?")
    sheet = window.findChild(ShortcutSheet)
    assert sheet is not None
    assert sheet.isVisible()
    field = sheet.findChild(QLineEdit)
    assert field is not None
    listed = [name for row in sheet.visible_rows for name in row.names]
    assert sorted(listed) == sorted(spec.name for spec in SPECS)  # each of them once
    qtbot.keyClicks(field, "heat")
    assert [row.names for row in sheet.visible_rows] == [("view.confidence",)]
    field.clear()
    qtbot.keyClicks(field, "1 to 10")
    assert [len(row.names) for row in sheet.visible_rows] == [10]
    field.clear()
    qtbot.keyClicks(field, "straight")
    assert [row.keys for row in sheet.visible_rows] == [("Shift + click",)]
    field.clear()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_columns_of_the_sheet_keep_the_order_and_are_about_as_high(count: int) -> None:
    columns = in_columns(parts(), count)
    assert len(columns) == count
    assert [part for column in columns for part in column] == list(parts())
    heights = [sum(part.height for part in column) for column in columns]
    highest_part = max(part.height for part in parts())
    assert max(heights) - min(heights) < highest_part


def test_about_opens_once(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_name["help.about"].trigger()
    window.actions_by_name["help.about"].trigger()
    shown = [d for d in window.findChildren(QDialog, "about_dialog") if d.isVisible()]
    assert len(shown) == 1
    shown[0].close()
