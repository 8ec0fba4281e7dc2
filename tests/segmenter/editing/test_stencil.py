"""Pixels of a rectangle."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil


@st.composite
def stencils(draw: st.DrawFn) -> Stencil:
    left, top = draw(st.integers(-5, 20)), draw(st.integers(-5, 20))
    width, height = draw(st.integers(0, 9)), draw(st.integers(0, 9))
    bits = draw(st.lists(st.integers(0, 1), min_size=width * height, max_size=width * height))
    pixels = np.array(bits, np.uint8).reshape(height, width)
    return Stencil(Rect(left, top, width, height), pixels)


def points_of(stencil: Stencil) -> set[tuple[int, int]]:
    return {
        (int(x) + stencil.rect.left, int(y) + stencil.rect.top)
        for y, x in np.argwhere(stencil.pixels)
    }


@given(stencils(), stencils())
def test_united_covers_what_either_covers(one: Stencil, other: Stencil) -> None:
    both = one.united(other)
    assert points_of(both) == points_of(one) | points_of(other)
    assert both.pixels.shape == (both.rect.height, both.rect.width)


@given(stencils())
def test_clipping_leaves_what_lies_inside(stencil: Stencil) -> None:
    inside = {(x, y) for x, y in points_of(stencil) if 0 <= x < 12 and 0 <= y < 9}
    assert points_of(stencil.clipped(12, 9)) == inside
