"""What has really been painted, piece by piece, is what a painting anew would show.

Runs at the pixel ratio of the environment; test_hidpi_screens.py runs it again at 1.5 and 2.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect

from gui.canvas.canvas import Canvas
from gui.canvas.canvas_item import OverlayStyle
from segmenter.project.classes import LabelClass

Screen = Callable[[], NDArray[np.uint8]]


@pytest.fixture
def painted_anew(shown: Canvas, on_screen: Screen) -> Screen:
    def take() -> NDArray[np.uint8]:
        shown.refresh()  # what was kept of the picture doesn't count
        return on_screen()

    return take


def assert_alike(piecewise: NDArray[np.uint8], anew: NDArray[np.uint8]) -> None:
    """But for the last bits of smoothing: Qt steps across a photo in 1/65,536 of a pixel, from
    wherever it starts, and this photo is noise."""
    difference = np.abs(piecewise.astype(int) - anew)
    assert difference.max() <= 3
    assert difference.mean() < 0.05


def zoom_to(canvas: Canvas, device_scale: float) -> None:
    canvas.zoom_by(device_scale / canvas.zoom)
    canvas.pan_by(-37, 11)


@pytest.mark.parametrize("style", list(OverlayStyle))
@pytest.mark.parametrize("scale", [0.47, 1.0, 2.4, 5.3])
def test_an_edit_repaints_all_it_changed(
    shown: Canvas, on_screen: Screen, painted_anew: Screen, style: OverlayStyle, scale: float
) -> None:
    shown.set_overlay_style(style)
    zoom_to(shown, scale)
    before = on_screen()
    rng = np.random.default_rng(7)
    for _ in range(8):
        x, y = (int(value) for value in rng.integers(100, 250, 2))
        size = int(rng.integers(1, 50))
        shown.mask[y : y + size, x : x + size] = rng.choice([0, 1, 2, 7, 255])
        shown.refresh(QRect(x, y, size, size))
        on_screen()
    edited = on_screen()
    assert (edited != before).any()
    assert_alike(edited, painted_anew())


def test_an_edit_repaints_nothing_else(shown: Canvas, on_screen: Screen) -> None:
    zoom_to(shown, 2.0)
    before = on_screen()
    shown.mask[:] = 7
    shown.refresh(QRect(180, 140, 20, 20))
    changed = np.argwhere((on_screen() != before).any(axis=2))
    ratio = shown.devicePixelRatioF()
    top_left, bottom_right = shown.image_to_view(180, 140), shown.image_to_view(200, 160)
    slack = 6 * ratio  # a repaint begins and ends with whole pixels of the screen
    assert (changed >= np.array([top_left.y(), top_left.x()]) * ratio - slack).all()
    assert (changed <= np.array([bottom_right.y(), bottom_right.x()]) * ratio + slack).all()
    assert len(changed) > 1000


@pytest.mark.parametrize("scale", [0.8, 1.0, 3.7])
def test_panning_leaves_no_trace(
    shown: Canvas, on_screen: Screen, painted_anew: Screen, scale: float
) -> None:
    shown.set_overlay_style(OverlayStyle.FILL_AND_OUTLINE)
    zoom_to(shown, scale)
    for dx, dy in ((3, 0), (0, -5), (17, 8), (-41, 1), (1, 1)):
        shown.pan_by(dx, dy)
        on_screen()
    panned = on_screen()
    assert_alike(panned, painted_anew())


def test_pointing_names_the_pixel_that_is_seen(shown: Canvas, on_screen: Screen) -> None:
    """Every image pixel has its own colour here, so the screen says which one it shows."""
    y, x = np.mgrid[0:40, 0:60]
    photo = np.stack([x * 4, y * 6, np.full_like(x, 77)], axis=2).astype(np.uint8)
    shown.set_image(photo)
    zoom_to(shown, 5.3)
    seen = on_screen()
    ratio = shown.devicePixelRatioF()
    tried = 0
    for view_y in range(3, 290, 7):
        for view_x in range(2, 390, 7):
            column, row = shown.view_to_image(QPointF(view_x, view_y))
            if 0 <= column < 60 and 0 <= row < 40:
                color = seen[int(view_y * ratio), int(view_x * ratio)]
                assert color.tolist() == [column * 4, row * 6, 77]
                tried += 1
    assert tried > 200


@pytest.mark.parametrize("device_scale", [1.0, 1.7, 4.0, 23.0])
def test_an_image_pixel_is_found_in_the_view_and_back(shown: Canvas, device_scale: float) -> None:
    if device_scale == 1.0 and shown.devicePixelRatioF() % 1:
        pytest.skip("no whole view pixel need show an image pixel of its own size, aside of it")
    device_scale *= shown.devicePixelRatioF()
    for at in ((0, 0), (399, 299), (201, 17)):
        zoom_to(shown, device_scale)
        view = shown.image_to_view(*at)
        assert shown.view_to_image(view) == at


def test_actual_size_is_one_image_pixel_on_one_device_pixel(
    shown: Canvas, on_screen: Screen
) -> None:
    shown.set_overlay_visible(False)
    shown.actual_size()
    assert shown.zoom == pytest.approx(1.0)
    ratio = shown.devicePixelRatioF()
    corner = shown.view_to_image(QPointF(100, 100))
    seen = on_screen()
    content = shown.content
    assert content is not None
    for step in range(30):
        expected = content.photo.levels[0][corner[1] + step, corner[0] + step, 2::-1]
        at = (int(100 * ratio) + step, int(100 * ratio) + step)
        assert seen[at].tolist() == expected.tolist()


def test_class_colours_reach_the_screen_unaltered(
    shown: Canvas, on_screen: Screen, classes: list[LabelClass]
) -> None:
    shown.set_opacity(1.0)
    zoom_to(shown, 4.0)
    seen = on_screen()
    ratio = shown.devicePixelRatioF()
    for each in classes[1:3]:
        views = [shown.image_to_view(int(x), int(y)) for y, x in np.argwhere(shown.mask == each.id)]
        inside = [view for view in views if shown.rect().contains(view)]
        assert inside
        for view in inside[::50]:
            at = (int(view.y() * ratio), int(view.x() * ratio))
            assert seen[at].tolist() == list(each.color)
