"""The magic wand, on a real photo and on drawn ones."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from brute_force import SIDES, reachable
from numpy.typing import NDArray

from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil
from segmenter.editing.wand import ColorSelector
from segmenter.project.images import load_image


@pytest.fixture(scope="module")
def photo(sample: Path) -> NDArray[np.uint8]:
    """RGB uint8, 96 pixels high."""
    rgb = load_image(sample / "coffee.jpg")
    return np.asarray(cv2.resize(rgb, (144, 96), interpolation=cv2.INTER_AREA), np.uint8)


def spread(stencil: Stencil | None, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    pixels = np.zeros(shape[:2], bool)
    if stencil is not None:
        pixels[stencil.rect.slices] = stencil.pixels.view(bool)
    return pixels


def color_distance(rgb: NDArray[np.uint8], x: int, y: int) -> NDArray[np.float32]:
    """From the median of 5×5 pixels around the point, in Lab, by the book."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    patch = lab[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].reshape(-1, 3)
    return np.linalg.norm(lab - np.median(patch, axis=0), axis=2)


@pytest.mark.parametrize("tolerance", [0.0, 4.0, 12.0, 40.0])
@pytest.mark.parametrize("point", [(70, 48), (3, 3), (143, 95)])
def test_it_selects_what_is_connected_and_similar(
    photo: NDArray[np.uint8], point: tuple[int, int], tolerance: float
) -> None:
    x, y = point
    selected = spread(ColorSelector(photo).select(x, y, tolerance), photo.shape)
    distance = color_distance(photo, x, y)
    # 8-bit Lab rounds: within two units of the tolerance either answer will do.
    surely, maybe = distance <= tolerance - 2, distance <= tolerance + 2
    maybe[y, x] = surely[y, x] = True
    assert (reachable(surely, (y, x), SIDES) <= selected).all()
    assert (selected <= reachable(maybe, (y, x), SIDES)).all()


def test_the_whole_window_is_searched_when_it_need_not_be_connected(
    photo: NDArray[np.uint8],
) -> None:
    selector = ColorSelector(photo)
    near = spread(selector.select(70, 48, 12, connected=False), photo.shape)
    connected = spread(selector.select(70, 48, 12), photo.shape)
    assert (connected <= near).all()
    assert near.sum() > connected.sum()
    window = Rect(60, 40, 30, 20)
    part = spread(selector.select(70, 48, 12, connected=False, window=window), photo.shape)
    expected = np.zeros_like(near)
    expected[window.slices] = near[window.slices]
    np.testing.assert_array_equal(part, expected)


def test_a_larger_tolerance_never_loses_a_pixel(photo: NDArray[np.uint8]) -> None:
    selector = ColorSelector(photo)
    before = np.zeros(photo.shape[:2], bool)
    for tolerance in range(0, 101, 10):
        selected = spread(selector.select(20, 50, tolerance), photo.shape)
        assert (before <= selected).all()
        before = selected
    assert before.sum() > 0.9 * before.size


def test_the_canvas_pixels_give_the_same_as_the_rgb_photo(photo: NDArray[np.uint8]) -> None:
    as_canvas = np.ascontiguousarray(cv2.cvtColor(photo, cv2.COLOR_RGB2BGRA)).view(np.uint32)[
        ..., 0
    ]
    one = ColorSelector(photo).select(70, 48, 15)
    other = ColorSelector(as_canvas).select(70, 48, 15)
    assert one is not None
    assert other is not None
    assert one.rect == other.rect
    np.testing.assert_array_equal(one.pixels, other.pixels)


def test_asking_in_any_order_gives_the_same(photo: NDArray[np.uint8]) -> None:
    selector = ColorSelector(photo)
    questions = [(70, 48, 15.0), (3, 3, 15.0), (70, 48, 30.0), (70, 48, 15.0)]
    for x, y, tolerance in questions:
        np.testing.assert_array_equal(
            spread(selector.select(x, y, tolerance), photo.shape),
            spread(ColorSelector(photo).select(x, y, tolerance), photo.shape),
        )


def test_the_point_itself_is_always_selected() -> None:
    rgb = np.full((9, 9, 3), 200, np.uint8)
    rgb[4, 4] = (255, 0, 0)  # unlike its surroundings, which outvote it
    stencil = ColorSelector(rgb).select(4, 4, 0)
    assert spread(stencil, rgb.shape).all()


def test_cleaning_fills_small_holes_and_drops_small_specks() -> None:
    rgb = np.full((30, 40, 3), 30, np.uint8)
    rgb[5:25, 5:25] = 200
    rgb[10:12, 10:12] = 30  # a hole of 4
    rgb[15:19, 15:19] = 30  # a hole of 16
    rgb[2, 35] = 200  # a speck
    rgb[10:14, 30:34] = 200  # as similar, larger
    selector = ColorSelector(rgb)
    selected = spread(selector.select(7, 7, 5, connected=False, clean=8), rgb.shape)
    assert selected[10, 10]
    assert not selected[16, 16]
    assert not selected[2, 35]
    assert selected[12, 32]
    assert selected.sum() == 400 - 16 + 16
    raw = spread(selector.select(7, 7, 5, connected=False), rgb.shape)
    assert raw.sum() == 400 - 20 + 17


def test_a_point_outside_of_the_window_selects_nothing(photo: NDArray[np.uint8]) -> None:
    selector = ColorSelector(photo)
    assert selector.select(-1, 0, 10) is None
    assert selector.select(0, 96, 10) is None
    assert selector.select(70, 48, 10, window=Rect(0, 0, 50, 50)) is None


def test_what_is_no_photo_is_refused() -> None:
    with pytest.raises(ValueError, match="float64"):
        ColorSelector(np.zeros((4, 4)))  # type: ignore[arg-type]
