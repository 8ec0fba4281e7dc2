"""Images whose files became others while their folder is open."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from painting import Painter, add_classes, is_stored, mask_on_disk
from PIL import Image
from pytestqt.qtbot import QtBot
from windows import MakeWindow, go_to, run, trigger, wait_idle

from gui.canvas.content import LabelKind
from gui.main_window import MainWindow

GREEN = (9, 200, 9)
GREEN_PIXEL = 0xFF09C809


@pytest.fixture
def window(make_window: MakeWindow, photos: Path) -> MainWindow:
    for name in ("astronaut.jpg", "cat.jpg"):  # no noise of JPEG
        with Image.open(photos / name) as image:
            image.save(photos / name.replace("jpg", "png"))
        (photos / name).unlink()
    add_classes(photos)
    window = make_window(photos)
    assert window.shown_name == "astronaut.png"
    return window


def replace(path: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size, GREEN).save(path)


def size_of(window: MainWindow) -> tuple[int, int]:
    content = window.canvas.content
    assert content is not None
    return content.width, content.height


def corner(window: MainWindow) -> int:
    content = window.canvas.content
    assert content is not None
    return int(content.photo.pixels[10, 10])


def test_one_of_the_same_size_is_shown_as_it_is_now(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    size = size_of(window)
    painter = Painter(window)
    painter.choose_brush(1)
    painter.stroke((60, 60), (200, 60))
    wait_idle(qtbot, window)
    before = painter.mask.copy()
    go_to(qtbot, window, "cat.png")
    replace(photos / "astronaut.png", size)  # shown before, and kept
    replace(photos / "cat.png", size_of(window))
    assert corner(window) != GREEN_PIXEL
    run(qtbot, window, "file.refresh")
    assert corner(window) == GREEN_PIXEL
    go_to(qtbot, window, "astronaut.png")
    assert corner(window) == GREEN_PIXEL
    np.testing.assert_array_equal(painter.mask, before)


def test_one_of_another_size_takes_predictions_and_strokes_of_its_own(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    run(qtbot, window, "segment.image")
    replace(photos / "astronaut.png", (300, 200))
    run(qtbot, window, "file.refresh")
    assert size_of(window) == (300, 200)
    run(qtbot, window, "segment.image")
    content = window.canvas.content
    assert content is not None
    assert content.labels is not None
    assert content.kind is LabelKind.PREDICTION
    painter = Painter(window)
    painter.choose_brush(2)
    painter.stroke((50, 50), (250, 150))
    wait_idle(qtbot, window)
    assert painter.mask.shape == (200, 300)
    assert is_stored(window, "astronaut.png", painter.mask)


def test_a_stroke_under_way_is_kept_beside_the_new_mask(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    width, height = size_of(window)
    painter = Painter(window)
    painter.choose_brush(2)
    painter.press((50, 50))
    painter.move((width - 50, height - 50))
    replace(photos / "astronaut.png", (300, 200))
    run(qtbot, window, "file.refresh")
    painter.release((100, 100))
    wait_idle(qtbot, window)
    assert window.project is not None
    old = mask_on_disk(window.project.data_folder, "astronaut.png")
    assert old is not None
    assert old.shape == (height, width)
    assert (old == 2).any()
    painter.stroke((50, 50), (250, 150))
    wait_idle(qtbot, window)
    assert is_stored(window, "astronaut.png", painter.mask)
    assert list((window.project.data_folder / "masks").glob("astronaut.png.png.old*"))


def test_one_that_could_not_be_read_is_shown_once_it_can(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    shutil.move(photos / "cat.png", photos.with_name("cat.png"))
    (photos / "cat.png").write_bytes(b"half a file")
    run(qtbot, window, "file.refresh")
    go_to(qtbot, window, "cat.png")
    assert not window.shown_name
    shutil.copy(photos.with_name("cat.png"), photos / "cat.png")
    run(qtbot, window, "file.refresh")
    assert window.shown_name == "cat.png"


def test_who_only_looks_sees_each_new_mask_on_refresh(
    window: MainWindow, make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    looking = make_window(photos)
    assert looking.project is not None
    assert looking.project.read_only
    painter = Painter(window)
    painter.choose_brush(1)
    for way in (((50, 50), (99, 99)), ((150, 50), (199, 99))):
        painter.stroke(*way)
        wait_idle(qtbot, window)
        trigger(looking, "file.refresh")
        wait_idle(qtbot, looking)
        content = looking.canvas.content
        assert content is not None
        assert content.labels is not None
        np.testing.assert_array_equal(content.labels, painter.mask)
