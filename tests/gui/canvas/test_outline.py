from __future__ import annotations

import numpy as np
import pytest

from gui.canvas.outline import OutlineWidth, outline, unused_value

ALL = np.arange(256, dtype=np.uint8)
THIN = OutlineWidth(line=1, halo=1)


def drawn_without(*ids: int) -> np.ndarray:
    table = ALL.copy()
    table[list(ids)] = 255
    return table


def test_a_region_has_a_line_just_inside_its_border() -> None:
    labels = np.full((9, 9), 255, np.uint8)
    labels[2:7, 2:7] = 4
    lines = outline(labels, ALL, THIN, None)
    expected = np.full((7, 7), 255)
    expected[1:6, 1:6] = 4
    expected[2:5, 2:5] = 255
    np.testing.assert_array_equal(lines, expected)


def test_the_rim_lies_just_outside() -> None:
    labels = np.full((7, 7), 255, np.uint8)
    labels[3, 3] = 4
    lines = outline(labels, ALL, THIN, halo_value=0)
    expected = np.full((5, 5), 255)
    expected[1:4, 1:4] = 0
    expected[2, 2] = 4
    np.testing.assert_array_equal(lines, expected)


def test_regions_that_touch_have_a_line_each() -> None:
    labels = np.repeat(np.array([[1, 1, 1, 2, 2, 2]], np.uint8), 5, axis=0)
    lines = outline(labels, ALL, THIN, None)
    np.testing.assert_array_equal(lines[1], [255, 1, 2, 255])


def test_hidden_classes_have_no_line_and_no_rim() -> None:
    labels = np.full((9, 9), 255, np.uint8)
    labels[2:7, 2:7] = 4
    lines = outline(labels, drawn_without(4), THIN, halo_value=4)
    assert (lines == 255).all()


def test_a_wide_line_is_as_wide_as_asked_for() -> None:
    labels = np.full((40, 40), 255, np.uint8)
    labels[:, 20:] = 4
    width = OutlineWidth(line=3, halo=2)
    row = outline(labels, drawn_without(0), width, halo_value=0)[10]
    assert np.count_nonzero(row == 4) == 3
    assert np.count_nonzero(row == 0) == 2


@pytest.mark.parametrize(("ratio", "line", "halo"), [(1.0, 2, 1), (1.5, 3, 2), (2.0, 4, 2)])
def test_widths_follow_the_pixel_ratio(ratio: float, line: int, halo: int) -> None:
    assert OutlineWidth.for_pixel_ratio(ratio) == OutlineWidth(line, halo)


def test_the_rim_takes_a_value_that_no_drawn_class_has() -> None:
    assert unused_value(drawn_without(0)) == 0
    assert unused_value(drawn_without(3, 8)) == 3
    assert unused_value(ALL) is None
