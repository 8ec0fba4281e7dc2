"""Trouble with the disk is told once and costs nothing: the mask stays, and is saved later."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from painting import Painter, add_classes, is_on_disk, is_stored, stored_mask
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, go_to, states, trigger, wait_idle

from gui.editing.mask_saver import MaskSaver, Saving
from gui.editing.unsaved_dialog import UnsavedDialog
from gui.main_window import MainWindow
from segmenter.project.stored_files import mask_file


def saver_of(window: MainWindow) -> MaskSaver:
    assert window.desk is not None
    return window.desk.correcting.saver


def wait_for_trouble(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: saver_of(window).status is Saving.FAILED and window.jobs.is_idle, timeout=WAIT_MS
    )


def press(window: MainWindow, name: str, qtbot: QtBot) -> None:
    button = window.findChild(QPushButton, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def assert_saved(window: MainWindow, painter: Painter, name: str) -> None:
    assert is_stored(window, name, painter.mask)
    assert states(window)[name] == "corrected"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB of one's own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root may make a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_is_told_once_and_all_is_saved_when_there_is_room(
    make_window: MakeWindow, small_disk: Path, photos: Path, qtbot: QtBot
) -> None:
    for name in ("cat.jpg", "coffee.jpg"):
        shutil.copyfile(photos / name, small_disk / name)
    add_classes(small_disk)
    window = make_window(small_disk)
    go_to(qtbot, window, "cat.jpg")
    painter = Painter(window)
    painter.choose_brush(1)
    painter.stroke((20, 20), (200, 80))
    wait_idle(qtbot, window)
    before = painter.mask.copy()
    filler = small_disk / "filler"
    _fill(filler)
    painter.choose_brush(2)
    painter.stroke((20, 120), (200, 180))
    wait_for_trouble(window, qtbot)
    assert "disk is full" in window.messages.text
    assert window.messages.kind == "error"
    assert window.status._saving.text() == "Not saved"
    assert is_on_disk(small_disk / "maskwright", "cat.jpg", before)
    window.messages.clear()
    painter.stroke((20, 60), (200, 100))
    with qtbot.waitSignal(saver_of(window).status_changed, timeout=WAIT_MS):
        pass  # tried again
    wait_for_trouble(window, qtbot)
    assert window.messages.text == ""
    filler.unlink()
    saver_of(window).retry()
    wait_idle(qtbot, window)
    assert_saved(window, painter, "cat.jpg")
    assert "saved" in window.messages.text
    qtbot.waitUntil(lambda: window.status._saving.text() == "Saved", timeout=WAIT_MS)


def test_a_file_that_may_not_grow_is_trouble_as_well(
    window: MainWindow, painter: Painter, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setattr("logging.raiseExceptions", False)  # the log may not grow either
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        painter.stroke((20, 20), (200, 80))
        wait_for_trouble(window, qtbot)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "cat.jpg.png could not be saved" in window.messages.text.replace("“", "").replace(
        "”", ""
    )
    assert stored_mask(window, "cat.jpg") is None
    press(window, "message_action", qtbot)  # “Try again”
    wait_idle(qtbot, window)
    assert_saved(window, painter, "cat.jpg")


def test_a_folder_that_was_moved_away_is_not_made_anew_and_gets_the_mask_when_it_is_back(
    window: MainWindow, painter: Painter, photos: Path, qtbot: QtBot
) -> None:
    away = photos.with_name("away")
    photos.rename(away)
    painter.stroke((20, 20), (200, 80))
    wait_for_trouble(window, qtbot)
    assert "is gone" in window.messages.text
    assert not photos.exists()
    away.rename(photos)
    qtbot.waitUntil(lambda: saver_of(window).status is Saving.SAVED, timeout=WAIT_MS)
    wait_idle(qtbot, window)
    assert_saved(window, painter, "cat.jpg")


def test_permission_taken_away_is_told_and_the_mask_saved_when_it_is_given_back(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    painter.stroke((20, 20), (200, 80))
    wait_idle(qtbot, window)
    assert window.project is not None
    masks = mask_file(window.project.data_folder, "cat.jpg").parent
    with _unwritable(masks):
        painter.stroke((20, 120), (200, 180))
        wait_for_trouble(window, qtbot)
        assert "may not be written to" in window.messages.text
    painter.stroke((20, 200), (40, 200))  # a new stroke tries again by itself
    qtbot.waitUntil(lambda: saver_of(window).status is Saving.SAVED, timeout=WAIT_MS)
    wait_idle(qtbot, window)
    assert_saved(window, painter, "cat.jpg")


def _fill(filler: Path) -> None:
    """With this file, to the last byte."""
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


class _unwritable:  # noqa: N801 - reads as a function
    """For as long as it lasts nobody writes in this folder, root neither."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        if os.geteuid() != 0:
            self._folder.chmod(0o500)
        elif shutil.which("chattr") is None or self._change("+i"):
            pytest.skip("root may write everywhere, and this file system knows no chattr")

    def __exit__(self, *_: object) -> None:
        if os.geteuid() != 0:
            self._folder.chmod(0o700)
        else:
            self._change("-i")

    def _change(self, how: str) -> int:
        return subprocess.run(["chattr", how, str(self._folder)], capture_output=True).returncode


@pytest.fixture
def half_blocked(window: MainWindow, painter: Painter, qtbot: QtBot) -> Path:
    """The mask of cat.jpg can't be saved until this file goes; others can. cat.jpg is painted on,
    and not saved."""
    assert window.project is not None
    block = mask_file(window.project.data_folder, "cat.jpg")
    block.mkdir(parents=True)  # a folder of that name can't be replaced by a file
    painter.stroke((20, 20), (200, 80))
    wait_for_trouble(window, qtbot)
    return block


