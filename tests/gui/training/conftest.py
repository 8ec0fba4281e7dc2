"""A folder with masks, and a fine-tuning of it that is over within seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from learning import FEW_STEPS, Watch, correct, use_recipe
from painting import add_classes
from pytestqt.qtbot import QtBot
from trainings import TINY, RequestOf, end_training
from windows import MakeWindow

from gui.main_window import MainWindow
from gui.training.run_request import RunRequest
from segmenter.project.project import Project


@pytest.fixture
def labelled(photos: Path) -> Path:
    """Four photos with masks: a round object before the background, and a strip nobody has
    labelled."""
    with Project.open(photos) as project:
        project.scan()
        background, thing = (int(id) for id in project.class_ids_for(("background", "object")))
        for record in project.images():
            height, width = project.load_image(record.name).shape[:2]
            mask = np.full((height, width), background, np.uint8)
            cv2.circle(mask, (width // 2, height // 2), height // 3, thing, -1)
            mask[: height // 10] = 255
            project.save_mask(record.name, mask)
    return photos


@pytest.fixture
def request_of(small_model: Path) -> RequestOf:
    """A tiny fine-tuning; numbers of the recipe can be changed."""

    def made(**numbers: object) -> RunRequest:
        return RunRequest(TINY.replace(**numbers), str(small_model), device="cpu")

    return made


@pytest.fixture
def training_window(make_window: MakeWindow, labelled: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window on the folder with masks; what still trains at the end is ended."""
    window = make_window(labelled)
    yield window
    if not window.isHidden():
        end_training(qtbot, window)


@pytest.fixture
def taught(make_window: MakeWindow, photos: Path, qtbot: QtBot) -> MainWindow:
    """A window with the four photos, two of which are corrected; learning takes a moment."""
    add_classes(photos)
    window = make_window(photos)
    for name in ("cat.jpg", "astronaut.jpg"):
        correct(qtbot, window, name)
    window.messages.clear()
    use_recipe(window, FEW_STEPS)
    return window


@pytest.fixture
def watch(taught: MainWindow) -> Watch:
    return Watch(taught.inference)
