from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.canvas.view_transform import (
    FIT_MARGIN,
    LARGEST_SCALE,
    ViewTransform,
    bounded_scale,
    fitted,
)

sizes = st.tuples(st.integers(1, 12_000), st.integers(1, 12_000))
views = st.tuples(st.integers(100, 4_000), st.integers(100, 4_000))


@given(image=sizes, view=views)
def test_a_fitted_image_is_whole_and_centred(image: tuple[int, int], view: tuple[int, int]) -> None:
    place = fitted(image, view)
    for side in range(2):
        before = (place.dx, place.dy)[side]
        after = view[side] - before - image[side] * place.scale
        assert before >= FIT_MARGIN - 1
        assert abs(before - after) <= 1


def test_a_tiny_image_is_not_blown_up_without_end() -> None:
    assert fitted((1, 1), (1000, 1000)).scale == LARGEST_SCALE


@given(
    scale=st.floats(0.01, 64),
    point=st.tuples(st.floats(0, 5000), st.floats(0, 5000)),
    at=st.tuples(st.floats(0, 2000), st.floats(0, 2000)),
)
def test_a_point_is_placed_to_the_nearest_pixel(
    scale: float, point: tuple[float, float], at: tuple[float, float]
) -> None:
    x, y = ViewTransform().placing(point, at, scale).to_image(*at)
    assert abs(x - point[0]) * scale <= 0.5 + 1e-6
    assert abs(y - point[1]) * scale <= 0.5 + 1e-6


@given(
    image=sizes,
    view=views,
    scale=st.floats(0.01, 64),
    dx=st.integers(-100_000, 100_000),
    dy=st.integers(-100_000, 100_000),
)
def test_the_centre_of_the_view_always_shows_some_of_the_image(
    image: tuple[int, int], view: tuple[int, int], scale: float, dx: int, dy: int
) -> None:
    kept = ViewTransform(scale, dx, dy).kept_in_sight(image, view)
    for offset, extent, size in ((kept.dx, image[0], view[0]), (kept.dy, image[1], view[1])):
        assert offset <= size / 2
        assert offset + extent * scale >= size / 2 - 1
    assert kept.scale == scale


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_zoom_ends_at_64_device_pixels_and_at_half_of_what_fits(ratio: float) -> None:
    image, view = (4000, 3000), (800, 600)
    assert bounded_scale(1e9, image, view, ratio) * ratio == pytest.approx(64)
    assert bounded_scale(0, image, view, ratio) == pytest.approx(fitted(image, view).scale / 2)
    assert bounded_scale(0, (10, 10), view, ratio) == pytest.approx(1 / ratio)
