from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QTransform

from gui.canvas.device_grid import DeviceGrid, image_index


def grid_at(
    scale: float, dx: int = 0, dy: int = 0, width: int = 50, height: int = 40
) -> DeviceGrid:
    return DeviceGrid.over_image(width, height, QTransform(scale, 0, 0, scale, dx, dy))


def test_at_one_to_one_every_pixel_is_itself() -> None:
    grid = grid_at(1.0, 3, -4)
    assert (grid.left, grid.right) == (3, 53)
    np.testing.assert_array_equal(grid.columns(), np.arange(50))


def test_a_magnified_pixel_covers_a_whole_square() -> None:
    values = np.arange(2000, dtype=np.uint16).reshape(40, 50)
    np.testing.assert_array_equal(grid_at(3.0).sample(values), np.kron(values, np.ones((3, 3))))


def test_a_shrunk_map_shows_what_lies_under_the_centres() -> None:
    values = np.arange(2000, dtype=np.uint16).reshape(40, 50)
    np.testing.assert_array_equal(grid_at(0.5).sample(values), values[1::2, 1::2])


@given(
    scale=st.floats(0.01, 64),
    offset=st.integers(-5000, 5000),
    size=st.integers(1, 9000),
)
def test_covers_exactly_the_device_pixels_with_their_centre_on_the_image(
    scale: float, offset: int, size: int
) -> None:
    grid = grid_at(scale, offset, 0, width=size)
    extent = Fraction(scale) * size
    if extent <= Fraction(1, 2):
        assert grid.right - grid.left == 1  # never nothing at all
        return
    assert 0 <= grid.left + Fraction(1, 2) - offset < extent
    assert Fraction(2 * grid.right - 1, 2) - offset <= extent + Fraction(1, 10**6)
    assert Fraction(2 * grid.right + 1, 2) - offset >= extent - Fraction(1, 10**6)


def test_samples_are_laid_out_row_by_row() -> None:
    sampled = grid_at(1.7).sample(np.zeros((40, 50), np.uint8))
    assert sampled.flags.c_contiguous


def test_a_part_shows_the_same_as_the_whole() -> None:
    values = np.random.default_rng(0).integers(0, 255, (40, 50), dtype=np.uint8)
    whole = grid_at(2.3, -7, 11)
    part = whole.within(QRectF(10.2, 5.5, 12.1, 9.9))
    cut = whole.sample(values)[
        part.top - whole.top : part.bottom - whole.top,
        part.left - whole.left : part.right - whole.left,
    ]
    np.testing.assert_array_equal(part.sample(values), cut)
    assert part.left <= 10.2 * 2.3 - 7
    assert part.right >= 22.3 * 2.3 - 7


def test_beyond_the_image_its_border_repeats() -> None:
    values = np.array([[1, 2], [3, 4]], np.uint8)
    grown = grid_at(1.0, width=2, height=2).grown(2).sample(values)
    np.testing.assert_array_equal(grown, np.pad(values, 2, mode="edge"))


def test_what_is_not_exposed_is_empty() -> None:
    assert grid_at(1.0).within(QRectF(400, 400, 10, 10)).is_empty


@pytest.mark.parametrize("scale", [0.3, 1.0, 1.5, 17.0])
def test_pointing_and_painting_agree(scale: float) -> None:
    grid = grid_at(scale, -13, 0)
    columns = grid.columns()
    for place, column in enumerate(columns):
        assert image_index(grid.left + place, grid.dx, grid.scale) == column
