"""A window on four photos that are predicted already, one of them corrected, and a brush."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from painting import Painter, add_classes
from windows import MakeWindow

from gui.main_window import MainWindow
from segmenter.project.project import Project

UNCERTAINTY = {"astronaut.jpg": 0.2, "cat.jpg": 0.4, "coffee.jpg": 0.1, "rocket.jpg": 0.3}


def predicted_labels(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """A disc of class 1 in the middle."""
    labels = np.zeros(shape[:2], np.uint8)
    cv2.circle(labels, (shape[1] // 2, shape[0] // 2), shape[0] // 4, 1, -1)
    return labels


@pytest.fixture
def predicted(photos: Path) -> Path:
    """The folder; its predictions are made by hand, so that every test knows them."""
    add_classes(photos)
    with Project.open(photos) as project:
        project.scan()
        for name, uncertainty in UNCERTAINTY.items():
            labels = predicted_labels(project.load_image(name).shape)
            project.save_prediction(name, labels, np.full_like(labels, 200), uncertainty)
    return photos


@pytest.fixture
def window(make_window: MakeWindow, predicted: Path) -> MainWindow:
    return make_window(predicted)


@pytest.fixture
def painter(window: MainWindow) -> Painter:
    painter = Painter(window)
    painter.choose_brush(2)
    return painter
