"""The region tools in the window: chosen from the menu, with their options, undo and images."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QSpinBox
from pytestqt.qtbot import QtBot
from windows import go_to, open_and_wait, trigger, wait_idle

from gui.main_window import MainWindow
from segmenter.editing.polygon import fill_polygon
from segmenter.editing.stencil import Stencil

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CORNERS = [(60, 60), (300, 80), (200, 250), (80, 200)]


@pytest.fixture
def editing(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The cat is shown, and a class is chosen."""
    assert window.project is not None
    window.project.add_class("background")
    class_id = window.project.add_class("cat").id
    go_to(qtbot, window, "cat.jpg")
    window.workspace.class_panel.set_classes(window.project.classes)
    window.workspace.class_panel.select(class_id)
    return window


def click(window: MainWindow, x: int, y: int) -> None:
    at = window.canvas.image_to_view(x, y)
    QTest.mouseClick(window.canvas.viewport(), LEFT, NONE, at, 1)


def corners_on_screen(window: MainWindow) -> list[tuple[float, float]]:
    canvas = window.canvas
    return [canvas.exact_image_point(canvas.image_to_view(*at).toPointF()) for at in CORNERS]


@pytest.mark.parametrize("name", ["tool.polygon", "tool.fill", "tool.wand", "tool.smart"])
def test_each_can_be_chosen_and_says_what_to_do(editing: MainWindow, name: str) -> None:
    trigger(editing, name)
    assert editing.desk is not None
    tool = editing.desk.correcting.tools.tool
    assert tool is not None
    assert tool.name == name
    assert tool.hint
    options = tool.options()
    assert options is not None
    options.deleteLater()


def test_a_polygon_is_drawn_filled_undone_and_made_again(editing: MainWindow, qtbot: QtBot) -> None:
    trigger(editing, "tool.polygon")
    canvas = editing.canvas
    for corner in CORNERS:
        click(editing, *corner)
    points = corners_on_screen(editing)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    stencil = fill_polygon(points, canvas.mask.shape[1], canvas.mask.shape[0])
    assert stencil is not None
    expected = np.full_like(canvas.mask, 255)
    class_id = editing.workspace.class_panel.current_class
    assert class_id is not None
    expected[stencil.rect.slices][stencil.pixels.astype(bool)] = class_id.id
    np.testing.assert_array_equal(canvas.mask, expected)
    assert "polygon" in editing.actions_by_name["edit.undo"].text()
    trigger(editing, "edit.undo")
    assert (canvas.mask == 255).all()
    trigger(editing, "edit.redo")
    np.testing.assert_array_equal(canvas.mask, expected)


def test_undo_takes_back_a_corner_before_a_step_of_the_mask(editing: MainWindow) -> None:
    trigger(editing, "tool.polygon")
    for corner in CORNERS:
        click(editing, *corner)
    QTest.keyClick(editing.canvas, Qt.Key.Key_Return)
    after = editing.canvas.mask.copy()
    click(editing, 20, 20)
    click(editing, 400, 20)
    trigger(editing, "edit.undo")
    np.testing.assert_array_equal(editing.canvas.mask, after)
    path = editing.canvas.preview.path
    assert path is not None
    assert len(path.points) == 1
    trigger(editing, "edit.undo")
    assert editing.canvas.preview.path is None
    trigger(editing, "edit.undo")
    assert (editing.canvas.mask == 255).all()


def test_the_buttons_of_the_side_panel_apply_and_drop(editing: MainWindow, qtbot: QtBot) -> None:
    trigger(editing, "tool.wand")
    panel = editing.workspace.side
    apply = panel.findChild(QPushButton, "tool.wand.apply")
    drop = panel.findChild(QPushButton, "tool.wand.drop")
    assert isinstance(apply, QPushButton)
    assert isinstance(drop, QPushButton)
    assert not apply.isEnabled()
    click(editing, 30, 30)
    wait_idle(qtbot, editing)
    assert apply.isEnabled()
    qtbot.mouseClick(drop, LEFT)
    assert editing.canvas.preview.stencil is None
    assert not apply.isEnabled()
    click(editing, 30, 30)
    wait_idle(qtbot, editing)
    qtbot.mouseClick(apply, LEFT)
    assert (editing.canvas.mask != 255).any()
    assert editing.focusWidget() is editing.canvas


