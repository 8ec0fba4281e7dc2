"""Rectangles of whole pixels, and stencils that reach beyond an image, against sets of pixels."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil

edges = st.integers(-6, 12)
rects = st.builds(Rect, edges, edges, st.integers(0, 9), st.integers(0, 9))


def pixels_of(rect: Rect) -> set[tuple[int, int]]:
    return {(x, y) for x in range(rect.left, rect.right) for y in range(rect.top, rect.bottom)}


@given(rects, rects)
def test_the_intersection_holds_the_common_pixels(one: Rect, other: Rect) -> None:
    common = one.intersected(other)
    assert pixels_of(common) == pixels_of(one) & pixels_of(other)
    assert common.is_empty == (not pixels_of(common))
    assert common.width >= 0
    assert common.height >= 0


@given(rects, rects)
def test_the_union_is_the_smallest_around_both(one: Rect, other: Rect) -> None:
    both = pixels_of(one) | pixels_of(other)
    around = one.united(other)
    if not both:
        assert around.is_empty
        return
    columns, rows = [x for x, _ in both], [y for _, y in both]
    assert around == Rect.between(min(columns), min(rows), max(columns) + 1, max(rows) + 1)


@given(rects)
def test_clipped_to_an_image_it_lies_inside(rect: Rect) -> None:
    assert pixels_of(rect.clipped(7, 5)) == pixels_of(rect) & pixels_of(Rect(0, 0, 7, 5))


@given(rects, st.integers(0, 4))
def test_grown_it_has_a_margin_at_every_side(rect: Rect, margin: int) -> None:
    grown = rect.grown(margin)
    assert grown == Rect(
        rect.left - margin, rect.top - margin, rect.width + 2 * margin, rect.height + 2 * margin
    )


def test_slices_index_rows_and_columns() -> None:
    image = np.arange(48).reshape(6, 8)
    np.testing.assert_array_equal(image[Rect(2, 1, 3, 4).slices], image[1:5, 2:5])


@given(rects, rects)
def test_a_stencil_within_bounds_keeps_its_pixels_in_place(rect: Rect, bounds: Rect) -> None:
    rows, columns = np.mgrid[rect.top : rect.bottom, rect.left : rect.right]
    pixels = (((rows * 7 + columns * 3) % 5) < 2).astype(np.uint8)
    stencil = Stencil(rect, pixels)
    inside = stencil.within(bounds)
    assert inside.pixels.shape == (inside.rect.height, inside.rect.width)

    def covered(part: Stencil) -> set[tuple[int, int]]:
        return {
            (x + part.rect.left, y + part.rect.top)
            for y, x in zip(*np.nonzero(part.pixels), strict=True)
        }

    assert covered(inside) == covered(stencil) & pixels_of(bounds)
