"""For tests of the window: real photos, a real (small, untrained) model, the real event loop."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from windows import MakeWindow, wait_idle

from gui.app import build
from gui.main_window import MainWindow
from gui.settings import Settings

SMALL_PHOTOS = ("astronaut.jpg", "cat.jpg", "coffee.jpg", "rocket.jpg")


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["maskwright"]


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Path:
    """A model file with two classes, quick and untrained."""
    from small_model import save_small_model

    path = tmp_path_factory.mktemp("models") / "small.safetensors"
    save_small_model(path, sample / "astronaut.jpg")
    return path


@pytest.fixture
def photos(tmp_path: Path, sample: Path) -> Path:
    """A folder of one's own with four of the sample photos."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in SMALL_PHOTOS:
        shutil.copyfile(sample / name, folder / name)
    return folder


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with an app that was never started before."""
    for name in ("CONFIG", "CACHE", "DATA"):
        monkeypatch.setenv(f"MASKWRIGHT_{name}", str(tmp_path / f"own-{name.lower()}"))


@pytest.fixture
def make_window(qapp: QApplication, small_model: Path, qtbot: QtBot) -> Iterator[MakeWindow]:
    """Makes windows as ``maskwright [FOLDER]`` does, shown and quiet; closes them afterwards."""
    made: list[MainWindow] = []

    def make(*arguments: str | Path, model: str | Path = small_model) -> MainWindow:
        settings = Settings()
        settings.model = str(model)
        settings.save()
        _, window = build(["maskwright", *(str(each) for each in arguments)])
        made.append(window)
        window.resize(1100, 700)
        window.show()
        qtbot.waitExposed(window)
        if arguments:
            wait_idle(qtbot, window)
        return window

    yield make
    for window in made:
        window.close()
        assert window.inference.wait_for_end(20.0)
        window.deleteLater()
    qapp.sendPostedEvents()
    qapp.processEvents()


@pytest.fixture
def window(make_window: MakeWindow, photos: Path) -> MainWindow:
    """A window with the four photos open."""
    return make_window(photos)
