"""Connected regions and what they enclose, against a search pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from brute_force import ALL_AROUND, SIDES, reachable
from hypothesis import given
from hypothesis import strategies as st
from label_maps import label_maps
from numpy.typing import NDArray

from segmenter.editing.regions import connected_region, enclosed_by
from segmenter.editing.stencil import Stencil


def spread(stencil: Stencil | None, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """As large as the image."""
    pixels = np.zeros(shape, bool)
    if stencil is not None:
        pixels[stencil.rect.slices] = stencil.pixels.view(bool)
    return pixels


@given(label_maps(), st.data())
def test_a_region_is_all_that_can_be_reached_without_leaving_the_label(
    labels: NDArray[np.uint8], data: st.DataObject
) -> None:
    y = data.draw(st.integers(0, labels.shape[0] - 1))
    x = data.draw(st.integers(0, labels.shape[1] - 1))
    for connectivity, steps in ((4, SIDES), (8, ALL_AROUND)):
        region = connected_region(labels, x, y, connectivity=connectivity)  # type: ignore[arg-type]
        expected = reachable(labels == labels[y, x], (y, x), steps)
        np.testing.assert_array_equal(spread(region, labels.shape), expected)


@given(label_maps(), st.data())
def test_a_hole_is_what_cannot_reach_the_edge_of_the_image(
    labels: NDArray[np.uint8], data: st.DataObject
) -> None:
    y = data.draw(st.integers(0, labels.shape[0] - 1))
    x = data.draw(st.integers(0, labels.shape[1] - 1))
    region = reachable(labels == labels[y, x], (y, x), SIDES)
    beyond = np.pad(~region, 1, constant_values=True)
    expected = ~region & ~reachable(beyond, (0, 0), ALL_AROUND)[1:-1, 1:-1]
    np.testing.assert_array_equal(
        spread(enclosed_by(connected_region(labels, x, y)), labels.shape), expected
    )


def test_a_stencil_is_no_larger_than_its_region_and_leaves_the_labels_alone() -> None:
    labels = np.zeros((40, 60), np.uint8)
    labels[10:14, 20:29] = 7
    before = labels.copy()
    region = connected_region(labels, 22, 11)
    assert region.rect == (20, 10, 9, 4)
    assert region.pixels.base is None  # a view would keep the whole image alive
    assert enclosed_by(connected_region(labels, 0, 0)) is not None
    np.testing.assert_array_equal(labels, before)


def test_a_bay_at_the_edge_of_the_image_is_no_hole() -> None:
    labels = np.ones((9, 9), np.uint8)
    labels[0:4, 3:5] = 0
    assert enclosed_by(connected_region(labels, 8, 8)) is None
    labels[0] = 1
    holes = enclosed_by(connected_region(labels, 8, 8))
    assert holes is not None
    assert holes.rect == (3, 1, 2, 3)


@pytest.mark.parametrize("point", [(-1, 0), (0, -1), (5, 0), (0, 4)])
def test_a_point_outside_is_refused(point: tuple[int, int]) -> None:
    with pytest.raises(IndexError, match="5×4"):
        connected_region(np.zeros((4, 5), np.uint8), *point)
