"""One history an image, found again whenever the image is shown."""

from __future__ import annotations

import numpy as np
from painting import Painter, is_stored, stored_mask
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot
from windows import go_to, run, states, trigger, wait_idle

from gui.main_window import MainWindow


def undo_action(window: MainWindow) -> QAction:
    return window.actions_by_name["edit.undo"]


def forget_pictures(window: MainWindow) -> None:
    """As if many large images had been looked at since."""
    assert window.desk is not None
    window.desk.view.loader._kept.clear()


def test_the_menu_and_the_tool_bar_name_the_step(window: MainWindow, painter: Painter) -> None:
    assert undo_action(window).text() == "&Undo"
    assert undo_action(window).toolTip() == "Take the last step back (Ctrl+Z)"
    assert not undo_action(window).isEnabled()
    painter.stroke((50, 50), (200, 80))
    assert undo_action(window).text() == "&Undo brush stroke"
    assert undo_action(window).toolTip() == "Undo brush stroke (Ctrl+Z)"
    trigger(window, "edit.undo")
    redo = window.actions_by_name["edit.redo"]
    assert redo.text() == "&Redo brush stroke"
    assert redo.toolTip().startswith("Redo brush stroke")
    assert not undo_action(window).isEnabled()


def test_each_image_undoes_its_own_strokes(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.stroke((50, 50), (200, 80))
    cat = painter.mask.copy()
    go_to(qtbot, window, "coffee.jpg")
    assert not undo_action(window).isEnabled()
    painter.stroke((50, 50), (200, 80))
    painter.stroke((50, 150), (200, 180))
    go_to(qtbot, window, "cat.jpg")
    trigger(window, "edit.undo")
    assert np.all(painter.mask == 255)
    assert not undo_action(window).isEnabled()
    go_to(qtbot, window, "coffee.jpg")
    trigger(window, "edit.undo")
    trigger(window, "edit.undo")
    assert np.all(painter.mask == 255)
    wait_idle(qtbot, window)
    assert set(states(window).values()) == {"new"}
    go_to(qtbot, window, "cat.jpg")
    trigger(window, "edit.redo")
    assert np.array_equal(painter.mask, cat)


def test_a_history_is_found_again_after_the_picture_was_dropped_from_memory(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.stroke((50, 50), (200, 80))
    first = painter.mask.copy()
    painter.choose_brush(2)
    painter.stroke((50, 150), (200, 180))
    go_to(qtbot, window, "coffee.jpg")
    forget_pictures(window)
    go_to(qtbot, window, "cat.jpg")
    trigger(window, "edit.undo")
    assert np.array_equal(painter.mask, first)
    wait_idle(qtbot, window)
    assert is_stored(window, "cat.jpg", first)
    go_to(qtbot, window, "coffee.jpg")
    forget_pictures(window)
    go_to(qtbot, window, "cat.jpg")
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert stored_mask(window, "cat.jpg") is None
    go_to(qtbot, window, "coffee.jpg")
    forget_pictures(window)
    go_to(qtbot, window, "cat.jpg")
    trigger(window, "edit.redo")
    assert np.array_equal(painter.mask, first)


def test_a_mask_changed_by_another_program_keeps_no_history(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.stroke((50, 50), (200, 80))
    go_to(qtbot, window, "coffee.jpg")
    assert window.project is not None
    other = np.full_like(window.project.load_image("cat.jpg")[..., 0], 3)
    window.project.save_mask("cat.jpg", other)
    forget_pictures(window)
    go_to(qtbot, window, "cat.jpg")
    assert np.array_equal(painter.mask, other)
    assert not undo_action(window).isEnabled()


def test_what_was_undone_can_not_be_redone_on_a_new_prediction(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.stroke((50, 50), (200, 80))
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    run(qtbot, window, "segment.image")
    assert window.canvas.kind == "prediction"
    assert not window.actions_by_name["edit.redo"].isEnabled()
    predicted = painter.mask.copy()
    painter.choose_brush(3)
    painter.stroke((50, 50), (200, 80))
    trigger(window, "edit.undo")
    assert np.array_equal(painter.mask, predicted)


def test_the_budget_for_undo_can_be_changed_at_any_time(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    assert window.desk is not None
    correcting = window.desk.correcting
    assert correcting._budget.limit == 256 * 2**20
    for row in range(3):
        painter.stroke((50, 50 + 40 * row), (200, 60 + 40 * row))
    correcting.set_undo_megabytes(16)
    assert correcting._budget.limit == 16 * 2**20
    assert window.settings.undo_megabytes == 16
    assert undo_action(window).isEnabled()  # a few strokes are far less
    correcting._budget.limit = 1
    trigger(window, "edit.undo")
    assert not undo_action(window).isEnabled()
    wait_idle(qtbot, window)
    assert states(window)["cat.jpg"] == "corrected"  # not all was taken back
    assert is_stored(window, "cat.jpg", painter.mask)
