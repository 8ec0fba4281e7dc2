"""Exporting through the window: the dialog, what it foresees, what is written, Cancel."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from formats_window import (
    CLASSES,
    choose,
    choose_class,
    choose_format,
    class_cell,
    dialog_of,
    give_number,
    masks_of,
    opened,
    part,
    press,
    text,
    wait_ready,
    write,
)
from painting import Painter
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, open_and_wait, wait_idle

from gui.formats.class_table_model import BECOMES, FIGURE
from gui.formats.export_choices import ExportChoices, offered_target, writable_formats
from gui.formats.export_dialog import ExportDialog
from gui.main_window import MainWindow
from segmenter.formats.dataset import ImageFiles, Lists
from segmenter.formats.importing import Conflicts, Import
from segmenter.project.project import Project
from segmenter.project.state import State

TABLE = "export.classes"


def export_dialog(qtbot: QtBot, window: MainWindow, title: str = "Index PNG") -> ExportDialog:
    dialog = opened(qtbot, window, "file.export", "export_dialog")
    assert isinstance(dialog, ExportDialog)
    choose_format(dialog, title)
    wait_ready(qtbot, dialog, "export.begin")
    return dialog


def run(qtbot: QtBot, window: MainWindow, dialog: QDialog) -> None:
    press(dialog, "export.begin")
    wait_idle(qtbot, window)


def imported(target: Path, folder: Path) -> Project:
    """A bare folder with what was exported brought in by the engine."""
    project = Project.open(folder)
    project.scan()
    with Import.open(target) as incoming:
        incoming.apply(project, incoming.plan(project), Conflicts.KEEP)
    return project


def traces(folder: Path) -> list[str]:
    """Whatever an export has left there."""
    return [p.name for p in folder.iterdir() if "export" in p.name or "index" in p.name]


def test_what_is_exported_comes_back_as_it_was(
    labelled: MainWindow, bare_photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = export_dialog(qtbot, labelled)
    words = text(dialog, "export.words")
    assert words.startswith("2 images with masks, 4 classes and ")
    assert "to “photos-index-png”." in words
    assert dialog.target == tmp_path / "photos-index-png"
    assert "Not exported: 1 new, 1 predicted." in words
    run(qtbot, labelled, dialog)
    assert labelled.messages.text == "Exported 2 images as Index PNG."
    assert labelled.project is not None
    with imported(tmp_path / "photos-index-png", bare_photos) as project:
        ours, theirs = masks_of(labelled.project), masks_of(project)
        assert sorted(theirs) == ["astronaut.jpg", "cat.jpg"]
        for name, labels in theirs.items():
            np.testing.assert_array_equal(labels, ours[name])
        named = [(each.id, each.name, each.color) for each in project.classes]
        assert named == [(c.id, c.name, c.color) for c in labelled.project.classes]


def test_a_stroke_that_is_not_saved_yet_is_exported(
    labelled: MainWindow, tmp_path: Path, bare_photos: Path, qtbot: QtBot
) -> None:
    painter = Painter(labelled)
    painter.choose_brush(9)
    painter.stroke((30, 40), (300, 200))
    painted = painter.mask.copy()
    run(qtbot, labelled, export_dialog(qtbot, labelled))
    with imported(tmp_path / "photos-index-png", bare_photos) as project:
        np.testing.assert_array_equal(project.load_mask("astronaut.jpg"), painted)


def test_states_lists_and_image_files_are_as_chosen(
    labelled: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = export_dialog(qtbot, labelled)
    press(dialog, "export.state.corrected")
    press(dialog, "export.state.predicted")
    choose(dialog, "export.images", "Left out")
    choose(dialog, "export.lists", "Training and validation")
    wait_ready(qtbot, dialog, "export.begin")
    words = text(dialog, "export.words")
    assert "1 of them predicted and not corrected" in words
    assert " for training, " in words
    assert "kB" not in words
    assert "MB" not in words
    run(qtbot, labelled, dialog)
    target = tmp_path / "photos-index-png"
    assert {p.name for p in (target / "masks").iterdir()} == {"cat.png", "coffee.png"}
    assert not (target / "images").exists()
    lists = (target / "train.txt").read_text() + (target / "val.txt").read_text()
    assert sorted(lists.split()) == ["cat", "coffee"]


def test_classes_go_where_a_person_sends_them(
    labelled: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = export_dialog(qtbot, labelled)
    choose_class(qtbot, dialog, TABLE, "background", "Leave out")
    choose_class(qtbot, dialog, TABLE, "cat", "dog")
    give_number(qtbot, dialog, TABLE, "dog", 7)
    wait_ready(qtbot, dialog, "export.begin")
    assert text(dialog, "export.words").startswith("2 images with masks, 2 classes (1 left out)")
    run(qtbot, labelled, dialog)
    assert labelled.project is not None
    becomes = np.arange(256, dtype=np.uint8)
    for name, number in (("background", 255), ("cat", 7), ("dog", 7)):
        becomes[CLASSES[name]] = number
    ours = masks_of(labelled.project)
    target = tmp_path / "photos-index-png"
    for name in ("astronaut", "cat"):
        found = np.asarray(Image.open(target / "masks" / f"{name}.png"))
        np.testing.assert_array_equal(found, becomes[ours[f"{name}.jpg"]])
    rows = [row.split(",")[:2] for row in (target / "classes.csv").read_text().splitlines()[1:]]
    assert rows[:2] == [["7", "dog"], ["9", "bird"]]
    again = opened(qtbot, labelled, "file.export", "export_dialog")
    assert class_cell(again, TABLE, "cat", BECOMES).data() == "dog"
    assert class_cell(again, TABLE, "background", BECOMES).data() == "Leave out"
    assert class_cell(again, TABLE, "dog", FIGURE).data() == "7"
    again.reject()


def test_a_class_that_is_left_out_takes_none_along(labelled: MainWindow, qtbot: QtBot) -> None:
    dialog = export_dialog(qtbot, labelled)
    choose_class(qtbot, dialog, TABLE, "cat", "dog")
    choose_class(qtbot, dialog, TABLE, "dog", "Leave out")
    assert class_cell(dialog, TABLE, "cat", BECOMES).data() == "cat"
    wait_ready(qtbot, dialog, "export.begin")
    assert "3 classes (1 left out)" in text(dialog, "export.words")
    dialog.reject()


def test_two_classes_with_one_number_are_told(labelled: MainWindow, qtbot: QtBot) -> None:
    dialog = export_dialog(qtbot, labelled)
    give_number(qtbot, dialog, TABLE, "cat", CLASSES["dog"])
    assert "“cat” and “dog” have the same number 4" in text(dialog, "export.trouble")
    wait_idle(qtbot, labelled)
    assert not part(dialog, QPushButton, "export.begin").isEnabled()
    give_number(qtbot, dialog, TABLE, "dog", CLASSES["cat"])
    wait_ready(qtbot, dialog, "export.begin")
    assert text(dialog, "export.trouble") == ""
    dialog.reject()


def test_the_choices_are_those_of_the_last_time(labelled: MainWindow, qtbot: QtBot) -> None:
    dialog = export_dialog(qtbot, labelled)
    press(dialog, "export.state.corrected")
    press(dialog, "export.zip")
    choose(dialog, "export.images", "Left out")
    wait_ready(qtbot, dialog, "export.begin")
    run(qtbot, labelled, dialog)
    again = opened(qtbot, labelled, "file.export", "export_dialog")
    assert not part(again, QCheckBox, "export.state.corrected").isChecked()
    assert part(again, QCheckBox, "export.state.approved").isChecked()
    assert part(again, QCheckBox, "export.zip").isChecked()
    assert part(again, QLineEdit, "export.target").text().endswith("photos-index-png.zip")
    assert again.choices.images is ImageFiles.NONE  # type: ignore[attr-defined]
    again.reject()


def test_one_zip_file(labelled: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = export_dialog(qtbot, labelled)
    press(dialog, "export.zip")
    wait_ready(qtbot, dialog, "export.begin")
    run(qtbot, labelled, dialog)
    with zipfile.ZipFile(tmp_path / "photos-index-png.zip") as archive:
        assert "masks/cat.png" in archive.namelist()
    assert not (tmp_path / "photos-index-png").exists()


def test_an_earlier_export_is_replaced_only_where_that_is_ticked(
    labelled: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    run(qtbot, labelled, export_dialog(qtbot, labelled))
    old = tmp_path / "photos-index-png" / "masks" / "astronaut.png"
    assert old.is_file()
    dialog = opened(qtbot, labelled, "file.export", "export_dialog")
    press(dialog, "export.state.corrected")
    box = part(dialog, QCheckBox, "export.replace")
    qtbot.waitUntil(box.isVisible, timeout=WAIT_MS)
    assert not part(dialog, QPushButton, "export.begin").isEnabled()
    press(dialog, "export.replace")
    wait_ready(qtbot, dialog, "export.begin")
    run(qtbot, labelled, dialog)
    assert not old.exists()
    assert (old.parent / "cat.png").is_file()


@pytest.mark.parametrize("place", ["photos/sub", "photos", "taken"])
def test_a_place_that_will_not_do_is_told_before(
    labelled: MainWindow, tmp_path: Path, qtbot: QtBot, place: str
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("mine")
    dialog = export_dialog(qtbot, labelled)
    write(qtbot, dialog, "export.target", str(tmp_path / place))
    qtbot.waitUntil(lambda: bool(text(dialog, "export.trouble")), timeout=WAIT_MS)
    assert text(dialog, "export.trouble").count(".") <= 2
    assert not part(dialog, QPushButton, "export.begin").isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.reject()
    assert (tmp_path / "taken" / "thesis.txt").read_text() == "mine"


def test_nothing_chosen_is_told(labelled: MainWindow, qtbot: QtBot) -> None:
    dialog = export_dialog(qtbot, labelled)
    press(dialog, "export.state.corrected")
    press(dialog, "export.state.approved")
    qtbot.waitUntil(lambda: "nothing to export" in text(dialog, "export.trouble"))
    dialog.reject()


def test_cancel_leaves_nothing(
    make_window: MakeWindow, many_photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window(many_photos)
    dialog = export_dialog(qtbot, window)
    press(dialog, "export.begin")
    cancel = part(window, QPushButton, "export_progress_cancel")
    qtbot.waitUntil(cancel.isVisible, timeout=WAIT_MS)
    assert not window.actions_by_name["file.export"].isEnabled()
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    wait_idle(qtbot, window)
    assert window.messages.text == "The export was cancelled; nothing was written."
    assert not cancel.isVisible()
    assert window.actions_by_name["file.export"].isEnabled()
    assert (
        sorted(p.name for p in tmp_path.iterdir() if "export" in p.name or "index" in p.name) == []
    )


def test_closing_the_folder_ends_an_export_without_a_trace(
    make_window: MakeWindow, many_photos: Path, bare_photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window(many_photos)
    press(export_dialog(qtbot, window), "export.begin")
    open_and_wait(qtbot, window, bare_photos)
    assert "nothing was written" in window.messages.text
    assert traces(tmp_path) == []
    assert window.actions_by_name["file.export"].isEnabled()


def test_the_folder_can_be_worked_in_meanwhile(
    make_window: MakeWindow, many_photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window(many_photos)
    press(export_dialog(qtbot, window), "export.begin")
    assert window.formats is not None
    assert window.formats.exporting.is_running
    painter = Painter(window)
    painter.choose_brush(0)
    painter.stroke((30, 40), (200, 100))
    wait_idle(qtbot, window)
    assert window.messages.text.startswith("Exported 40 images")
    assert (tmp_path / "many-index-png" / "classes.csv").is_file()


def test_what_was_left_out_can_be_read_and_copied(
    labelled: MainWindow, labelled_photos: Path, qtbot: QtBot
) -> None:
    dialog = export_dialog(qtbot, labelled)
    (labelled_photos / "maskwright" / "masks" / "cat.jpg.png").write_bytes(b"no PNG")
    run(qtbot, labelled, dialog)
    assert labelled.messages.text == "Exported 1 image as Index PNG. 1 left out."
    assert labelled.messages.kind == "warning"
    press(labelled.messages, "message_other_action")
    details = dialog_of(qtbot, labelled, "details_dialog")
    shown = part(details, QPlainTextEdit, "details.text").toPlainText()
    assert shown.startswith("cat.jpg: ")
    press(details, "details.copy")
    assert shown in QGuiApplication.clipboard().text()
    details.reject()


def test_open_folder_shows_the_export(
    labelled: MainWindow, tmp_path: Path, shown_places: list[str], qtbot: QtBot
) -> None:
    run(qtbot, labelled, export_dialog(qtbot, labelled))
    button = part(labelled.messages, QPushButton, "message_action")
    assert button.text() == "Open folder"
    press(labelled.messages, "message_action")
    assert [Path(each) for each in shown_places] == [tmp_path / "photos-index-png"]


def test_every_format_that_can_be_written_is_offered(labelled: MainWindow, qtbot: QtBot) -> None:
    dialog = opened(qtbot, labelled, "file.export", "export_dialog")
    for each in writable_formats():
        choose_format(dialog, each.title)
        wait_ready(qtbot, dialog, "export.begin")
        assert part(dialog, QCheckBox, "export.zip").isEnabled() != each.zipped
        assert bool(text(dialog, "export.caution")) == (bool(each.caution) or not each.is_exact)
    dialog.reject()


def test_the_offered_place_is_never_among_the_images_nor_somebody_elses(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    (folder / "inside").mkdir(parents=True)
    beside = tmp_path / "photos-coco"
    assert offered_target(folder, "", "coco", zipped=False) == beside
    assert offered_target(folder, str(folder / "inside"), "coco", zipped=False) == beside
    assert offered_target(folder, str(tmp_path / "gone"), "coco", zipped=False) == beside
    beside.mkdir()
    (beside / "thesis.txt").write_text("mine")
    assert offered_target(folder, "", "coco", zipped=False) == tmp_path / "photos-coco-2"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    wanted = elsewhere / "photos-coco.zip"
    assert offered_target(folder, str(elsewhere), "coco", zipped=True) == wanted
    assert Path(os.path.commonpath([wanted, tmp_path])) == tmp_path


def test_choices_survive_as_text_and_nonsense_does_not() -> None:
    choices = ExportChoices(
        "coco",
        frozenset({State.APPROVED}),
        Lists.SHARE,
        0.3,
        254,
        ImageFiles.NONE,
        separate=False,
        classes={"cat": "dog", "sky": "", "dog": 7},
        zipped=True,
        place="/x",
    )
    assert ExportChoices.from_text(choices.to_text()) == choices
    for nonsense in ("", "{}", "[]", choices.to_text().replace("254", "-4"), "{"):
        assert ExportChoices.from_text(nonsense) is None
    for nonsense in (choices.to_text().replace(": 7", ": 300"), "null"):
        assert ExportChoices.from_text(nonsense) is None
