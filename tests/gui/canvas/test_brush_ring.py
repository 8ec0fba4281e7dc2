"""The ring encloses on the screen exactly what a click would paint.

Runs at the pixel ratio of the environment; test_hidpi_screens.py runs it again at others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QApplication

from gui.canvas.brush_ring import SMALLEST
from gui.canvas.canvas import Canvas
from gui.canvas.content import prepare
from gui.canvas.view_transform import ViewTransform
from segmenter.editing.brush import BrushShape, dab

GREY = (90, 91, 92)
SCALES = [0.25, 0.377, 1.0, 4.455, 11.0]
RATIOS = [1.0, 1.25, 1.5, 2.0]
Picture = Callable[..., NDArray[np.uint8]]
HEIGHT, WIDTH = 900, 1200


@pytest.fixture
def shown(canvas: Canvas) -> Canvas:
    canvas.show_content(prepare(np.full((HEIGHT, WIDTH, 3), GREY, np.uint8)))
    return canvas


def place_around(canvas: Canvas, scale: float, x: float, y: float) -> None:
    """So that the image point (x, y) is near the middle of the view."""
    canvas._move_to(ViewTransform(scale, round(197 - x * scale), round(151 - y * scale)))


def enclosed(bare: NDArray[np.uint8], ringed: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The device pixels that the lines keep from the rest; lines of which one must not step
    over even diagonally."""
    lines = (bare != ringed).any(axis=2)
    outside = np.pad((~lines).astype(np.uint8), 1, constant_values=1)
    _, regions = cv2.connectedComponents(outside, connectivity=8)
    return ~lines & (regions[1:-1, 1:-1] != regions[0, 0])


@pytest.mark.parametrize("shape", list(BrushShape))
@pytest.mark.parametrize("zoom", [(s, r) for s in SCALES for r in RATIOS])
def test_the_ring_encloses_the_device_pixels_of_what_a_click_paints(
    shown: Canvas,
    picture: Picture,
    zoom: tuple[float, float],
    shape: BrushShape,
) -> None:
    scale, ratio = zoom
    for size in (1, 2, 3, 10, 41, 97, 301):
        if not SMALLEST / min(1, ratio) <= size * scale <= 250:
            continue
        for x, y in ((600.0, 450.0), (600.3, 449.55), (601.5, 450.999)):
            place_around(shown, scale, x, y)
            shown.brush_ring.hide()
            bare = picture(ratio)
            assert shown.brush_ring.show_at(x, y, size, shape)
            seen = enclosed(bare, picture(ratio))
            shown.brush_ring.hide()
            painted = np.zeros((HEIGHT, WIDTH), np.uint8)
            stencil = dab(x, y, size, shape)
            painted[stencil.rect.slices] = stencil.pixels
            shown.set_labels(painted)
            expected = (picture(ratio) != bare).any(axis=2)
            shown.set_labels(None)
            assert expected.any()
            np.testing.assert_array_equal(seen, expected, err_msg=f"{size} at {x}, {y}")


@pytest.mark.parametrize("grey", [0, 60, 128, 200, 255])
def test_the_ring_is_seen_on_any_photo(canvas: Canvas, picture: Picture, grey: int) -> None:
    canvas.show_content(prepare(np.full((300, 400, 3), grey, np.uint8)))
    bare = picture().astype(int)
    canvas.brush_ring.show_at(200, 150, 80, BrushShape.ROUND)
    assert np.abs(picture() - bare).max() >= 90


def test_it_is_hidden_where_it_would_be_a_blot(shown: Canvas, picture: Picture) -> None:
    place_around(shown, 0.25, 600, 450)
    bare = picture()
    assert not shown.brush_ring.show_at(600, 450, 9, BrushShape.ROUND)
    np.testing.assert_array_equal(picture(), bare)


@pytest.mark.parametrize("scale", [0.377, 1.0, 4.455, 64.0])
@pytest.mark.parametrize("size", [7, 60, 301, 1000])
def test_wherever_it_goes_nothing_of_it_is_left_behind(
    shown: Canvas, rgb_of: Callable[[QImage], NDArray[np.uint8]], size: int, scale: float
) -> None:
    """What has been painted strip by strip is what a painting anew shows."""

    def on_screen() -> NDArray[np.uint8]:
        QApplication.processEvents()
        device = shown.backingStore().paintDevice()
        assert isinstance(device, QImage)
        return rgb_of(device)

    place_around(shown, scale / shown.devicePixelRatioF(), 600, 450)
    ring = shown.brush_ring
    QApplication.processEvents()
    for x, y, grown in ((600, 450, 0), (603.2, 455.5, 0), (590, 380, 9), (900, 700, 0), (2, -3, 0)):
        ring.show_at(x, y, size + grown, BrushShape.ROUND)
        piecewise = on_screen()
        shown.viewport().update()
        np.testing.assert_array_equal(piecewise, on_screen())
    ring.hide()
    piecewise = on_screen()
    shown.viewport().update()
    np.testing.assert_array_equal(piecewise, on_screen())


def test_a_large_ring_repaints_a_small_part_of_what_it_encloses(shown: Canvas) -> None:
    regions: list[QRegion] = []
    ring = shown.brush_ring
    shown.resize(1000, 1000)
    place_around(shown, 1, 450, 450)
    ring.show_at(450, 450, 801, BrushShape.ROUND)
    ring._repaint = regions.append
    ring.show_at(455, 452, 801, BrushShape.ROUND)
    rects = list(cast(Iterable[QRect], regions[0]))
    area = sum(rect.width() * rect.height() for rect in rects)
    assert area < 0.25 * 801**2
    middle = shown.image_to_view(450, 450)
    assert not any(rect.contains(middle) for rect in rects)
