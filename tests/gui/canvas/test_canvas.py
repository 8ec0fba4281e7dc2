"""What the canvas holds and tells."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.canvas.canvas import Canvas
from gui.canvas.content import LabelKind, prepare
from gui.canvas.legend import ConfidenceLegend

RGB = np.zeros((20, 30, 3), np.uint8)


def test_showing_prepared_content_copies_nothing(canvas: Canvas) -> None:
    labels = np.zeros((20, 30), np.uint8)
    content = prepare(RGB, labels)
    canvas.show_content(content)
    assert canvas.content is content
    assert canvas.mask is labels


def test_the_mask_can_be_edited_in_place(canvas: Canvas) -> None:
    canvas.set_image(RGB)
    assert canvas.kind is None
    canvas.mask[3, 4] = 7
    assert canvas.mask[3, 4] == 7
    assert (canvas.mask == 255).sum() == 599


def test_labels_are_replaced_and_taken_away(canvas: Canvas) -> None:
    canvas.set_image(RGB)
    labels = np.ones((20, 30), np.uint8)
    canvas.set_labels(labels, "prediction")
    assert canvas.mask is labels
    assert canvas.kind is LabelKind.PREDICTION
    canvas.set_labels(None)
    assert (canvas.mask == 255).all()
    assert canvas.kind is None


def test_without_an_image_there_is_an_empty_mask_and_nothing_to_do(canvas: Canvas) -> None:
    assert canvas.mask.shape == (0, 0)
    canvas.fit()
    canvas.actual_size()
    canvas.zoom_in()
    canvas.pan_by(5, 5)
    canvas.refresh(QRect(0, 0, 5, 5))
    canvas.resize(500, 400)
    QTest.mouseMove(canvas.viewport(), canvas.rect().center())
    QApplication.processEvents()
    canvas.set_image(RGB)
    canvas.clear()
    assert canvas.content is None
    assert canvas.mask.shape == (0, 0)


@pytest.mark.parametrize("call", ["set_labels", "set_confidence"])
def test_maps_of_another_size_are_refused(canvas: Canvas, call: str) -> None:
    canvas.set_image(RGB)
    with pytest.raises(ValueError, match="uint8 20×30"):
        getattr(canvas, call)(np.zeros((30, 20), np.uint8))


def test_maps_without_an_image_are_refused(canvas: Canvas) -> None:
    with pytest.raises(ValueError, match="no image"):
        canvas.set_labels(np.zeros((20, 30), np.uint8))


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (3, 2)])
def test_images_of_any_shape_are_shown(canvas: Canvas, shape: tuple[int, int]) -> None:
    canvas.set_outline(True)
    canvas.show_content(prepare(np.zeros((*shape, 3), np.uint8), np.ones(shape, np.uint8)))
    for zoom in (canvas.fit, canvas.actual_size, *[canvas.zoom_in] * 30):
        zoom()
        canvas.grab()
    assert canvas.view_to_image(canvas.image_to_view(shape[1] - 1, 0)) == (shape[1] - 1, 0)


def test_the_heat_map_comes_with_its_key(canvas: Canvas) -> None:
    legend = canvas.findChild(ConfidenceLegend)
    assert isinstance(legend, ConfidenceLegend)
    canvas.set_confidence_visible(True)
    canvas.set_image(RGB)
    assert not legend.isVisible()
    canvas.set_confidence(np.zeros((20, 30), np.uint8))
    assert legend.isVisible()
    canvas.set_compare(True)
    assert not legend.isVisible()
    canvas.set_compare(False)
    canvas.set_confidence_visible(False)
    assert not legend.isVisible()


def test_the_key_lets_the_pointer_through(canvas: Canvas) -> None:
    legend = canvas.findChild(ConfidenceLegend)
    assert isinstance(legend, ConfidenceLegend)
    assert legend.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


def test_points_beside_the_image_count_on(canvas: Canvas) -> None:
    canvas.set_image(RGB)
    corner = canvas.image_to_view(0, 0)
    x, y = canvas.view_to_image(QPointF(corner) - QPointF(2 * canvas.zoom, 3 * canvas.zoom))
    assert (x, y) == (-2, -3)


def test_the_ground_follows_light_and_dark(canvas: Canvas) -> None:
    palette = canvas.palette()
    palette.setColor(palette.ColorRole.Window, Qt.GlobalColor.black)
    canvas.setPalette(palette)
    assert canvas.backgroundBrush().color().lightness() < 30
    palette.setColor(palette.ColorRole.Window, Qt.GlobalColor.white)
    canvas.setPalette(palette)
    assert 200 < canvas.backgroundBrush().color().lightness() < 250
