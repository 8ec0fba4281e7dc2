"""A person paints with classes made, chosen, locked and merged by hand, with events alone."""

from __future__ import annotations

import numpy as np
import pytest
from class_rows import click
from painting import Painter, stored_mask
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, go_to, wait_idle

from gui.class_dialogs.class_choice import ClassBox
from gui.main_window import MainWindow

CAT, PUSS = 1, 2
IMAGE = "coffee.jpg"
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def painter(window: MainWindow, qtbot: QtBot) -> Painter:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    go_to(qtbot, window, IMAGE)
    return Painter(window)


def add_class(qtbot: QtBot, window: MainWindow, name: str) -> None:
    qtbot.keyClick(window.canvas, Qt.Key.Key_N, CONTROL | SHIFT)
    field = window.findChild(QLineEdit, "class_panel.name")
    assert field is not None
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.findChild(QLineEdit, "class_panel.name") is None)


def paint_row(painter: Painter, y: int) -> None:
    painter.stroke((50, y), (80, y), (120, y))


def test_from_an_empty_folder_to_two_classes_merged_and_apart_again(
    painter: Painter, window: MainWindow, qtbot: QtBot
) -> None:
    add_class(qtbot, window, "cat")
    add_class(qtbot, window, "puss")
    qtbot.keyClick(window.canvas, Qt.Key.Key_B)
    paint_row(painter, 60)  # with the class that was just added
    qtbot.keyClick(window.canvas, Qt.Key.Key_2)
    paint_row(painter, 150)
    assert (painter.mask[60, 80], painter.mask[150, 80]) == (PUSS, CAT)
    assert set(np.unique(painter.mask)) == {CAT, PUSS, 255}

    click(window.workspace.class_panel, PUSS, "lock")
    paint_row(painter, 60)  # over puss, which is locked
    assert painter.mask[60, 80] == PUSS
    click(window.workspace.class_panel, PUSS, "lock")
    before = painter.mask.copy()

    qtbot.keyClick(window.canvas, Qt.Key.Key_3)
    qtbot.keyClick(window.canvas, Qt.Key.Key_M, CONTROL | SHIFT)
    dialog = window.findChild(QDialog, "merge_dialog")
    assert dialog is not None
    into = dialog.findChild(ClassBox)
    assert into is not None
    qtbot.keyClick(into, Qt.Key.Key_C)  # cat
    merge = dialog.findChild(QPushButton, "merge_do")
    assert merge is not None
    QTest.mouseClick(merge, Qt.MouseButton.LeftButton)
    wait_idle(qtbot, window)
    window.activateWindow()  # off-screen there is no window manager that does it
    qtbot.waitUntil(window.isActiveWindow)
    merged = np.where(before == PUSS, CAT, before)
    np.testing.assert_array_equal(painter.mask, merged)
    np.testing.assert_array_equal(stored_mask(window, IMAGE), merged)

    qtbot.keyClick(window.canvas, Qt.Key.Key_1)
    paint_row(painter, 60)  # background over what was puss: that stays
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.AltModifier)
    wait_idle(qtbot, window)
    assert painter.mask[60, 80] == 0
    before[painter.mask == 0] = 0
    np.testing.assert_array_equal(painter.mask, before)
    qtbot.waitUntil(
        lambda: np.array_equal(stored_mask(window, IMAGE), before),  # type: ignore[arg-type]
        timeout=WAIT_MS,
    )


def test_x_swaps_the_two_classes_while_painting(
    painter: Painter, window: MainWindow, qtbot: QtBot
) -> None:
    add_class(qtbot, window, "cat")
    add_class(qtbot, window, "puss")
    qtbot.keyClick(window.canvas, Qt.Key.Key_B)
    for number in range(4):
        qtbot.keyClick(window.canvas, Qt.Key.Key_X)
        paint_row(painter, 60 + 50 * number)
    painted = [int(painter.mask[60 + 50 * number, 80]) for number in range(4)]
    assert painted == [CAT, PUSS, CAT, PUSS]