def test_other_images_go_on_being_saved(
    window: MainWindow, painter: Painter, half_blocked: Path, qtbot: QtBot
) -> None:
    cat = painter.mask.copy()
    go_to(qtbot, window, "coffee.jpg")
    painter.stroke((50, 50), (150, 90))
    painted = painter.mask.copy()
    qtbot.waitUntil(lambda: stored_mask(window, "coffee.jpg") is not None, timeout=WAIT_MS)
    wait_for_trouble(window, qtbot)
    assert is_stored(window, "coffee.jpg", painted)
    assert saver_of(window).status is Saving.FAILED
    half_blocked.rmdir()
    saver_of(window).retry()
    wait_idle(qtbot, window)
    assert is_stored(window, "cat.jpg", cat)


def test_an_image_that_could_not_be_saved_is_found_again_as_it_was_left(
    window: MainWindow, painter: Painter, half_blocked: Path, qtbot: QtBot
) -> None:
    assert window.desk is not None
    cat = painter.mask.copy()
    go_to(qtbot, window, "coffee.jpg")
    window.desk.view.loader._kept.clear()  # as if many large images had been looked at since
    go_to(qtbot, window, "cat.jpg")
    assert np.array_equal(painter.mask, cat)
    assert window.canvas.kind == "mask"
    trigger(window, "edit.undo")
    assert np.all(painter.mask == 255)
    trigger(window, "edit.redo")
    half_blocked.rmdir()
    saver_of(window).retry()
    wait_idle(qtbot, window)
    assert_saved(window, painter, "cat.jpg")


def test_closing_asks_before_a_mask_is_lost_and_can_be_taken_back(
    window: MainWindow, painter: Painter, half_blocked: Path, qtbot: QtBot
) -> None:
    window.close()
    assert window.isVisible()
    dialog = window.findChild(UnsavedDialog)
    assert dialog is not None
    assert dialog.isVisible()
    press(window, "unsaved_cancel", qtbot)
    assert window.isVisible()
    painter.stroke((20, 120), (200, 180))  # life goes on
    painted = painter.mask.copy()
    assert window.project is not None
    data_folder = window.project.data_folder
    half_blocked.rmdir()
    window.close()
    assert not window.isVisible()
    assert is_on_disk(data_folder, "cat.jpg", painted)


def test_try_again_in_the_dialog_saves_and_closes(
    window: MainWindow, painter: Painter, half_blocked: Path, qtbot: QtBot
) -> None:
    window.close()
    press(window, "unsaved_again", qtbot)  # in vain, and asked again
    assert window.isVisible()
    half_blocked.rmdir()
    painted = painter.mask.copy()
    assert window.project is not None
    data_folder = window.project.data_folder
    press(window, "unsaved_again", qtbot)
    assert not window.isVisible()
    assert is_on_disk(data_folder, "cat.jpg", painted)


def test_a_person_may_close_without_saving(
    window: MainWindow, half_blocked: Path, qtbot: QtBot
) -> None:
    window.close()
    press(window, "unsaved_without", qtbot)
    assert not window.isVisible()


def test_another_folder_is_opened_only_after_the_question(
    window: MainWindow, half_blocked: Path, photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copyfile(photos / "cat.jpg", other / "only.jpg")
    window.open_folder(other)
    assert window.project is not None
    assert window.project.folder == photos
    press(window, "unsaved_without", qtbot)
    wait_idle(qtbot, window)
    assert window.project.folder == other


def lose_image_while_painting(window: MainWindow, painter: Painter, qtbot: QtBot) -> Path:
    """A stroke on an image that is no longer in the folder, and one on it before that."""
    assert window.project is not None
    path = window.project.folder / "cat.jpg"
    painter.stroke((20, 20), (200, 80))
    wait_idle(qtbot, window)
    painter.press((20, 120))
    painter.move((100, 150))
    away = path.rename(path.with_name("cat.away"))
    trigger(window, "file.refresh")
    painter.move((200, 180))
    painter.release((200, 180))
    wait_for_trouble(window, qtbot)
    return away


def test_strokes_on_an_image_that_was_deleted_can_be_dropped(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    away = lose_image_while_painting(window, painter, qtbot)
    assert "“cat.jpg” is not in the folder any more" in window.messages.text
    press(window, "message_action", qtbot)  # “Drop the strokes”
    assert saver_of(window).unsaved == []
    away.rename(away.with_name("cat.jpg"))
    trigger(window, "file.refresh")
    wait_idle(qtbot, window)
    go_to(qtbot, window, "cat.jpg")
    assert is_stored(window, "cat.jpg", painter.mask)  # what the disk holds is shown
    trigger(window, "file.close")
    assert window.project is None  # unasked


def test_strokes_on_an_image_that_was_deleted_are_saved_when_it_is_back(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    away = lose_image_while_painting(window, painter, qtbot)
    away.rename(away.with_name("cat.jpg"))
    trigger(window, "file.refresh")
    qtbot.waitUntil(lambda: saver_of(window).status is Saving.SAVED, timeout=WAIT_MS)
    wait_idle(qtbot, window)
    go_to(qtbot, window, "cat.jpg")
    assert painter.mask[150, 100] == painter.mask[20, 20]
    assert_saved(window, painter, "cat.jpg")
