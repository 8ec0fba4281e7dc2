"""Dabs, their outline, and strokes, against what their definition says of every pixel."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from segmenter.editing.brush import (
    LARGEST,
    SMALLEST,
    BrushShape,
    Point,
    dab,
    outline,
    strips,
    stroke,
)
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil

SHAPES = list(BrushShape)
WIDTH, HEIGHT = 96, 80
IMAGE = Rect(0, 0, WIDTH, HEIGHT)

points = st.tuples(
    st.floats(-20, WIDTH + 20, allow_nan=False), st.floats(-20, HEIGHT + 20, allow_nan=False)
)
sizes = st.integers(SMALLEST, 40)
shapes = st.sampled_from(SHAPES)


def on_image(stencil: Stencil) -> NDArray[np.bool_]:
    """The stencil's pixels on a 96×80 image."""
    image = np.zeros((HEIGHT, WIDTH), bool)
    inside = stencil.clipped(WIDTH, HEIGHT)
    image[inside.rect.slices] = inside.pixels
    return image


def is_inside(centre: tuple[int, int], size: int, shape: BrushShape) -> NDArray[np.bool_]:
    """By whole numbers, all doubled: pixels within ``size`` of ``centre``, on a 96×80 image."""
    across = np.abs(2 * np.arange(WIDTH) + 1 - centre[0])
    down = np.abs(2 * np.arange(HEIGHT) + 1 - centre[1])[:, None]
    if shape is BrushShape.SQUARE:
        return (across <= size) & (down <= size)
    return across**2 + down**2 <= size * size


def doubled_centre(at: Point, size: int, shape: BrushShape) -> tuple[int, int]:
    rect = dab(*at, size, shape).rect
    return 2 * rect.left + size, 2 * rect.top + size


def sweep_by_definition(
    start: Point, end: Point, size: int, shape: BrushShape
) -> NDArray[np.bool_]:
    """Pixels whose centres come to lie in the brush anywhere on its straight way, by whole
    numbers alone (doubled coordinates), so that no rounding decides."""
    (x0, y0), (x1, y1) = (doubled_centre(point, size, shape) for point in (start, end))
    way_x, way_y = x1 - x0, y1 - y0
    both = is_inside((x0, y0), size, shape) | is_inside((x1, y1), size, shape)
    x = 2 * np.arange(WIDTH) + 1 - x0
    y = (2 * np.arange(HEIGHT) + 1 - y0)[:, None]
    across = np.abs(x * way_y - y * way_x)
    if shape is BrushShape.SQUARE:
        within = across <= size * (abs(way_x) + abs(way_y))
        box_x = (x >= min(0, way_x) - size) & (x <= max(0, way_x) + size)
        box_y = (y >= min(0, way_y) - size) & (y <= max(0, way_y) + size)
        return both | (within & box_x & box_y)
    squared = way_x**2 + way_y**2
    along = x * way_x + y * way_y
    return both | (
        (across**2 <= size * size * squared) & (along >= 0) & (along <= squared) & (squared > 0)
    )


def sweep_step_by_step(start: Point, end: Point, size: int, shape: BrushShape) -> NDArray[np.bool_]:
    """Dabs set down at every pixel of the way."""
    first, last = dab(*start, size, shape).rect, dab(*end, size, shape).rect
    steps = max(abs(last.left - first.left), abs(last.top - first.top), 1)
    image = np.zeros((HEIGHT, WIDTH), bool)
    for step in range(steps + 1):
        x = first.left + size / 2 + (last.left - first.left) * step / steps
        y = first.top + size / 2 + (last.top - first.top) * step / steps
        image |= on_image(dab(x, y, size, shape))
    return image


def sweep_of_growing_brush(
    start: Point, end: Point, size: int, shape: BrushShape, end_size: int
) -> NDArray[np.bool_]:
    """Pixels whose centres lie in the brush at one of many moments of its way."""
    (x0, y0), (x1, y1) = doubled_centre(start, size, shape), doubled_centre(end, end_size, shape)
    image = np.zeros((HEIGHT, WIDTH), bool)
    for part in np.linspace(0, 1, 4 * max(abs(x1 - x0), abs(y1 - y0)) + 2):
        across = np.abs(2 * np.arange(WIDTH) + 1 - x0 - (x1 - x0) * part)
        down = np.abs(2 * np.arange(HEIGHT) + 1 - y0 - (y1 - y0) * part)[:, None]
        here = size + (end_size - size) * part - 1e-6  # so that no rounding decides
        image |= (
            (across <= here) & (down <= here)
            if shape is BrushShape.SQUARE
            else across**2 + down**2 <= here * here
        )
    return image


