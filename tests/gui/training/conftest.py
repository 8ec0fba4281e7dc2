"""A folder with masks, and a fine-tuning of it that is over within seconds."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow

from gui.main_window import MainWindow
from gui.training.run_request import RunRequest
from gui.training.training import Training
from segmenter.project.project import Project
from segmenter.training.recipes import STANDARD

Request = Callable[..., RunRequest]

TINY = STANDARD.replace(
    epochs=2,
    batch_size=2,
    crop=65,
    steps_per_epoch=2,
    validation_count=2,
    warmup_steps=0,
    patience=0,
    cache_megabytes=32,
)
"""A second's work."""


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
def request_of(small_model: Path) -> Request:
    """A tiny fine-tuning; numbers of the recipe can be changed."""

    def made(**numbers: object) -> RunRequest:
        return RunRequest(TINY.replace(**numbers), str(small_model), device="cpu")

    return made


@pytest.fixture
def training_window(
    make_window: MakeWindow, labelled: Path, qtbot: QtBot
) -> Iterator[MainWindow]:
    """A window on the folder with masks; what still trains at the end is ended."""
    window = make_window(labelled)
    yield window
    end_training(qtbot, window)


def end_training(qtbot: QtBot, window: MainWindow) -> None:
    """So that the window can close unasked."""
    training = training_of(window)
    while training.is_running:
        with qtbot.waitSignal(training.running_changed, timeout=WAIT_MS):
            training.stop()
            training.stop()


def training_of(window: MainWindow) -> Training:
    assert window.teaching is not None
    return window.teaching.training


def python(*lines: str) -> list[str]:
    """A child that does nothing but these lines."""
    return [sys.executable, "-c", "\n".join(lines)]


def copy_of(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to)
    return to
