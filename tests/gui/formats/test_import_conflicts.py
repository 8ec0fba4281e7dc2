"""Importing where masks are already: what stays, what is replaced, and what can be taken back."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from formats_window import (
    choose,
    labels_for,
    masks_of,
    part,
    press,
    text,
    wait_ready,
)
from importing_window import (
    exported,
    import_dialog,
    labels,
    project_of,
    run,
    wait_closed,
)
from painting import Painter
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QListView,
)
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, go_to, states, wait_idle

from gui.main_window import MainWindow
from segmenter.project.project import Project


def paint(window: MainWindow, class_name: str = "mine") -> None:
    project_of(window).add_class(class_name)
    assert window.desk is not None
    window.desk.classes.refresh()
    painter = Painter(window)
    painter.choose_brush(project_of(window).classes[0].id)
    painter.stroke((40, 50), (200, 90))


def test_a_mask_that_is_there_stays_unless_told_otherwise(
    window: MainWindow, source: Path, qtbot: QtBot
) -> None:
    paint(window)
    mine = window.canvas.mask.copy()  # not even saved yet
    dialog = import_dialog(qtbot, window, source)
    assert text(dialog, "import.conflicts") == "1 of these images has a mask already."
    assert "2 images get a mask; 1 keeps the one it has." in text(dialog, "import.words")
    run(qtbot, window, dialog)
    np.testing.assert_array_equal(project_of(window).load_mask("astronaut.jpg"), mine)
    np.testing.assert_array_equal(window.canvas.mask, mine)
    assert "1 that was there stayed." in window.messages.text
    assert window.actions_by_name["edit.undo"].isEnabled()  # the history of it too
    window.actions_by_name["edit.undo"].trigger()
    assert (window.canvas.mask == 255).all()


def test_a_replaced_mask_is_shown_at_once_and_can_be_painted_on(
    window: MainWindow, source: Path, labelled_photos: Path, qtbot: QtBot
) -> None:
    paint(window, "dog")
    dialog = import_dialog(qtbot, window, source)
    choose(dialog, "import.decision", "Replace them")
    assert "3 images get a mask, 1 in the place of the one there is." in text(
        dialog, "import.words"
    )
    run(qtbot, window, dialog)
    theirs = labels(labelled_photos, "astronaut.jpg")
    mine = project_of(window).load_mask("astronaut.jpg")
    assert mine is not None
    np.testing.assert_array_equal(window.canvas.mask, mine)
    np.testing.assert_array_equal(mine == 255, theirs == 255)
    assert not window.actions_by_name["edit.undo"].isEnabled()  # of strokes that are gone
    painter = Painter(window)
    painter.choose_brush(project_of(window).classes[1].id)
    painter.stroke((40, 50), (200, 90))
    window.actions_by_name["edit.undo"].trigger()
    np.testing.assert_array_equal(window.canvas.mask, mine)


def test_masks_can_be_replaced_image_by_image(
    make_window: MakeWindow, labelled_photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    source = exported(labelled_photos, tmp_path / "source")
    with Project.open(labelled_photos) as project:
        for name in ("astronaut.jpg", "cat.jpg"):
            project.save_mask(name, labels_for(project, name, 77))
        changed = masks_of(project)
    window = make_window(labelled_photos)
    dialog = import_dialog(qtbot, window, source)
    choose(dialog, "import.decision", "Decide image by image")
    rows = part(dialog, QListView, "import.replaced")
    assert rows.isVisible()
    assert "1 image gets a mask; 2 keep the one they have." in text(dialog, "import.words")
    assert [rows.model().index(row, 0).data() for row in range(2)] == ["astronaut.jpg", "cat.jpg"]
    rows.setCurrentIndex(rows.model().index(1, 0))
    QTest.keyClick(rows, Qt.Key.Key_Space)
    assert "2 images get a mask, 1 in the place" in text(dialog, "import.words")
    run(qtbot, window, dialog)
    after = masks_of(project_of(window))
    np.testing.assert_array_equal(after["astronaut.jpg"], changed["astronaut.jpg"])
    assert (after["cat.jpg"] != changed["cat.jpg"]).any()
    assert "coffee.jpg" in after


def test_an_import_can_be_taken_back(
    make_window: MakeWindow, labelled_photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    source = exported(labelled_photos, tmp_path / "source")
    with Project.open(labelled_photos) as project:
        for name in ("astronaut.jpg", "cat.jpg"):
            project.save_mask(name, labels_for(project, name, 77), approved=name == "cat.jpg")
        before = masks_of(project)
    window = make_window(labelled_photos)
    before_states = states(window)
    go_to(qtbot, window, "astronaut.jpg")
    dialog = import_dialog(qtbot, window, source)
    choose(dialog, "import.decision", "Replace them")
    run(qtbot, window, dialog)
    assert set(masks_of(project_of(window))) == {"astronaut.jpg", "cat.jpg", "coffee.jpg"}
    assert (window.canvas.mask != before["astronaut.jpg"]).any()
    press(window.messages, "message_action")
    qtbot.waitUntil(lambda: window.messages.text.startswith("Took the import back: 3 images"))
    wait_idle(qtbot, window)
    after = masks_of(project_of(window))
    assert set(after) == set(before)
    for name, mask in before.items():
        np.testing.assert_array_equal(after[name], mask)
    np.testing.assert_array_equal(window.canvas.mask, before["astronaut.jpg"])
    assert states(window) == before_states


def test_what_was_painted_after_an_import_survives_its_undo(
    window: MainWindow, source: Path, qtbot: QtBot
) -> None:
    run(qtbot, window, import_dialog(qtbot, window, source))
    painter = Painter(window)
    painter.choose_brush(project_of(window).classes[1].id)
    painter.stroke((40, 50), (200, 90))
    mine = window.canvas.mask.copy()
    press(window.messages, "message_action")
    qtbot.waitUntil(lambda: "1 you have worked on since stayed." in window.messages.text)
    wait_idle(qtbot, window)
    np.testing.assert_array_equal(window.canvas.mask, mine)
    assert set(masks_of(project_of(window))) == {"astronaut.jpg"}


def test_the_history_of_an_image_that_is_not_imported_stays(
    window: MainWindow, source: Path, qtbot: QtBot
) -> None:
    go_to(qtbot, window, "rocket.jpg")
    paint(window, "dog")
    run(qtbot, window, import_dialog(qtbot, window, source))
    window.actions_by_name["edit.undo"].trigger()
    assert (window.canvas.mask == 255).all()


def test_cancel_in_the_middle_leaves_whole_masks(
    make_window: MakeWindow, many_photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    source = exported(many_photos, tmp_path / "source")
    shutil.rmtree(many_photos / "maskwright")
    window = make_window(many_photos)
    dialog = import_dialog(qtbot, window, source)
    wait_ready(qtbot, dialog, "import.begin")
    press(dialog, "import.begin")
    qtbot.waitUntil(lambda: " of 40" in text(dialog, "import.progress_words"), timeout=WAIT_MS)
    press(dialog, "import.cancel")
    wait_closed(qtbot, window)
    assert window.messages.text.startswith("The import was cancelled")
    done = masks_of(project_of(window))
    assert 0 < len(done) < 40
    corrected = {name for name, state in states(window).items() if state == "corrected"}
    assert corrected == set(done)
    shown = window.shown_name
    if shown in done:
        np.testing.assert_array_equal(window.canvas.mask, done[shown])
