"""Every way into a folder, and what the window says where there is none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot
from windows import (
    WAIT_MS,
    MakeWindow,
    go_to,
    open_and_wait,
    picture,
    run,
    states,
    trigger,
    wait_idle,
)

from gui.main_window import MainWindow
from segmenter.project.project import Project


def shown(window: MainWindow) -> str:
    return window.shown_name


def drop(window: MainWindow, *paths: Path) -> bool:
    """Let go of files over the middle of the window; False where it doesn't want them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    middle = window.rect().center()
    enter = QDragEnterEvent(
        middle, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(
        window,
        QDropEvent(
            QPointF(middle), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier, QEvent.Type.Drop,
        ),
    )  # fmt: skip
    return True


def test_the_folder_named_on_the_command_line_opens(make_window: MakeWindow, photos: Path) -> None:
    window = make_window(photos)
    assert window.project is not None
    assert window.project.folder == photos
    assert window.workspace.image_list.names == sorted(states(window))
    assert len(states(window)) == 4
    assert shown(window) == "astronaut.jpg"
    assert picture(window).std() > 20  # a photo, not an empty pane
    assert photos.name in window.windowTitle()


def test_an_image_named_on_the_command_line_is_the_one_shown(
    make_window: MakeWindow, photos: Path
) -> None:
    window = make_window(photos / "coffee.jpg")
    assert window.project is not None
    assert window.project.folder == photos
    assert shown(window) == "coffee.jpg"


def test_the_menu_asks_for_a_folder_and_opens_it(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    window = make_window()
    trigger(window, "file.open_folder")
    dialog = window.findChild(QFileDialog, "open_folder_dialog")
    assert dialog is not None
    assert dialog.isVisible()
    dialog.selectFile(str(photos))
    dialog.accept()
    qtbot.waitUntil(lambda: window.project is not None, timeout=WAIT_MS)
    wait_idle(qtbot, window)
    assert window.project is not None
    assert window.project.folder == photos


def test_a_dropped_folder_opens(make_window: MakeWindow, photos: Path, qtbot: QtBot) -> None:
    window = make_window()
    assert drop(window, photos)
    wait_idle(qtbot, window)
    assert window.project is not None
    assert window.project.folder == photos


def test_dropped_images_open_their_folder_at_the_first(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    window = make_window()
    assert drop(window, photos / "rocket.jpg", photos / "cat.jpg")
    wait_idle(qtbot, window)
    assert shown(window) == "rocket.jpg"


def test_what_lies_on_no_disk_can_not_be_dropped(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window()
    assert not drop(window, tmp_path / "nothing here")
    assert window.project is None


def test_recent_folders_are_remembered_and_those_that_went_are_grey(
    make_window: MakeWindow, photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    gone = tmp_path / "gone"
    shutil.copytree(photos, gone)
    first = make_window(gone)
    open_and_wait(qtbot, first, photos)
    first.close()
    shutil.rmtree(gone)
    second = make_window()
    assert second.settings.recent == [photos, gone]
    second._recent.fill()
    entries = {Path(a.data()): a for a in second._recent.actions() if a.data()}
    assert entries[photos].isEnabled()
    assert not entries[gone].isEnabled()
    buttons = [b for b in second.welcome.findChildren(QPushButton) if b.toolTip() == str(photos)]
    assert len(buttons) == 1
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    wait_idle(qtbot, second)
    assert second.project is not None
    assert second.project.folder == photos


def test_the_sample_photos_open_as_a_copy(
    make_window: MakeWindow, sample: Path, qtbot: QtBot
) -> None:
    window = make_window()
    qtbot.mouseClick(window.welcome._sample, Qt.MouseButton.LeftButton)
    wait_idle(qtbot, window)
    assert window.project is not None
    assert window.project.folder != sample
    assert len(states(window)) == len(list(sample.glob("*.jpg")))
    assert not (sample / "maskwright").exists()


def test_a_folder_that_is_not_there_is_one_sentence(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window()
    window.open_folder(tmp_path / "no such folder")
    wait_idle(qtbot, window)
    assert "no such folder" in window.messages.text
    assert window.messages.kind == "error"
    assert window.project is None


def test_a_folder_without_images_says_what_to_do(make_window: MakeWindow, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "notes.txt").write_text("no image")
    window = make_window(folder)
    assert window.workspace.notice.isVisible()
    assert "no images" in window.workspace.notice.text
    assert not window.actions_by_name["segment.image"].isEnabled()


def test_images_that_come_and_go_are_seen_on_refresh(
    window: MainWindow, photos: Path, sample: Path, qtbot: QtBot
) -> None:
    shutil.copyfile(sample / "flower.jpg", photos / "flower.jpg")
    (photos / "cat.jpg").unlink()
    run(qtbot, window, "file.refresh")
    assert window.workspace.image_list.names == [
        "astronaut.jpg", "coffee.jpg", "flower.jpg", "rocket.jpg",
    ]  # fmt: skip
    assert window.messages.text == "The folder was searched anew: 4 images."


def test_in_an_empty_folder_what_needs_images_is_grey_until_there_are_some(
    make_window: MakeWindow, tmp_path: Path, sample: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    window = make_window(folder)
    actions = window.actions_by_name
    names = (
        "image.previous", "image.next", "image.next_uncertain", "image.approve",
        "segment.folder", "segment.folder_again",
    )  # fmt: skip
    assert not any(actions[name].isEnabled() for name in names)
    assert actions["file.refresh"].isEnabled()
    shutil.copyfile(sample / "cat.jpg", folder / "cat.jpg")
    run(qtbot, window, "file.refresh")
    assert all(actions[name].isEnabled() for name in names)


def test_closing_a_folder_leads_back_to_the_start_page(
    window: MainWindow, photos: Path, make_window: MakeWindow
) -> None:
    trigger(window, "file.close")
    assert window.project is None
    assert window.welcome.isVisible()
    assert not window.actions_by_name["segment.folder"].isEnabled()
    # Nothing holds on to it: another window may write there.
    with Project.open(photos) as project:
        assert not project.read_only


def test_a_second_window_on_the_same_folder_only_looks(
    window: MainWindow, make_window: MakeWindow, photos: Path
) -> None:
    second = make_window(photos)
    assert second.project is not None
    assert second.project.read_only
    assert "another window" in second.messages.text
    assert "read-only" in second.windowTitle()
    trigger(second, "segment.image")
    assert second.jobs.is_idle
    assert "another window" in second.messages.text
    assert shown(second) == "astronaut.jpg"


def test_a_folder_that_can_not_be_written_keeps_its_masks_elsewhere(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    # Works for root too, whom no permission stops.
    (photos / "maskwright").write_text("a file in the place of the folder")
    window = make_window(photos)
    assert window.project is not None
    assert photos not in window.project.data_folder.parents
    assert "masks are kept in" in window.messages.text
    run(qtbot, window, "segment.image")
    assert states(window)["astronaut.jpg"] == "predicted"


def test_of_what_a_project_keeps_the_folder_of_its_images_is_opened(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    window = make_window(photos)
    run(qtbot, window, "segment.image")
    kept = photos / "maskwright"
    for path in (kept, kept / "predictions", kept / "predictions" / "astronaut.jpg.png"):
        open_and_wait(qtbot, window, path)
        assert window.project is not None
        assert window.project.folder == photos
        assert not window.project.read_only
        assert len(states(window)) == 4


def test_a_folder_that_vanishes_while_open_is_told_and_survived(
    window: MainWindow, photos: Path, sample: Path, qtbot: QtBot
) -> None:
    shutil.rmtree(photos)
    run(qtbot, window, "file.refresh")
    assert photos.name in window.messages.text
    assert window.messages.kind == "error"
    open_and_wait(qtbot, window, sample.parent / "sample-that-is-not")
    assert window.messages.kind == "error"


def test_segmenting_a_folder_that_vanished_ends_with_a_sentence(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    shutil.rmtree(photos)
    run(qtbot, window, "segment.folder")
    assert window.messages.kind in ("warning", "error")
    assert window.messages.text
    assert not window.inference.is_running
    assert window.actions_by_name["file.open_folder"].isEnabled()


def test_opening_one_folder_after_the_other_at_once_keeps_the_last(
    make_window: MakeWindow, photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other"
    shutil.copytree(photos, other)
    window = make_window()
    for folder in (photos, other, photos, other):
        window.open_folder(folder)
    wait_idle(qtbot, window)
    assert window.project is not None
    assert window.project.folder == other
    assert not window.project.read_only
    with Project.open(photos) as project:
        assert not project.read_only


def test_broken_images_say_why_and_the_rest_goes_on(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    (photos / "a-text.jpg").write_text("this is no image")
    (photos / "empty.png").write_bytes(b"")
    whole = (photos / "cat.jpg").read_bytes()
    (photos / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    window = make_window(photos)
    assert shown(window) == ""
    assert "a-text.jpg" in window.workspace.notice.text
    assert not window.actions_by_name["view.fit"].isEnabled()
    go_to(qtbot, window, "cut.jpg")
    assert "cut off" in window.workspace.notice.text
    go_to(qtbot, window, "cat.jpg")
    assert shown(window) == "cat.jpg"
    run(qtbot, window, "segment.folder")
    after = states(window)
    assert {name for name, state in after.items() if state == "failed"} == {
        "a-text.jpg", "empty.png", "cut.jpg",
    }  # fmt: skip
    assert sum(state == "predicted" for state in after.values()) == 4
    assert window.messages.text.startswith("3 of 7 images could not be segmented.")


def test_opening_another_folder_lets_go_of_the_first(
    window: MainWindow, photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copyfile(photos / "cat.jpg", other / "only.jpg")
    open_and_wait(qtbot, window, other)
    assert window.workspace.image_list.names == ["only.jpg"]
    assert shown(window) == "only.jpg"
    with Project.open(photos) as project:
        assert not project.read_only


def test_a_name_that_is_no_text_opens_all_the_same(make_window: MakeWindow, photos: Path) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    try:
        shutil.copyfile(photos / "cat.jpg", photos / name)
    except OSError:
        pytest.skip("this file system takes no such names")
    (photos / "astronaut.jpg").unlink()
    window = make_window(photos)
    assert shown(window) == name
    assert np.any(picture(window))


def test_points_of_the_canvas_and_the_image_belong_together(window: MainWindow) -> None:
    for pixel in ((0, 0), (100, 200), (511, 511)):
        point = window.canvas.image_to_view(*pixel)
        assert isinstance(point, QPoint)
        assert window.canvas.view_to_image(point) == pixel


def test_what_a_merge_kept_is_not_deleted_while_the_window_waits(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    window = make_window(photos)
    project = window.project
    assert project is not None
    project.add_class("cat")
    project.add_class("kitty")
    project.save_mask("cat.jpg", np.ones(project.load_image("cat.jpg").shape[:2], np.uint8))
    project.merges.merge([1], 0)
    kept = project.data_folder / "merges"
    window.folder.close()
    assert kept.is_dir()
    open_and_wait(qtbot, window, photos)
    assert not kept.exists()
