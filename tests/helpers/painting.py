"""Painting through the window with the events a hand makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from gui.main_window import MainWindow
from segmenter.project.label_png import read_label_png
from segmenter.project.project import Project
from segmenter.project.stored_files import mask_file

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CLASSES = ("background", "cat", "dog", "bird")

Point = tuple[int, int]


def add_classes(folder: Path) -> None:
    """As if a person had named them: background, cat, dog, bird."""
    with Project.open(folder) as project:
        project.class_ids_for(CLASSES)


class Painter:
    """The brush in hand, over the image that the window shows. Points are pixels of the image."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.canvas = window.canvas

    @property
    def mask(self) -> NDArray[np.uint8]:
        return self.canvas.mask

    def choose_brush(self, class_id: int) -> None:
        self.window.workspace.class_panel.select(class_id)
        if not self.window.actions_by_name["tool.brush"].isChecked():
            self.window.actions_by_name["tool.brush"].trigger()

    def press(self, at: Point) -> None:
        QTest.mousePress(self.canvas.viewport(), LEFT, NONE, self._view(at))

    def move(self, at: Point) -> None:
        QTest.mouseMove(self.canvas.viewport(), self._view(at))

    def release(self, at: Point) -> None:
        QTest.mouseRelease(self.canvas.viewport(), LEFT, NONE, self._view(at))

    def stroke(self, *way: Point) -> None:
        """One drag."""
        self.press(way[0])
        for at in way[1:]:
            self.move(at)
        self.release(way[-1])

    def exact(self, at: Point) -> tuple[float, float]:
        """Where in the image an event at ``at`` is, with the fraction of the pixel."""
        return self.canvas.exact_image_point(QPointF(self._view(at)))

    def _view(self, at: Point) -> QPoint:
        return self.canvas.image_to_view(*at)


def stored_mask(window: MainWindow, name: str) -> NDArray[np.uint8] | None:
    """What lies on the disk, read as another program would; None: no file."""
    assert window.project is not None
    return mask_on_disk(window.project.data_folder, name)


def is_stored(window: MainWindow, name: str, labels: NDArray[np.uint8]) -> bool:
    """Whether these are the labels on the disk."""
    assert window.project is not None
    return is_on_disk(window.project.data_folder, name, labels)


def is_on_disk(data_folder: Path, name: str, labels: NDArray[np.uint8]) -> bool:
    mask = mask_on_disk(data_folder, name)
    return mask is not None and np.array_equal(mask, labels)


def mask_on_disk(data_folder: Path, name: str) -> NDArray[np.uint8] | None:
    path = mask_file(data_folder, name)
    return read_label_png(path) if path.exists() else None
