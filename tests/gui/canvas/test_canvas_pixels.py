"""What is on the screen, pixel for pixel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from gui.canvas.canvas import Canvas
from gui.canvas.canvas_item import OverlayStyle
from gui.canvas.content import prepare
from gui.canvas.view_transform import ViewTransform

SCALES = [0.25, 0.377, 0.5, 1.0, 1.3137, 2.0, 3.0, 5.7123, 16.0, 64.0]
RATIOS = [1.0, 1.25, 1.5, 2.0]
GREY = (90, 91, 92)
COLOR_OF = {0: GREY, 1: (230, 57, 70), 2: (42, 157, 244), 7: (0, 200, 0), 255: GREY}
"""Of the fixture's classes, over a grey photo."""
Picture = Callable[..., NDArray[np.uint8]]


def place_at(canvas: Canvas, scale: float, dx: int, dy: int) -> None:
    canvas._move_to(ViewTransform(scale, dx, dy))


def background(canvas: Canvas) -> tuple[int, int, int]:
    color = canvas.backgroundBrush().color()
    return color.red(), color.green(), color.blue()


def in_colors(canvas: Canvas, ids: NDArray[np.int_]) -> NDArray[np.uint8]:
    result = np.empty((*ids.shape, 3), np.uint8)
    for value, color in (COLOR_OF | {-1: background(canvas)}).items():
        result[ids == value] = color
    return result


def show_speckled(canvas: Canvas, labels: NDArray[np.uint8]) -> None:
    canvas.show_content(prepare(np.full((*labels.shape, 3), GREY, np.uint8), labels))


@pytest.mark.parametrize("zoom", [(s, r) for s in SCALES for r in RATIOS])
def test_every_device_pixel_shows_the_label_its_centre_lies_in(
    canvas: Canvas,
    picture: Picture,
    speckled: NDArray[np.uint8],
    expected_labels: Callable[..., NDArray[np.int_]],
    zoom: tuple[float, float],
) -> None:
    scale, ratio = zoom
    show_speckled(canvas, speckled)
    place_at(canvas, scale, 21, -14)
    seen = picture(ratio)
    # Offsets are rounded to whole device pixels, half upwards.
    offset = (int(21 * ratio + 0.5), -int(14 * ratio))
    ids = expected_labels(speckled, scale * ratio, offset, seen.shape[:2])
    np.testing.assert_array_equal(seen, in_colors(canvas, ids))


@pytest.mark.parametrize("ratio", RATIOS)
def test_at_actual_size_the_photo_is_copied_pixel_for_pixel(
    canvas: Canvas, picture: Picture, ratio: float
) -> None:
    photo = np.random.default_rng(3).integers(0, 256, (37, 53, 3), dtype=np.uint8)
    canvas.set_image(photo)
    place_at(canvas, 1 / ratio, 16, 8)
    left, top = int(16 * ratio + 0.5), int(8 * ratio + 0.5)
    np.testing.assert_array_equal(picture(ratio)[top : top + 37, left : left + 53], photo)


@pytest.mark.parametrize("scale", [3.0, 4.6, 11.0, 40.0])
def test_magnified_photo_and_labels_have_the_same_edges(
    canvas: Canvas, picture: Picture, speckled: NDArray[np.uint8], scale: float
) -> None:
    """The photo painted in the labels' colours and the labels over a plain one look alike."""
    painted = in_colors(canvas, speckled.astype(int))
    show_speckled(canvas, speckled)
    place_at(canvas, scale, -31, -17)
    from_labels = picture()
    canvas.set_image(painted)
    place_at(canvas, scale, -31, -17)
    np.testing.assert_array_equal(picture(), from_labels)


def test_a_magnified_photo_is_not_limited_by_qts_coordinates(
    canvas: Canvas, picture: Picture
) -> None:
    photo = np.zeros((40, 6000, 3), np.uint8)
    photo[:, 5000] = (255, 0, 0)
    canvas.set_image(photo)
    place_at(canvas, 2.9, -round(5000 * 2.9) + 100, 50)  # smoothed
    assert picture()[100, 101].tolist()[0] > 200
    place_at(canvas, 60.0, -5000 * 60 + 100, 50)  # as squares
    assert picture()[100, 100].tolist() == [255, 0, 0]
    assert picture()[100, 99].tolist() == [0, 0, 0]


