"""A canvas on the (off-screen) screen, and pictures of it at any pixel ratio."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

import numpy as np
import pictures
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.canvas.canvas import Canvas
from gui.canvas.content import prepare
from segmenter.project.classes import LabelClass

CLASSES = [
    LabelClass(0, "background", (0, 0, 0)),
    LabelClass(1, "cat", (230, 57, 70)),
    LabelClass(2, "dog", (42, 157, 244)),
    LabelClass(7, "grass", (0, 200, 0)),
]


@pytest.fixture
def classes() -> list[LabelClass]:
    return CLASSES


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[Canvas]:
    """400 × 300 logical pixels, with the classes above at full opacity."""
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.set_classes(CLASSES)
    made.set_opacity(1.0)
    made.show()
    yield made
    made.close()


@pytest.fixture
def speckled() -> NDArray[np.uint8]:
    """A label map no two neighbours of which need agree, of awkward size: 37 × 53."""
    rng = np.random.default_rng(2)
    return rng.choice(np.array([0, 1, 2, 7, 255], np.uint8), size=(37, 53))


@pytest.fixture
def picture(canvas: Canvas) -> Callable[..., NDArray[np.uint8]]:
    """``picture(ratio=1.0)``: what the viewport shows, uint8 h×w×3 RGB in device pixels."""

    def take(ratio: float = 1.0) -> NDArray[np.uint8]:
        size = canvas.viewport().size() * ratio
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        canvas.viewport().render(image)
        return pictures.rgb_of(image)

    return take


@pytest.fixture
def on_screen(canvas: Canvas) -> Callable[[], NDArray[np.uint8]]:
    """Takes the window's own pixels as they are now; nothing is painted for it."""
    return partial(pictures.on_screen, canvas)


@pytest.fixture
def shown(canvas: Canvas, qtbot: QtBot) -> Canvas:
    """A busy photo under a busy mask of 400 × 300, half clear."""
    rng = np.random.default_rng(5)
    blocks = rng.choice(np.array([0, 1, 2, 255], np.uint8), size=(30, 40))
    labels = np.kron(blocks, np.ones((10, 10), np.uint8))
    photo = rng.integers(0, 256, (300, 400, 3), dtype=np.uint8)
    with qtbot.waitExposed(canvas):
        canvas.show_content(prepare(photo, labels))
    canvas.set_opacity(0.5)
    QApplication.processEvents()
    return canvas


@pytest.fixture
def expected_labels() -> Callable[..., NDArray[np.int_]]:
    """The class id each device pixel is to show, −1 beside the image; see below."""
    return _expected_labels


def _shown_index(device: int, scale: float, offset: int, size: int) -> int | None:
    """The image column a device column shows, in exact arithmetic: the one its centre is in."""
    index = (Fraction(device) + Fraction(1, 2) - offset) / Fraction(scale)
    return int(index) if 0 <= index < size else None


def _expected_labels(
    labels: NDArray[np.uint8], scale: float, offset: tuple[int, int], shape: tuple[int, int]
) -> NDArray[np.int_]:
    """The class id each device pixel shows, −1 beside the image."""
    columns = [_shown_index(x, scale, offset[0], labels.shape[1]) for x in range(shape[1])]
    rows = [_shown_index(y, scale, offset[1], labels.shape[0]) for y in range(shape[0])]
    picked = np.full(shape, -1)
    for y, row in enumerate(rows):
        for x, column in enumerate(columns):
            if row is not None and column is not None:
                picked[y, x] = labels[row, column]
    return picked
