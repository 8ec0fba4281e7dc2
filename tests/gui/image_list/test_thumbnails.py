from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from gui.image_list.thumbnail_loader import ThumbnailLoader
from gui.image_list.thumbnail_store import LONGER_SIDE, ThumbnailStore
from segmenter.errors import MaskwrightError

SIZE = QSize(64, 48)


@pytest.fixture
def store(tmp_path: Path) -> ThumbnailStore:
    return ThumbnailStore(tmp_path / "thumbnails")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """red.png … of 300 × 200, each in one colour; and tall.png, black with a white middle."""
    made = tmp_path / "photos"
    made.mkdir()
    for name, color in (("red", (255, 0, 0)), ("green", (0, 255, 0)), ("blue", (0, 0, 255))):
        Image.new("RGB", (300, 200), color).save(made / f"{name}.png")
    tall = np.zeros((400, 100, 3), np.uint8)
    tall[163:237] = 255
    Image.fromarray(tall).save(made / "tall.png")
    return made


@pytest.fixture
def loader(store: ThumbnailStore, photos: Path, qtbot: QtBot) -> Iterator[ThumbnailLoader]:
    made = ThumbnailLoader(store, photos.joinpath, SIZE)
    yield made
    made.close()


class CountingStore(ThumbnailStore):
    """Remembers what it was asked for, and can be held up."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: list[str] = []
        self.gate = threading.Event()

    def thumbnail(self, path: Path) -> NDArray[np.uint8]:
        self.asked.append(path.name)
        self.gate.wait(20)
        return super().thumbnail(path)


def test_a_thumbnail_is_kept_on_disk_and_read_from_there(
    store: ThumbnailStore, photos: Path, tmp_path: Path
) -> None:
    first = store.thumbnail(photos / "red.png")
    assert max(first.shape[:2]) == LONGER_SIDE
    (kept,) = (tmp_path / "thumbnails").glob("*/*.jpg")
    Image.new("RGB", (10, 10), (0, 0, 200)).save(kept)
    assert store.thumbnail(photos / "red.png")[5, 5, 2] > 150


def test_a_changed_file_has_a_new_thumbnail(store: ThumbnailStore, photos: Path) -> None:
    path = photos / "red.png"
    store.thumbnail(path)
    Image.new("RGB", (300, 200), (0, 0, 255)).save(path)
    os.utime(path, ns=(1, 1))
    assert store.thumbnail(path)[5, 5].tolist() == [0, 0, 255]


def test_a_damaged_thumbnail_is_made_again(
    store: ThumbnailStore, photos: Path, tmp_path: Path
) -> None:
    store.thumbnail(photos / "red.png")
    (kept,) = (tmp_path / "thumbnails").glob("*/*.jpg")
    kept.write_bytes(b"")
    assert store.thumbnail(photos / "red.png")[5, 5, 0] > 200


def test_a_folder_that_can_not_be_written_costs_only_the_keeping(
    photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "occupied").write_text("a file, no folder")
    assert ThumbnailStore(tmp_path / "occupied").thumbnail(photos / "red.png")[5, 5, 0] > 200


def test_one_that_can_not_be_kept_leaves_nothing_behind(
    store: ThumbnailStore, photos: Path
) -> None:
    kept = store._kept_file(photos / "red.png")
    assert kept is not None
    (kept / "in the way").mkdir(parents=True)
    assert store.thumbnail(photos / "red.png").shape == (171, 256, 3)
    assert list(kept.parent.iterdir()) == [kept]


def test_what_a_killed_app_left_half_written_goes_when_pruning(
    store: ThumbnailStore, tmp_path: Path
) -> None:
    left = tmp_path / "thumbnails" / "ab" / ".maskwright-0123abcd-x.tmp"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a picture")
    store.prune()
    assert not left.exists()


def test_the_longest_unused_are_pruned(tmp_path: Path, photos: Path) -> None:
    store = ThumbnailStore(tmp_path / "thumbnails", cap=1)
    for number, name in enumerate(("red.png", "green.png")):
        store.thumbnail(photos / name)
        for file in (tmp_path / "thumbnails").glob("*/*.jpg"):
            os.utime(file, ns=(number + 1, number + 1))
    store.prune()
    assert not list((tmp_path / "thumbnails").glob("*/*.jpg"))


def test_an_image_that_can_not_be_loaded_says_so(store: ThumbnailStore, tmp_path: Path) -> None:
    with pytest.raises(MaskwrightError):
        store.thumbnail(tmp_path / "missing.png")


def test_a_thumbnail_arrives_at_the_size_asked_for(loader: ThumbnailLoader, qtbot: QtBot) -> None:
    assert loader.get("red.png") is None
    with qtbot.waitSignal(loader.arrived) as told:
        loader.want(["red.png"])
    assert told.args == ["red.png"]
    thumbnail = loader.get("red.png")
    assert thumbnail is not None
    assert thumbnail.image is not None
    assert thumbnail.image.size() == SIZE
    assert thumbnail.image.pixelColor(30, 20).red() > 240


def test_a_tall_photo_is_cut_to_its_middle(loader: ThumbnailLoader, qtbot: QtBot) -> None:
    with qtbot.waitSignal(loader.arrived):
        loader.want(["tall.png"])
    thumbnail = loader.get("tall.png")
    assert thumbnail is not None
    assert thumbnail.image is not None
    assert thumbnail.image.pixelColor(32, 24).red() > 240
    assert thumbnail.image.pixelColor(2, 45).red() > 240


def test_a_file_that_is_no_image_arrives_without_one(
    loader: ThumbnailLoader, photos: Path, qtbot: QtBot
) -> None:
    (photos / "text.png").write_text("no image")
    with qtbot.waitSignal(loader.arrived):
        loader.want(["text.png"])
    thumbnail = loader.get("text.png")
    assert thumbnail is not None
    assert thumbnail.image is None


def test_what_was_scrolled_past_is_never_loaded(tmp_path: Path, photos: Path, qtbot: QtBot) -> None:
    store = CountingStore(tmp_path / "thumbnails")
    loader = ThumbnailLoader(store, photos.joinpath, SIZE, threads=1)
    loader.want(["red.png", "green.png"])
    qtbot.waitUntil(lambda: store.asked == ["red.png"])
    loader.want(["blue.png"])
    with qtbot.waitSignals([loader.arrived, loader.arrived]):
        store.gate.set()
    assert store.asked == ["red.png", "blue.png"]
    loader.close()


def test_memory_is_capped_by_bytes(store: ThumbnailStore, photos: Path, qtbot: QtBot) -> None:
    one = SIZE.width() * SIZE.height() * 4
    loader = ThumbnailLoader(store, photos.joinpath, SIZE, memory=2 * one, threads=1)
    with qtbot.waitSignals([loader.arrived] * 3):
        loader.want(["red.png", "green.png", "blue.png"])
    held = [name for name in ("red.png", "green.png", "blue.png") if loader.get(name)]
    assert held == ["green.png", "blue.png"]
    loader.close()


def test_after_a_reset_nothing_of_before_arrives(
    tmp_path: Path, photos: Path, qtbot: QtBot
) -> None:
    store = CountingStore(tmp_path / "thumbnails")
    loader = ThumbnailLoader(store, photos.joinpath, SIZE, threads=1)
    loader.want(["red.png"])
    qtbot.waitUntil(lambda: store.asked == ["red.png"])
    loader.reset(photos.joinpath, SIZE * 2)
    loader.want(["blue.png"])
    with qtbot.waitSignal(loader.arrived) as told:
        store.gate.set()
    assert told.args == ["blue.png"]
    assert loader.get("red.png") is None
    blue = loader.get("blue.png")
    assert blue is not None
    assert blue.image is not None
    assert blue.image.size() == SIZE * 2
    loader.close()


def test_closing_stops_the_threads_even_in_the_middle_of_work(
    tmp_path: Path, photos: Path, qtbot: QtBot
) -> None:
    before = threading.active_count()
    store = CountingStore(tmp_path / "thumbnails")
    loader = ThumbnailLoader(store, photos.joinpath, SIZE)
    loader.want(["red.png", "green.png", "blue.png"])
    qtbot.waitUntil(lambda: len(store.asked) == 2)
    store.gate.set()
    with qtbot.assertNotEmitted(loader.arrived):
        loader.close()
    assert threading.active_count() == before