@pytest.mark.parametrize("size", [(1000, 1400), (1001, 1399)])
def test_a_shrunk_photo_keeps_its_place_and_brightness(
    canvas: Canvas, picture: Picture, size: tuple[int, int]
) -> None:
    """Fitted by averaging: left half black, right half white, the edge where it belongs."""
    photo = np.zeros((*size, 3), np.uint8)
    photo[:, size[1] // 2 :] = 255
    canvas.set_image(photo)
    row = picture()[150, :, 0].astype(float)
    left, right = canvas.image_to_view(0, 0).x(), canvas.image_to_view(size[1] - 1, 0).x()
    edge = left + (row[left : right + 1] < 128).sum()
    assert abs(edge - canvas.image_to_view(size[1] // 2, 0).x()) <= 1
    assert row[left + 2] == 0
    assert row[right - 2] == 255


def test_fine_patterns_average_out_when_shrunk(canvas: Canvas, picture: Picture) -> None:
    photo = np.zeros((1600, 2000, 3), np.uint8)
    photo[::2, ::2] = photo[1::2, 1::2] = 255
    canvas.set_image(photo)
    seen = picture()[100:200, 150:250]
    assert abs(seen.astype(float).mean() - 127.5) < 2
    assert seen.std() < 3


def test_opacity_blends_label_and_photo(
    canvas: Canvas, picture: Picture, speckled: NDArray[np.uint8]
) -> None:
    show_speckled(canvas, speckled)
    place_at(canvas, 4.0, 0, 0)
    canvas.set_opacity(0.25)
    y, x = np.argwhere(speckled == 2)[5]
    seen = picture()[y * 4 + 1, x * 4 + 1]
    expected = 0.75 * np.array(GREY) + 0.25 * np.array(COLOR_OF[2])
    assert np.abs(seen - expected).max() <= 1.5


def test_comparing_shows_the_bare_photo(
    canvas: Canvas, picture: Picture, speckled: NDArray[np.uint8]
) -> None:
    canvas.set_image(np.full((*speckled.shape, 3), GREY, np.uint8))
    bare = picture()
    canvas.set_labels(speckled)
    canvas.set_confidence(speckled)
    canvas.set_confidence_visible(True)
    assert (picture() != bare).any()
    canvas.set_compare(True)
    np.testing.assert_array_equal(picture(), bare)
    canvas.set_compare(False)
    assert (picture() != bare).any()


@pytest.mark.parametrize("scale", [0.47, 1.0, 3.3])
def test_a_thinned_heat_map_lies_where_the_whole_one_does(
    canvas: Canvas, picture: Picture, speckled: NDArray[np.uint8], scale: float
) -> None:
    blocks = speckled[::2, ::2].repeat(2, axis=0).repeat(2, axis=1)[:37, :53]
    content = prepare(np.full((37, 53, 3), GREY, np.uint8), None, np.ascontiguousarray(blocks))
    canvas.set_confidence_visible(True)
    shown = []
    for _ in range(2):
        canvas.show_content(content)
        place_at(canvas, scale, -3, 9)
        shown.append(picture())
        assert content.confidence is not None
        content.confidence = np.ascontiguousarray(content.confidence[::2, ::2])
    np.testing.assert_array_equal(shown[0], shown[1])
    assert len(np.unique(shown[0].reshape(-1, 3), axis=0)) > 3


def test_hidden_classes_and_a_hidden_overlay_are_clear(
    canvas: Canvas, picture: Picture, speckled: NDArray[np.uint8]
) -> None:
    show_speckled(canvas, speckled)
    place_at(canvas, 4.0, 0, 0)
    canvas.set_classes([replace(each, visible=each.id != 2) for each in canvas.classes])
    seen = picture()[: 37 * 4, : 53 * 4]
    assert not (seen == COLOR_OF[2]).all(axis=2).any()
    assert (seen == COLOR_OF[1]).all(axis=2).any()
    canvas.set_overlay_visible(False)
    assert (picture()[: 37 * 4, : 53 * 4] == GREY).all()


def test_the_heat_map_shows_doubt_and_takes_the_place_of_the_fill(
    canvas: Canvas, picture: Picture
) -> None:
    labels = np.full((30, 40), 1, np.uint8)
    confidence = np.full((30, 40), 255, np.uint8)
    confidence[:, 20:] = 60
    canvas.show_content(prepare(np.full((30, 40, 3), GREY, np.uint8), labels, confidence))
    place_at(canvas, 8.0, 0, 0)
    assert picture()[100, 80].tolist() == list(COLOR_OF[1])
    canvas.set_confidence_visible(True)
    assert picture()[100, 80].tolist() == list(GREY)
    assert picture()[100, 240].tolist() != list(GREY)


def test_outlines_leave_the_inside_bare(canvas: Canvas, picture: Picture) -> None:
    labels = np.zeros((60, 80), np.uint8)
    labels[20:40, 20:60] = 1
    show_speckled(canvas, labels)
    place_at(canvas, 4.0, 0, 0)
    canvas.set_outline(True)
    seen = picture()
    assert seen[120, 160].tolist() == list(GREY)
    # Two pixels of line from the region's own edge inwards, then one of rim outwards.
    assert (seen[120, 80:82] == COLOR_OF[1]).all()
    assert seen[120, 82].tolist() == list(GREY)
    assert seen[120, 79].max() < GREY[0]
    canvas.set_overlay_style(OverlayStyle.FILL_AND_OUTLINE)
    assert picture()[120, 160].tolist() == list(COLOR_OF[1])
