"""What the rows look like, and which thumbnails are loaded for them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.image_list import ImageListPanel
from gui.image_list.state_look import draw_badge, state_color
from gui.image_list.view import ImageListView
from segmenter.project.state import State


def picture_of_row(panel: ImageListPanel, row: int) -> np.ndarray:
    view = panel.findChild(ImageListView)
    assert isinstance(view, ImageListView)
    rect = view.visualRect(view.model().index(row, 0))
    image = view.viewport().grab(rect).toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return data[:, : image.width(), 2::-1].astype(int)


def test_the_thumbnails_of_the_rows_in_sight_come_by_themselves(
    listed: ImageListPanel, qtbot: QtBot
) -> None:
    def has_photo() -> bool:
        # The thumbnail's place, well inside: a photo is anything but one flat colour.
        return float(picture_of_row(listed, 1)[16:48, 20:70].std()) > 10

    qtbot.waitUntil(has_photo)


def test_selection_is_seen(listed: ImageListPanel) -> None:
    listed.select("img1.jpg")
    QApplication.processEvents()
    highlight = listed.palette().color(QPalette.ColorRole.Highlight)
    strong = np.array([highlight.red(), highlight.green(), highlight.blue()])
    at_edge = [picture_of_row(listed, row)[32, 8] for row in (1, 2)]
    distance = [np.abs(each - strong).sum() for each in at_edge]
    assert distance[0] < distance[1]


def luminance(color: QColor) -> float:
    channels = [color.redF(), color.greenF(), color.blueF()]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", ["#ffffff", "#f3f4f6", "#191b1f", "#202327"])
@pytest.mark.parametrize("state", list(State))
def test_state_words_can_be_read_on_light_and_dark(state: State, ground: str) -> None:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor(ground))
    low, high = sorted((luminance(state_color(state, palette)), luminance(QColor(ground))))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def badge(state: State, pixels: int) -> np.ndarray:
    image = QImage(pixels, pixels, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    draw_badge(painter, state, QRectF(0, 0, pixels, pixels), QColor(0, 0, 0))
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(pixels, -1)[:, :pixels].astype(int)


def test_every_state_has_a_shape_of_its_own(qtbot: QtBot) -> None:
    """They tell states apart without colour, so no two may look alike."""
    shapes = {state: badge(state, 24) for state in State}
    for one in State:
        assert (shapes[one] < 128).sum() > 40
        for other in State:
            if one is not other:
                assert np.abs(shapes[one] - shapes[other]).mean() > 10
