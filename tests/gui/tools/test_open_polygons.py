"""Polygons that were left open, kept as a text."""

from __future__ import annotations

import numpy as np
import pytest

from gui.tools.open_polygons import as_text, from_text
from gui.tools.polygon_draft import PolygonDraft


def drawn() -> PolygonDraft:
    """Two corners, and a freehand piece after them."""
    draft = PolygonDraft()
    draft.add_corner((1 / 3, 2.5))
    draft.add_corner((100.25, -4.0))
    for step in range(70):
        draft.draw_to((100.0 - step, step * step / 9))
    draft.end_drawing()
    return draft


def test_they_are_read_back_exactly_whatever_their_image_is_called() -> None:
    before = {"photos/ünï 1.jpg": drawn(), "no text \udcff.png": PolygonDraft([(1.0, 2.0)], [0])}
    after = from_text(as_text(before))
    assert list(after) == list(before)
    for name, draft in before.items():
        np.testing.assert_array_equal(after[name].points, draft.points)
        assert after[name].handles == draft.handles


def test_one_that_was_read_back_goes_on() -> None:
    draft = from_text(as_text({"a": drawn()}))["a"]
    expected = drawn()
    for each in (draft, expected):
        each.take_back(10.0)
        each.add_corner((3.0, 3.0))
    np.testing.assert_array_equal(draft.points, expected.points)
    assert draft.handles == expected.handles


def test_without_any_there_is_nothing_to_keep() -> None:
    assert as_text({}) == as_text({"a": PolygonDraft()}) == ""
    assert from_text("") == {}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1]",
        '{"a": 3}',
        '{"a": {"points": [[1, 2]]}}',
        '{"a": {"points": [[1, 2]], "handles": []}}',
        '{"a": {"points": [[1, 2], [3, 4]], "handles": [1, 0]}}',
        '{"a": {"points": [[1, 2], [3, 4]], "handles": [-1, 1]}}',
        '{"a": {"points": [[1, 2, 3]], "handles": [0]}}',
        '{"a": {"points": [[1, NaN]], "handles": [0]}}',
    ],
)
def test_what_makes_no_sense_is_passed_over(text: str) -> None:
    assert from_text(text) == {}
