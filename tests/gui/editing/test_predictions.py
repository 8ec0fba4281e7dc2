"""A prediction never takes the place of a mask by itself, and can be had beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
from painting import Painter, is_stored
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, go_to, run, states, trigger, wait_idle

from gui.editing.editor import Editor
from gui.main_window import MainWindow


def editor_of(window: MainWindow) -> Editor:
    assert window.desk is not None
    return window.desk.correcting.editor


def test_a_prediction_that_arrives_in_the_midst_of_a_stroke_leaves_it_alone(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    content = window.canvas.content
    trigger(window, "segment.folder")
    painter.press((50, 50))
    painter.move((150, 80))
    qtbot.waitUntil(lambda: states(window)["cat.jpg"] != "new", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.inference.is_running, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.canvas.content is not content, timeout=WAIT_MS)
    painter.move((200, 160))
    painter.release((200, 160))
    painted = painter.mask.copy()
    assert set(np.unique(painted)) == {1, 255}
    assert painted[80, 150] == painted[120, 175] == 1
    wait_idle(qtbot, window)
    assert np.array_equal(painter.mask, painted)
    assert is_stored(window, "cat.jpg", painted)
    assert window.canvas.kind == "mask"
    assert states(window)["cat.jpg"] == "corrected"
    assert window.canvas.content is not None
    assert window.canvas.content.confidence is not None  # of the new prediction
    go_to(qtbot, window, "coffee.jpg")
    go_to(qtbot, window, "cat.jpg")
    assert np.array_equal(painter.mask, painted)
    trigger(window, "edit.undo")
    assert np.all(painter.mask == 255)


def test_the_prediction_can_be_looked_at_beside_the_mask(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    run(qtbot, window, "segment.folder")
    editor = editor_of(window)
    predicted = painter.mask.copy()
    assert np.array_equal(editor.prediction(), predicted)  # type: ignore[arg-type]
    painter.choose_brush(3)
    painter.stroke((50, 50), (200, 80))
    assert editor.prediction() is None  # nobody wants it
    with qtbot.waitSignal(editor.prediction_changed, timeout=WAIT_MS):
        editor.want_prediction("test", True)
    assert np.array_equal(editor.prediction(), predicted)  # type: ignore[arg-type]
    assert not np.array_equal(painter.mask, predicted)
    go_to(qtbot, window, "coffee.jpg")
    predicted = painter.mask.copy()
    painter.stroke((50, 50), (200, 80))
    assert np.array_equal(editor.prediction(), predicted)  # type: ignore[arg-type]
    trigger(window, "edit.undo")
    assert np.array_equal(editor.prediction(), predicted)  # type: ignore[arg-type]
    go_to(qtbot, window, "cat.jpg")
    assert editor.prediction() is not None
    editor.want_prediction("test", False)
    assert editor.prediction() is None


def test_the_prediction_can_be_fetched_once(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    editor = editor_of(window)
    fetched: list[Any] = []
    editor.fetch_prediction(fetched.append)
    wait_idle(qtbot, window)
    assert fetched == [None]
    run(qtbot, window, "segment.image")
    predicted = painter.mask.copy()
    painter.stroke((50, 50), (200, 80))
    editor.fetch_prediction(fetched.append)
    wait_idle(qtbot, window)
    assert np.array_equal(fetched[-1], predicted)
    editor.fetch_prediction(fetched.append)
    window.workspace.image_list.select("coffee.jpg")  # nobody waits for it any more
    wait_idle(qtbot, window)
    assert len(fetched) == 2


def test_replacing_a_mask_by_the_prediction_is_one_step_back(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    run(qtbot, window, "segment.image")
    predicted = painter.mask.copy()
    painter.choose_brush(3)
    painter.stroke((50, 50), (200, 80))
    painted = painter.mask.copy()
    assert window.desk is not None
    window.desk.correcting.replace_by_prediction("cat.jpg")
    wait_idle(qtbot, window)
    assert np.array_equal(painter.mask, predicted)
    assert is_stored(window, "cat.jpg", predicted)
    assert states(window)["cat.jpg"] == "corrected"
    assert "prediction" in window.actions_by_name["edit.undo"].text()
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert is_stored(window, "cat.jpg", painted)


def test_replacing_works_on_an_image_that_was_left_meanwhile(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    run(qtbot, window, "segment.image")
    predicted = painter.mask.copy()
    painter.choose_brush(3)
    painter.stroke((50, 50), (200, 80))
    painted = painter.mask.copy()
    wait_idle(qtbot, window)
    assert window.desk is not None
    window.desk.correcting.replace_by_prediction("cat.jpg")
    window.workspace.image_list.select("coffee.jpg")
    wait_idle(qtbot, window)
    assert is_stored(window, "cat.jpg", predicted)
    go_to(qtbot, window, "cat.jpg")
    assert np.array_equal(painter.mask, predicted)
    trigger(window, "edit.undo")
    assert np.array_equal(painter.mask, painted)
    trigger(window, "edit.undo")
    wait_idle(qtbot, window)
    assert states(window)["cat.jpg"] == "predicted"


def test_segmenting_a_folder_again_leaves_masks_alone(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    run(qtbot, window, "segment.folder")
    painter.stroke((50, 50), (200, 80))
    painted = painter.mask.copy()
    trigger(window, "segment.folder_again")  # while the stroke is still unsaved
    wait_idle(qtbot, window)
    assert np.array_equal(painter.mask, painted)
    assert is_stored(window, "cat.jpg", painted)
