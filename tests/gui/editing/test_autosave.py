"""What is painted is on the disk without anybody asking for it, and only what is painted."""

from __future__ import annotations

import numpy as np
from painting import Painter, is_on_disk, is_stored, stored_mask
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, go_to, run, states, trigger, wait_idle

from gui.main_window import MainWindow
from segmenter.project.project import Project


def test_a_stroke_is_saved_by_itself_and_the_image_is_corrected(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.stroke((50, 50), (200, 80))
    wait_idle(qtbot, window)
    saved = stored_mask(window, "cat.jpg")
    assert saved is not None
    assert np.array_equal(saved, painter.mask)
    assert set(np.unique(saved)) == {1, 255}
    assert states(window)["cat.jpg"] == "corrected"
    row = window.workspace.image_list._model.row_of("cat.jpg")
    assert row is not None
    assert window.workspace.image_list._model.record(row).state == "corrected"


def test_a_long_stroke_is_saved_before_the_button_is_released(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.press((50, 50))
    painter.move((200, 80))
    qtbot.waitUntil(lambda: stored_mask(window, "cat.jpg") is not None, timeout=WAIT_MS)
    painter.move((200, 200))
    painter.release((200, 200))
    wait_idle(qtbot, window)
    saved = stored_mask(window, "cat.jpg")
    assert saved is not None
    assert np.array_equal(saved, painter.mask)


def test_the_status_bar_says_how_it_stands(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    label = window.status._saving
    assert label.text() == ""
    painter.stroke((50, 50), (200, 80))
    assert label.text() == "Saving …"
    qtbot.waitUntil(lambda: label.text() == "Saved", timeout=WAIT_MS)
    assert window.jobs.is_idle
    assert label.isVisible()


def test_a_stroke_taken_back_is_no_correction(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.stroke((50, 50), (200, 80))
    wait_idle(qtbot, window)
    painted = painter.mask.copy()
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert stored_mask(window, "cat.jpg") is None
    assert states(window)["cat.jpg"] == "new"
    assert window.canvas.kind is None
    trigger(window, "edit.redo")
    wait_idle(qtbot, window)
    assert np.array_equal(painter.mask, painted)
    assert is_stored(window, "cat.jpg", painted)
    assert states(window)["cat.jpg"] == "corrected"


def test_undoing_everything_on_a_predicted_image_gives_back_the_prediction(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    run(qtbot, window, "segment.image")
    predicted = painter.mask.copy()
    painter.choose_brush(3)
    painter.stroke((50, 50), (200, 80))
    painter.stroke((50, 150), (200, 180))
    wait_idle(qtbot, window)
    assert window.canvas.kind == "mask"
    trigger(window, "edit.undo")
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert window.canvas.kind == "prediction"
    assert np.array_equal(painter.mask, predicted)
    assert stored_mask(window, "cat.jpg") is None
    assert states(window)["cat.jpg"] == "predicted"


def test_undo_on_an_image_that_had_a_mask_keeps_it_one(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.stroke((50, 50), (200, 80))
    wait_idle(qtbot, window)
    first = painter.mask.copy()
    assert window.project is not None
    window.open_folder(window.project.folder, "cat.jpg")  # another session
    wait_idle(qtbot, window)
    assert not window.actions_by_name["edit.undo"].isEnabled()
    painter.choose_brush(2)
    painter.stroke((50, 150), (200, 180))
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert is_stored(window, "cat.jpg", first)
    assert states(window)["cat.jpg"] == "corrected"


def test_a_click_that_changes_nothing_is_no_correction(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.stroke((50, 50), (200, 80))
    wait_idle(qtbot, window)
    assert window.project is not None
    window.open_folder(window.project.folder, "cat.jpg")
    wait_idle(qtbot, window)
    window.workspace.class_panel.select(1)
    painter.stroke((50, 50))
    assert not window.actions_by_name["edit.undo"].isEnabled()
    wait_idle(qtbot, window)


def test_painting_on_an_approved_image_ends_the_approval_and_undo_gives_it_back(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    assert window.desk is not None
    painter.stroke((50, 50), (200, 80))
    window.desk.correcting.set_approved("cat.jpg", True)
    wait_idle(qtbot, window)
    assert states(window)["cat.jpg"] == "approved"
    painter.stroke((50, 150), (200, 180))
    wait_idle(qtbot, window)
    assert states(window)["cat.jpg"] == "corrected"
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert states(window)["cat.jpg"] == "approved"
    assert stored_mask(window, "cat.jpg") is not None


def test_an_approval_from_before_comes_back_with_undo(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    run(qtbot, window, "segment.image")
    assert window.desk is not None
    window.desk.correcting.set_approved("cat.jpg", True)  # as predicted
    wait_idle(qtbot, window)
    assert states(window)["cat.jpg"] == "approved"
    painter.choose_brush(3)
    painter.stroke((50, 50), (200, 80))
    wait_idle(qtbot, window)
    assert states(window)["cat.jpg"] == "corrected"
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert states(window)["cat.jpg"] == "approved"
    assert window.project is not None
    stored, predicted = stored_mask(window, "cat.jpg"), window.project.load_prediction("cat.jpg")
    assert stored is not None
    assert predicted is not None
    assert np.array_equal(stored, predicted.labels)


def test_closing_the_window_in_the_midst_of_a_stroke_saves_it(
    window: MainWindow, painter: Painter
) -> None:
    assert window.project is not None
    folder = window.project.folder
    painter.press((50, 50))
    painter.move((200, 80))
    painted = painter.mask.copy()
    window.close()
    assert not window.isVisible()
    with Project.open(folder) as project:
        assert is_on_disk(project.data_folder, "cat.jpg", painted)
        assert project.image("cat.jpg").state == "corrected"


def test_going_to_another_image_in_the_midst_of_a_stroke_keeps_it(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.press((50, 50))
    painter.move((200, 80))
    painted = painter.mask.copy()
    go_to(qtbot, window, "coffee.jpg")
    painter.move((220, 90))
    painter.release((220, 90))
    wait_idle(qtbot, window)
    assert is_stored(window, "cat.jpg", painted)
    assert stored_mask(window, "coffee.jpg") is None
    go_to(qtbot, window, "cat.jpg")
    assert np.array_equal(painter.mask, painted)
    assert "brush" in window.actions_by_name["edit.undo"].text()


def test_opening_another_folder_saves_the_last_stroke(
    window: MainWindow, painter: Painter, sample: object, qtbot: QtBot
) -> None:
    assert window.project is not None
    folder = window.project.folder
    painter.stroke((50, 50), (200, 80))
    painted = painter.mask.copy()
    trigger(window, "file.close")
    assert window.project is None
    with Project.open(folder) as project:
        assert is_on_disk(project.data_folder, "cat.jpg", painted)


def test_undo_in_the_midst_of_a_stroke_takes_the_stroke_back(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.press((50, 50))
    painter.move((200, 80))
    trigger(window, "edit.undo")
    painter.move((220, 90))
    painter.release((220, 90))
    wait_idle(qtbot, window)
    assert np.all(painter.mask == 255)
    assert stored_mask(window, "cat.jpg") is None
