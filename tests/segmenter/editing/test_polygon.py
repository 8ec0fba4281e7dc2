"""Polygons, against a test of each pixel's centre in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segmenter.editing.polygon import fill_polygon

Points = list[tuple[float, float]]


def filled(points: Points, width: int, height: int) -> NDArray[np.uint8]:
    pixels = np.zeros((height, width), np.uint8)
    stencil = fill_polygon(points, width, height)
    if stencil is not None:
        pixels[stencil.rect.slices] = stencil.pixels
    return pixels


def inside(points: Points, x: Fraction, y: Fraction) -> bool:
    """Even–odd with a ray upwards; what lies on a side counts as below it."""
    odd = False
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        ax, ay, bx, by = map(Fraction, (x0, y0, x1, y1))
        if (ax <= x) != (bx <= x) and ay + (x - ax) * (by - ay) / (bx - ax) <= y:
            odd = not odd
    return odd


def expected(points: Points, width: int, height: int) -> NDArray[np.uint8]:
    half = Fraction(1, 2)
    return np.array(
        [[inside(points, i + half, j + half) for i in range(width)] for j in range(height)],
        np.uint8,
    ).reshape(height, width)


EIGHTHS = st.integers(-40, 140).map(lambda n: n / 8)


@given(st.lists(st.tuples(EIGHTHS, EIGHTHS), min_size=3, max_size=9))
def test_a_pixel_is_inside_where_its_centre_is(points: Points) -> None:
    # Corners on, between and beyond the pixels' centres; sides cross as they will. Slopes that
    # are no binary fraction may round a centre that lies exactly on the side to either side.
    got, want = filled(points, 11, 13), expected(points, 11, 13)
    for j, i in np.argwhere(got != want):
        assert on_a_side(points, Fraction(2 * int(i) + 1, 2), Fraction(2 * int(j) + 1, 2))


def on_a_side(points: Points, x: Fraction, y: Fraction) -> bool:
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        ax, ay, bx, by = map(Fraction, (x0, y0, x1, y1))
        if (ax <= x) != (bx <= x) and ay + (x - ax) * (by - ay) / (bx - ax) == y:
            return True
    return False


@given(
    st.lists(
        st.tuples(st.floats(-5, 25, width=32), st.floats(-5, 25, width=32)),
        min_size=3,
        max_size=40,
    )
)
def test_any_floats_will_do(points: Points) -> None:
    got, want = filled(points, 20, 18), expected(points, 20, 18)
    for j, i in np.argwhere(got != want):
        assert nearly_on_a_side(points, i + 0.5, j + 0.5)


def nearly_on_a_side(points: Points, x: float, y: float) -> bool:
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        if (x0 <= x) != (x1 <= x) and abs(y0 + (x - x0) * (y1 - y0) / (x1 - x0) - y) < 1e-9:
            return True
    return False


def test_a_rectangle_along_pixels_covers_exactly_those() -> None:
    pixels = filled([(2, 3), (7, 3), (7, 9), (2, 9)], 12, 12)
    assert pixels.sum() == 5 * 6
    assert pixels[3:9, 2:7].all()


@pytest.mark.parametrize("at", [4.0, 4.25, 4.5, 4.75])
def test_neighbours_with_a_common_side_share_no_pixel_and_leave_none(at: float) -> None:
    corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
    left = filled([corners[0], (at, 0), (at + 2, 10), corners[3]], 10, 10)
    right = filled([(at, 0), corners[1], corners[2], (at + 2, 10)], 10, 10)
    np.testing.assert_array_equal(left + right, np.ones((10, 10), np.uint8))


def test_what_crosses_itself_is_outside_where_it_is_covered_twice() -> None:
    star = [(5.0, 0.0), (8.0, 10.0), (0.0, 4.0), (10.0, 4.0), (2.0, 10.0)]
    pixels = filled(star, 10, 10)
    assert pixels[5, 5] == 0  # the pentagon in the middle
    assert pixels[2, 5] == 1  # a tip


def test_the_stencil_is_cropped_to_what_is_covered() -> None:
    stencil = fill_polygon([(-4.0, 3.6), (6.0, 3.6), (6.0, 8.4), (-4.0, 8.4)], 10, 20)
    assert stencil is not None
    assert stencil.rect == (0, 4, 6, 4)
    assert stencil.pixels.all()


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(1.0, 1.0), (5.0, 5.0)],
        [(1.0, 1.0), (5.0, 5.0), (9.0, 9.0)],
        [(20.0, 20.0), (30.0, 20.0), (30.0, 30.0)],
        [(-9.0, -9.0), (-1.0, -9.0), (-1.0, -1.0)],
        [(1.1, 1.1), (1.4, 1.1), (1.4, 1.4)],
    ],
)
def test_what_covers_no_centre_is_nothing(points: Points) -> None:
    assert fill_polygon(points, 10, 10) is None


def test_five_thousand_freehand_points_agree_with_the_centres() -> None:
    angle = np.linspace(0, 2 * np.pi, 5000, endpoint=False)
    reach = 20 * (1 + 0.2 * np.sin(60 * angle))
    points = list(
        zip(
            (24 + reach * np.cos(angle)).tolist(),
            (24 + reach * np.sin(angle)).tolist(),
            strict=True,
        )
    )
    pixels = filled(points, 48, 48)
    row, column = np.mgrid[:48, :48] + 0.5
    distance = np.hypot(column - 24, row - 24)
    edge = 20 * (1 + 0.2 * np.sin(60 * np.arctan2(row - 24, column - 24)))
    clear = abs(distance - edge) > 0.25  # the chords of the 5000 sides are closer than this
    np.testing.assert_array_equal(pixels[clear], (distance < edge)[clear])
