"""A folder with five classes and masks of two images, for tests of what changes classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gui.main_window import MainWindow
from segmenter.project.project import Project

BACKGROUND, CAT, KITTY, DOG, BIRD = range(5)
FIRST, SECOND = "astronaut.jpg", "cat.jpg"

Labels = NDArray[np.uint8]


def project_of(window: MainWindow) -> Project:
    assert window.project is not None
    return window.project


def names(window: MainWindow) -> list[str]:
    return [each.name for each in project_of(window).classes]


def labels_for(window: MainWindow, name: str, seed: int) -> Labels:
    height, width = project_of(window).load_image(name).shape[:2]
    small = np.random.default_rng(seed).integers(0, 4, (9, 13)).astype(np.uint8)
    return np.kron(small, np.ones((64, 64), np.uint8))[:height, :width].copy()
