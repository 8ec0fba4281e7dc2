"""The ring encloses exactly the pixels of the screen that show what a dab covers."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

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
