"""Importing through the window: what it will do, what it did, and what it leaves alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from formats_window import (
    CLASSES,
    choose,
    choose_class,
    dialog_of,
    masks_of,
    opened,
    part,
    press,
    text,
    wait_ready,
)
from importing_window import (
    LABELLED,
    exported,
    import_dialog,
    labels,
    project_of,
    run,
    trouble,
)
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot
from windows import MakeWindow, picture, states, wait_idle

from gui.main_window import MainWindow
from segmenter.formats.dataset import ExportOptions, Lists
from segmenter.formats.exporting import export, plan_export
from segmenter.formats.registry import FORMATS, by_key
from segmenter.project.project import Project
from segmenter.project.state import Side
from segmenter.project.stored_files import mask_file

BOTH_WAYS = [each.key for each in FORMATS if each.reader and each.writer and each.is_exact]


@pytest.mark.parametrize("key", BOTH_WAYS)
def test_what_one_folder_exports_another_imports_as_it_was(
    window: MainWindow, labelled_photos: Path, tmp_path: Path, qtbot: QtBot, key: str
) -> None:
    with Project.open(labelled_photos) as project:
        before = masks_of(project)
        before["coffee.jpg"] = labels(labelled_photos, "coffee.jpg")
        named = {each.name: each.color for each in project.classes}
    shown = picture(window)
    dialog = import_dialog(qtbot, window, exported(labelled_photos, tmp_path / "out", key))
    run(qtbot, window, dialog)
    project = project_of(window)
    after = masks_of(project)
    ours = {each.id: each.name for each in project.classes}
    theirs = {class_id: name for name, class_id in CLASSES.items()}
    assert {name for name in ours.values() if name in named} <= set(named)
    for name, mask in before.items():
        wanted = np.vectorize(lambda v: theirs.get(int(v), "") or "-")(mask[::7, ::7])
        found = np.vectorize(lambda v: ours.get(int(v), "") or "-")(after[name][::7, ::7])
        filled = np.where(wanted == "-", found, wanted)  # a format may know no unlabelled pixel
        np.testing.assert_array_equal(found, filled)
    assert states(window) == {
        "astronaut.jpg": "corrected", "cat.jpg": "corrected", "coffee.jpg": "corrected",
        "rocket.jpg": "new",
    }  # fmt: skip
    assert window.messages.text.startswith("Imported 3 masks from “out")
    assert (picture(window) != shown).any()  # the mask of the image that is open is shown


def test_the_plan_is_told_before_anything_changes(
    window: MainWindow, source: Path, bare_photos: Path, qtbot: QtBot
) -> None:
    Image.fromarray(np.zeros((5, 5), np.uint8)).save(source / "masks" / "nobody.png")
    Image.fromarray(np.zeros((5, 5), np.uint8)).save(source / "masks" / "rocket.png")
    dialog = import_dialog(qtbot, window, source)
    assert part(dialog, QComboBox, "import.format").currentText() == "As it looks: Index PNG"
    matches = text(dialog, "import.matches")
    assert matches.splitlines() == [
        "3 of 5 entries fit an image of this folder.",
        "1 names no image here. 1 is damaged or of another size.",
    ]
    assert text(dialog, "import.words") == (
        "3 images get a mask. 4 new classes: “background”, “cat”, “dog” and “bird”."
    )
    press(dialog, "import.which")
    details = dialog_of(qtbot, window, "details_dialog")
    left_out = part(details, QPlainTextEdit, "details.text").toPlainText().splitlines()
    assert [line.split(":")[0] for line in left_out] == ["nobody", "rocket.jpg"]
    details.reject()
    dialog.reject()
    assert project_of(window).classes == []
    assert masks_of(project_of(window)) == {}
    assert set(states(window).values()) == {"new"}
    assert not (bare_photos / "maskwright" / "masks").exists()


def test_masks_of_namesakes_in_another_folder_wait_for_a_word(
    qtbot: QtBot, make_window: MakeWindow, labelled_photos: Path, bare_photos: Path, tmp_path: Path
) -> None:
    source = exported(labelled_photos, tmp_path / "source")
    for place, folder in ((source / "masks", "video1"), (bare_photos, "video2")):
        (place / folder).mkdir()
        for file in [*place.glob("cat.*")]:
            file.rename(place / folder / file.name)
    window = make_window(bare_photos)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    dialog = import_dialog(qtbot, window, source)
    tick = part(dialog, QCheckBox, "import.by_name")
    assert tick.isVisible()
    assert "1 fits an image by its name only" in text(dialog, "import.matches")
    assert text(dialog, "import.words").startswith("2 images get a mask")
    tick.click()
    wait_idle(qtbot, window)
    assert tick.isChecked()
    assert text(dialog, "import.words").startswith("3 images get a mask")
    run(qtbot, window, dialog)
    assert mask_file(project_of(window).data_folder, "video2/cat.jpg").exists()


def test_classes_go_where_a_person_sends_them(
    window: MainWindow, source: Path, labelled_photos: Path, qtbot: QtBot
) -> None:
    project = project_of(window)
    kept = project.add_class("kept")
    dog = project.add_class("dog")
    dialog = import_dialog(qtbot, window, source)
    choose_class(qtbot, dialog, "import.classes", "cat", "kept")
    choose_class(qtbot, dialog, "import.classes", "bird", "Leave out")
    assert "1 new class: “background”." in text(dialog, "import.words")
    run(qtbot, window, dialog)
    (background,) = [each.id for each in project.classes if each.name == "background"]
    assert [each.name for each in project.classes].count("cat") == 0
    table = np.full(256, 255, np.uint8)
    table[CLASSES["background"]] = background
    table[CLASSES["cat"]] = kept.id
    table[CLASSES["dog"]] = dog.id
    for name in ("astronaut.jpg", "cat.jpg"):
        np.testing.assert_array_equal(project.load_mask(name), table[labels(labelled_photos, name)])


def test_the_split_of_a_data_set_is_kept_where_it_is_ticked(
    window: MainWindow, labelled_photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with Project.open(labelled_photos) as project:
        project.pin("cat.jpg", Side.VALIDATION)
        options = ExportOptions(states=LABELLED, lists=Lists.PROJECT)
        split = export(project, plan_export(project, by_key("voc"), tmp_path / "split", options))
    dialog = import_dialog(qtbot, window, split.target)
    wait_ready(qtbot, dialog, "import.begin")
    press(dialog, "import.keep_split")
    run(qtbot, window, dialog)
    assert project_of(window).image("cat.jpg").side is Side.VALIDATION
    assert project_of(window).image("rocket.jpg").side is None


def test_pixels_without_a_label_can_become_a_class(
    window: MainWindow, source: Path, labelled_photos: Path, qtbot: QtBot
) -> None:
    dialog = import_dialog(qtbot, window, source)
    choose(dialog, "import.fill", "Become “background”")
    run(qtbot, window, dialog)
    found = project_of(window).load_mask("astronaut.jpg")
    wanted = labels(labelled_photos, "astronaut.jpg").copy()
    assert (wanted == 255).any()
    wanted[wanted == 255] = CLASSES["background"]
    np.testing.assert_array_equal(found, wanted)


def truncated_json(folder: Path) -> Path:
    path = folder / "annotations.json"
    path.write_text(json.dumps({"images": [], "annotations": [], "categories": []})[:-20])
    return path


def not_a_zip(folder: Path) -> Path:
    path = folder / "labels.zip"
    path.write_bytes(b"PK\x03\x04 but not for long")
    return path


def nothing_known(folder: Path) -> Path:
    path = folder / "folder"
    path.mkdir()
    (path / "thesis.txt").write_text("chapter 1")
    return path


def missing(folder: Path) -> Path:
    return folder / "gone"


@pytest.mark.parametrize("make", [truncated_json, not_a_zip, nothing_known, missing])
def test_what_can_not_be_read_gets_one_sentence(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, make: Callable[[Path], Path]
) -> None:
    place = tmp_path / "broken"
    place.mkdir()
    path = make(place)
    dialog = import_dialog(qtbot, window, path)
    title, sentence = trouble(dialog).split("\n")
    assert title == "This can't be imported"
    assert sentence.endswith(".")
    assert path.name in sentence
    assert "\n" not in sentence
    assert not part(dialog, QPushButton, "import.begin").isEnabled()
    dialog.reject()
    assert masks_of(project_of(window)) == {}


def test_a_damaged_label_is_told_and_the_others_come(
    window: MainWindow, source: Path, qtbot: QtBot
) -> None:
    (source / "masks" / "cat.png").write_bytes(b"no PNG")
    run(qtbot, window, import_dialog(qtbot, window, source))
    assert window.messages.text.startswith("Imported 2 masks from “source”.")
    assert window.messages.text.endswith("1 left out.")
    press(window.messages, "message_other_action")
    details = dialog_of(qtbot, window, "details_dialog")
    assert "cat.png" in part(details, QPlainTextEdit, "details.text").toPlainText()
    details.reject()
    assert window.messages.text.endswith("1 left out.")  # with Undo, which is still to be had


def test_the_value_of_unlabelled_pixels_can_be_told(
    window: MainWindow, bare_photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    height, width = project_of(window).load_image("cat.jpg").shape[:2]
    values = np.zeros((height, width), np.uint8)
    values[10:50, 20:60] = 3
    (tmp_path / "plain").mkdir()
    Image.fromarray(values).save(tmp_path / "plain" / "cat.png")
    dialog = import_dialog(qtbot, window, tmp_path / "plain")
    assert "2 new classes: “class 0” and “class 3”." in text(dialog, "import.words")
    field = part(dialog, QSpinBox, "import.ignore")
    field.selectAll()
    qtbot.keyClicks(field, "0")
    qtbot.waitUntil(lambda: "1 new class: “class 3”." in text(dialog, "import.words"))
    run(qtbot, window, dialog)
    mask = project_of(window).load_mask("cat.jpg")
    assert mask is not None
    (class_id,) = [each.id for each in project_of(window).classes]
    np.testing.assert_array_equal(mask, np.where(values == 3, class_id, 255))


def test_bare_numbers_can_be_matched_with_the_classes_that_have_them(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    project = project_of(window)
    for name in ("background", "cat", "dog"):
        project.add_class(name)
    height, width = project.load_image("cat.jpg").shape[:2]
    values = np.zeros((height, width), np.uint8)
    values[10:50, 20:60] = 2
    (tmp_path / "plain").mkdir()
    Image.fromarray(values).save(tmp_path / "plain" / "cat.png")
    dialog = import_dialog(qtbot, window, tmp_path / "plain")
    press(dialog, "import.by_number")
    assert "new class" not in text(dialog, "import.words")
    run(qtbot, window, dialog)
    np.testing.assert_array_equal(project.load_mask("cat.jpg"), values)
    assert len(project.classes) == 3


def drop(target: QWidget, path: Path) -> None:
    """As a file manager does it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at, copy = target.rect().center(), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(at), copy, data, buttons, keys))
    QApplication.sendEvent(target, QDropEvent(QPointF(at), copy, data, buttons, keys))


def test_a_zip_file_dropped_on_the_window_is_offered_to_be_imported(
    window: MainWindow, labelled_photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = project_of(window).folder
    drop(window, exported(labelled_photos, tmp_path / "labels.zip"))
    dialog = dialog_of(qtbot, window, "import_dialog")
    wait_ready(qtbot, dialog, "import.begin")
    assert "3 images get a mask." in text(dialog, "import.words")
    dialog.reject()
    assert project_of(window).folder == folder


def test_a_folder_dropped_on_the_dialog_is_read(
    window: MainWindow, source: Path, qtbot: QtBot
) -> None:
    dialog = opened(qtbot, window, "file.import", "import_dialog")
    drop(dialog, source)
    wait_ready(qtbot, dialog, "import.begin")
    dialog.reject()


def test_nothing_can_be_imported_where_nothing_can_be_written(
    make_window: MakeWindow, bare_photos: Path, qtbot: QtBot
) -> None:
    with Project.open(bare_photos):
        window = make_window(bare_photos)
        assert project_of(window).read_only
        assert not window.actions_by_name["file.import"].isEnabled()
        assert window.actions_by_name["file.export"].isEnabled()
