"""A window over real photos with masks, and a second folder of the same photos without any."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from formats_window import CLASSES, labels_for
from importing_window import exported
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot
from windows import MakeWindow, go_to, wait_idle

from gui.main_window import MainWindow
from segmenter.project.project import Project


@pytest.fixture
def labelled_photos(photos: Path) -> Path:
    """One corrected image, one approved, one predicted, one new; four classes, ids with a gap."""
    with Project.open(photos) as project:
        project.scan()
        for name, class_id in CLASSES.items():
            project.add_class(name, wanted_id=class_id)
        project.save_mask("astronaut.jpg", labels_for(project, "astronaut.jpg", 1))
        project.save_mask("cat.jpg", labels_for(project, "cat.jpg", 2), approved=True)
        labels = labels_for(project, "coffee.jpg", 3)
        project.save_prediction("coffee.jpg", labels, np.full_like(labels, 200), 0.1)
    return photos


@pytest.fixture
def labelled(make_window: MakeWindow, labelled_photos: Path, qtbot: QtBot) -> MainWindow:
    window = make_window(labelled_photos)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    go_to(qtbot, window, "astronaut.jpg")
    wait_idle(qtbot, window)
    return window


@pytest.fixture
def many_photos(tmp_path: Path, sample: Path) -> Path:
    """Forty images with masks: enough for something to happen while they are exported."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(40):
        shutil.copyfile(sample / "astronaut.jpg", folder / f"{number:02}.jpg")
    with Project.open(folder) as project:
        project.scan()
        for name, class_id in CLASSES.items():
            project.add_class(name, wanted_id=class_id)
        for seed, record in enumerate(project.images()):
            project.save_mask(record.name, labels_for(project, record.name, seed))
    return folder


@pytest.fixture
def bare_photos(tmp_path: Path, photos: Path) -> Path:
    """The same photos in another folder, as nobody has opened them yet."""
    folder = tmp_path / "other"
    folder.mkdir()
    for photo in photos.glob("*.jpg"):
        shutil.copyfile(photo, folder / photo.name)
    return folder


@pytest.fixture
def shown_places(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system was asked to show; the test's machine shows nothing."""
    places: list[str] = []

    def note(url: object) -> bool:
        places.append(url.toLocalFile())  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    return places


@pytest.fixture
def source(labelled_photos: Path, tmp_path: Path) -> Path:
    """Labels of three of the four photos: astronaut, cat and coffee."""
    return exported(labelled_photos, tmp_path / "source")


@pytest.fixture
def window(make_window: MakeWindow, bare_photos: Path, qtbot: QtBot) -> MainWindow:
    """The photos without a mask, the first of them on the canvas."""
    made = make_window(bare_photos)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    go_to(qtbot, made, "astronaut.jpg")
    return made
