"""A polygon while it is drawn."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gui.tools.polygon_draft import PolygonDraft
from segmenter.editing.polygon import fill_polygon

coordinates = st.tuples(st.integers(-40, 160), st.integers(-40, 140))


@given(st.lists(coordinates, min_size=3, max_size=60), st.sampled_from([1.0, 0.25, 1 / 3, 4.455]))
def test_what_is_left_out_of_a_freehand_piece_changes_nothing_about_what_it_covers(
    way: list[tuple[int, int]], scale: float
) -> None:
    drawn = [(x / scale, y / scale) for x, y in way]
    draft = PolygonDraft()
    draft.add_corner(drawn[0])
    for point in drawn[1:]:
        draft.draw_to(point)
    expected = fill_polygon(drawn, 100, 90)
    found = fill_polygon([tuple(p) for p in draft.points.tolist()], 100, 90)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found.rect == expected.rect
        np.testing.assert_array_equal(found.pixels, expected.pixels)


def test_a_straight_freehand_way_needs_two_points() -> None:
    draft = PolygonDraft()
    draft.add_corner((0.0, 0.0))
    for x in range(1, 500):
        draft.draw_to((float(x), 2.0 * x))
    assert len(draft.points) == 2


def test_going_back_over_the_same_way_is_kept() -> None:
    draft = PolygonDraft()
    draft.add_corner((0.0, 0.0))
    for point in ((10.0, 0.0), (20.0, 0.0), (5.0, 0.0)):
        draft.draw_to(point)
    assert draft.points.tolist() == [[0, 0], [20, 0], [5, 0]]


def test_corners_are_taken_back_one_by_one() -> None:
    draft = PolygonDraft()
    for corner in ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0)):
        draft.add_corner(corner)
    draft.take_back(5)
    assert draft.points.tolist() == [[0, 0], [10, 0]]
    draft.take_back(5)
    draft.take_back(5)
    assert draft.is_empty
    draft.take_back(5)
    assert draft.handles == ()


def _with_a_piece() -> PolygonDraft:
    draft = PolygonDraft()
    draft.add_corner((0.0, 0.0))
    draft.add_corner((100.0, 0.0))
    for step in range(1, 51):
        draft.draw_to((100.0 + step % 2, 2.0 * step))
    draft.end_drawing()
    return draft


def test_a_freehand_piece_is_rewound_by_a_stretch() -> None:
    draft = _with_a_piece()
    before = draft.points.copy()
    draft.take_back(20)
    np.testing.assert_array_equal(draft.points, before[: len(draft.points)])
    removed = before[len(draft.points) - 1 :]
    length = np.hypot(*np.diff(removed, axis=0).T).sum()
    assert 20 <= length < 20 + 3
    assert draft.handles == (0, 1, len(draft.points) - 1)


def test_rewinding_ends_at_the_corner_the_piece_began_at() -> None:
    draft = _with_a_piece()
    for _ in range(10):
        draft.take_back(30)
        if len(draft.points) == 2:
            break
    assert draft.handles == (0, 1)
    draft.take_back(30)
    assert draft.points.tolist() == [[0, 0]]


def test_a_whole_piece_can_be_taken_back_at_once() -> None:
    draft = _with_a_piece()
    draft.take_back(math.inf)
    assert draft.points.tolist() == [[0, 0], [100, 0]]


def test_the_nearest_handle_is_found_and_no_freehand_point() -> None:
    draft = _with_a_piece()
    assert draft.handle_near((98.0, 1.0), 5) == 1
    assert draft.handle_near((101.0, 50.0), 5) is None
    assert draft.handle_near((50.0, 50.0), 5) is None