def grown(pixels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """With the pixels around, corners as well."""
    return cv2.dilate(pixels.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)


# -- dabs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [*range(SMALLEST, 66), 300, 301, 999, LARGEST])
def test_a_round_dab_is_the_pixels_within_half_its_size(size: int) -> None:
    offsets = 2 * np.arange(size) - (size - 1)
    expected = offsets[:, None] ** 2 + offsets**2 <= size * size
    np.testing.assert_array_equal(dab(500.5, 500.5, size, BrushShape.ROUND).pixels, expected)


@pytest.mark.parametrize("size", [1, 2, 7, 64, LARGEST])
def test_a_square_dab_is_whole(size: int) -> None:
    stencil = dab(500.5, 500.5, size, BrushShape.SQUARE)
    assert stencil.rect[2:] == (size, size)
    assert stencil.pixels.shape == (size, size)
    assert stencil.pixels.all()


@pytest.mark.parametrize(
    ("x", "size", "left"),
    [
        (7.0, 1, 7),
        (7.99, 1, 7),
        (7.0, 3, 6),
        (7.99, 3, 6),
        (7.49, 2, 6),
        (7.5, 2, 7),
        (8.49, 2, 7),
        (-0.01, 1, -1),
        (-0.6, 4, -3),
    ],
)
def test_odd_dabs_lie_on_a_pixel_and_even_ones_on_the_nearest_corner(
    x: float, size: int, left: int
) -> None:
    for shape in SHAPES:
        assert dab(x, 3.5, size, shape).rect.left == left
        assert dab(3.5, x, size, shape).rect.top == left


def test_the_shared_pixels_of_a_dab_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        dab(0, 0, 9, BrushShape.ROUND).pixels[0, 0] = 1


def test_there_is_no_brush_of_no_size() -> None:
    with pytest.raises(ValueError, match="1 pixel"):
        dab(0, 0, 0, BrushShape.ROUND)


# -- the outline ------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [*range(SMALLEST, 34), 301, LARGEST])
def test_the_outline_encloses_the_pixels_of_a_dab_and_no_others(
    size: int, shape: BrushShape
) -> None:
    crossings = np.zeros((size, size + 1), np.uint8)
    corners = outline(size, shape)
    for (x0, y0), (x1, y1) in pairwise((*corners, corners[0])):
        assert (x0 == x1) != (y0 == y1), "sides are horizontal or vertical, and never nothing"
        if x0 == x1:
            crossings[min(y0, y1) : max(y0, y1), x0] ^= 1
    inside = np.bitwise_xor.accumulate(crossings, axis=1)[:, :-1]
    np.testing.assert_array_equal(inside, dab(500, 500, size, shape).pixels)


@pytest.mark.parametrize("shape", SHAPES)
def test_sides_of_the_outline_turn_at_every_corner(shape: BrushShape) -> None:
    corners = outline(LARGEST, shape)
    closed = [*corners, corners[0], corners[1]]
    for (x0, _), (x1, _), (x2, _) in zip(closed, closed[1:], closed[2:], strict=False):
        assert (x0 == x1) != (x1 == x2)
    assert len(corners) <= 3000


# -- strokes ----------------------------------------------------------------------------------


@given(points, points, sizes, shapes)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_stroke_is_every_pixel_the_brush_passes_over(
    start: Point, end: Point, size: int, shape: BrushShape
) -> None:
    painted = on_image(stroke(start, end, size, shape))
    np.testing.assert_array_equal(painted, sweep_by_definition(start, end, size, shape))


@given(points, points, sizes, shapes)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_stroke_is_within_a_pixel_of_dabs_set_down_step_by_step(
    start: Point, end: Point, size: int, shape: BrushShape
) -> None:
    painted = on_image(stroke(start, end, size, shape))
    steps = sweep_step_by_step(start, end, size, shape)
    assert not (painted & ~grown(steps)).any()
    assert not (steps & ~grown(painted)).any()


@given(points, points, sizes, sizes, shapes)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_brush_that_grows_on_its_way_covers_what_it_does_at_any_moment(
    start: Point, end: Point, size: int, end_size: int, shape: BrushShape
) -> None:
    painted = on_image(stroke(start, end, size, shape, end_size=end_size))
    moments = sweep_of_growing_brush(start, end, size, shape, end_size)
    assert not (moments & ~painted).any()
    assert not (painted & ~grown(moments)).any()
    ends = on_image(dab(*start, size, shape)) | on_image(dab(*end, end_size, shape))
    assert not (ends & ~painted).any(), "both ends are whole"


@given(points, points, sizes, sizes, shapes)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_stroke_has_no_gaps_and_is_the_same_both_ways(
    start: Point, end: Point, size: int, end_size: int, shape: BrushShape
) -> None:
    there = stroke(start, end, size, shape, end_size=end_size)
    back = stroke(end, start, end_size, shape, end_size=size)
    assert there.rect == back.rect
    np.testing.assert_array_equal(there.pixels, back.pixels)
    regions, _ = cv2.connectedComponents(there.pixels, connectivity=8)
    assert regions == 2  # the ground, and the stroke


@given(points, points, sizes, sizes, shapes)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_bounds_leave_out_what_lies_outside_and_nothing_else(
    start: Point, end: Point, size: int, end_size: int, shape: BrushShape
) -> None:
    whole = stroke(start, end, size, shape, end_size=end_size)
    bounded = stroke(start, end, size, shape, end_size=end_size, bounds=IMAGE)
    assert bounded.pixels.shape == (bounded.rect.height, bounded.rect.width)
    assert bounded.rect == bounded.rect.clipped(WIDTH, HEIGHT)
    np.testing.assert_array_equal(on_image(bounded), on_image(whole))


@given(points, points, sizes, sizes, shapes)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_a_short_stroke_is_one_strip(
    start: Point, end: Point, size: int, end_size: int, shape: BrushShape
) -> None:
    whole = stroke(start, end, size, shape, end_size=end_size, bounds=IMAGE)
    parts = list(strips(start, end, size, shape, end_size=end_size, bounds=IMAGE))
    assert len(parts) == (0 if whole.rect.is_empty else 1)
    for part in parts:
        assert part.rect == whole.rect
        np.testing.assert_array_equal(part.pixels, whole.pixels)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("bounds", [None, Rect(100, 50, 3000, 2500)])
@pytest.mark.parametrize("end_size", [1, 33, 900])
def test_the_strips_of_a_long_stroke_are_the_stroke(
    end_size: int, bounds: Rect | None, shape: BrushShape
) -> None:
    start, end = (2900.0, 12.0), (7.0, 2450.0)
    whole = stroke(start, end, 33, shape, end_size=end_size, bounds=bounds)
    painted = np.zeros_like(whole.pixels)
    parts = list(strips(start, end, 33, shape, end_size=end_size, bounds=bounds))
    assert len(parts) > 5
    for part in parts:
        painted[part.rect.relative_to(whole.rect).slices] += part.pixels
    np.testing.assert_array_equal(painted, whole.pixels)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pixels_on_the_very_edge_of_a_swept_square_are_inside(size: int) -> None:
    """Slopes such as 1/3 go through many centres, and no rounding may decide."""
    for x in (1, 3, 13):
        for y in range(2, 62):
            # Its right side starts at 0, where numbers are finest.
            way = (-size / 2, 10.5), (-size / 2 + x, 10.5 + y)
            painted = on_image(stroke(*way, size, BrushShape.SQUARE))
            expected = sweep_by_definition(*way, size, BrushShape.SQUARE)
            assert np.array_equal(painted, expected), (x, y)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 20])