def test_a_number_typed_in_the_side_panel_changes_the_preview(
    editing: MainWindow, qtbot: QtBot
) -> None:
    trigger(editing, "tool.wand")
    click(editing, 30, 30)
    wait_idle(qtbot, editing)
    before = editing.canvas.preview.stencil
    field = editing.workspace.side.findChild(QSpinBox, "wand.tolerance")
    assert isinstance(field, QSpinBox)
    field.setValue(60)
    wait_idle(qtbot, editing)
    after = editing.canvas.preview.stencil
    assert before is not None
    assert after is not None
    assert after.pixels.sum() > before.pixels.sum()


@pytest.mark.parametrize("name", ["tool.polygon", "tool.wand", "tool.smart"])
def test_what_is_unfinished_never_reaches_another_image(
    editing: MainWindow, qtbot: QtBot, name: str
) -> None:
    trigger(editing, name)
    canvas = editing.canvas
    QTest.mousePress(canvas.viewport(), LEFT, NONE, canvas.image_to_view(50, 50))
    QTest.mouseRelease(canvas.viewport(), LEFT, NONE, canvas.image_to_view(250, 200))
    click(editing, 200, 100)
    wait_idle(qtbot, editing)
    go_to(qtbot, editing, "coffee.jpg")
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    wait_idle(qtbot, editing)
    assert canvas.preview.stencil is None
    assert canvas.preview.path is None
    assert canvas.preview.box is None
    assert (canvas.mask == 255).all()
    go_to(qtbot, editing, "cat.jpg")
    assert (canvas.mask == 255).all()


@pytest.fixture
def open_polygon(editing: MainWindow) -> Stencil:
    """What it would fill; four corners are set in the window."""
    trigger(editing, "tool.polygon")
    for corner in CORNERS:
        click(editing, *corner)
    stencil = editing.canvas.preview.stencil
    assert stencil is not None
    return Stencil(stencil.rect, stencil.pixels.copy())


def test_an_open_polygon_is_there_again_where_one_steps_back(
    editing: MainWindow, open_polygon: Stencil, qtbot: QtBot
) -> None:
    canvas = editing.canvas
    go_to(qtbot, editing, "coffee.jpg")
    assert canvas.preview.path is None
    go_to(qtbot, editing, "cat.jpg")
    assert canvas.preview.path is not None
    assert canvas.preview.stencil == open_polygon
    assert (canvas.mask == 255).all()
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert (canvas.mask != 255).any()
    assert not editing.actions_by_name["edit.redo"].isEnabled()


def test_an_open_polygon_is_there_again_where_the_folder_was_closed_meanwhile(
    editing: MainWindow,
    open_polygon: Stencil,
    photos: Path,
    tmp_path_factory: pytest.TempPathFactory,
    qtbot: QtBot,
) -> None:
    canvas = editing.canvas
    other = tmp_path_factory.mktemp("other")
    shutil.copyfile(photos / "cat.jpg", other / "cat.jpg")
    open_and_wait(qtbot, editing, other)
    go_to(qtbot, editing, "cat.jpg")
    assert canvas.preview.path is None  # another folder's cat
    trigger(editing, "file.close")
    open_and_wait(qtbot, editing, photos)
    assert canvas.preview.path is None
    go_to(qtbot, editing, "cat.jpg")
    assert canvas.preview.stencil == open_polygon
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert (canvas.mask != 255).any()
    trigger(editing, "file.close")
    open_and_wait(qtbot, editing, photos)
    go_to(qtbot, editing, "cat.jpg")
    assert canvas.preview.path is None  # it was closed


def test_the_remembered_settings_come_back_with_the_next_window(
    editing: MainWindow, qtbot: QtBot
) -> None:
    from gui.settings import Settings

    trigger(editing, "tool.wand")
    field = editing.workspace.side.findChild(QSpinBox, "wand.tolerance")
    assert isinstance(field, QSpinBox)
    field.setValue(33)
    editing.settings.save()
    assert Settings().number("wand.tolerance", 0, 0, 100) == 33