def test_strips_of_a_long_slanting_line_hold_little_more_than_the_line(
    size: int, shape: BrushShape
) -> None:
    start, end = (10.0, 20.0), (5000.0, 4000.0)
    whole = stroke(start, end, size, shape)
    parts = list(strips(start, end, size, shape))
    assert len(parts) > 10
    assert sum(part.pixels.size for part in parts) < whole.pixels.size / 10
    assert sum(int(part.pixels.sum()) for part in parts) == int(whole.pixels.sum())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("x", "y"), [(-9000, 40), (9000, 40), (40, -9000), (40, 9000)])
def test_a_stroke_far_outside_of_the_image_is_empty(shape: BrushShape, x: int, y: int) -> None:
    assert stroke((x, y), (x + 5, y - 7), LARGEST, shape, bounds=IMAGE).rect.is_empty
    assert not list(strips((x, y), (x + 5, y - 7), LARGEST, shape, bounds=IMAGE))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_stroke_that_crosses_the_image_from_far_away_takes_only_the_images_pixels(
    shape: BrushShape,
) -> None:
    crossing = stroke((-90_000, -90_000), (90_000, 90_000), 5, shape, bounds=IMAGE)
    assert crossing.rect == Rect(0, 0, 85 if shape is BrushShape.SQUARE else 83, HEIGHT)
    assert crossing.pixels[np.arange(HEIGHT), np.arange(HEIGHT)].all()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_stroke_that_goes_nowhere_is_a_dab(shape: BrushShape) -> None:
    still = stroke((30.2, 30.9), (30.7, 30.1), 9, shape)
    once = dab(30.5, 30.5, 9, shape)
    assert still.rect == once.rect
    np.testing.assert_array_equal(still.pixels, once.pixels)
