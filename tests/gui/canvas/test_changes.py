"""Which pixels count as changed, how, and what is drawn on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from gui.canvas.changes import (
    COLORS,
    Change,
    MarkSize,
    change_table,
    changes,
    mark_table,
    marked_fill,
    marked_fill_table,
    marks,
)
from segmenter.project.classes import LabelClass

INDEXED = QImage.Format.Format_Indexed8
BACKGROUND, CAT, DOG = 0, 1, 2
CLASSES = [
    LabelClass(BACKGROUND, "background", (0, 0, 0)),
    LabelClass(CAT, "cat", (230, 57, 70)),
    LabelClass(DOG, "dog", (42, 157, 244)),
]


def change(prediction: int, mask: int, classes: list[LabelClass] | None = None) -> Change:
    table = change_table(CLASSES if classes is None else classes)
    one = [np.full((1, 1), value, np.uint8) for value in (mask, prediction)]
    return Change(changes(one[0], one[1], table)[0, 0])


@pytest.mark.parametrize(
    ("prediction", "mask", "expected"),
    [
        (CAT, CAT, Change.NONE),
        (BACKGROUND, BACKGROUND, Change.NONE),
        (255, 255, Change.NONE),
        (BACKGROUND, CAT, Change.ADDED),
        (255, CAT, Change.ADDED),
        (255, BACKGROUND, Change.ADDED),
        (CAT, BACKGROUND, Change.REMOVED),
        (CAT, 255, Change.REMOVED),
        (BACKGROUND, 255, Change.REMOVED),
        (CAT, DOG, Change.RECLASSED),
        (CAT, 77, Change.RECLASSED),  # of a class that came later than this list
    ],
)
def test_a_pixel_is_added_removed_or_of_another_class(
    prediction: int, mask: int, expected: Change
) -> None:
    assert change(prediction, mask) is expected


def test_of_hidden_classes_nothing_is_marked() -> None:
    classes = [CLASSES[0], CLASSES[1], replace(CLASSES[2], visible=False)]
    assert change(BACKGROUND, DOG, classes) is Change.NONE
    assert change(DOG, CAT, classes) is Change.ADDED
    assert change(CAT, DOG, classes) is Change.REMOVED


def test_without_a_background_class_what_is_labelled_was_added() -> None:
    assert change(255, CAT, CLASSES[1:]) is Change.ADDED
    assert change(CAT, DOG, CLASSES[1:]) is Change.RECLASSED


KINDS = hnp.arrays(np.uint8, st.tuples(st.integers(7, 30), st.integers(7, 30)),
                   elements=st.sampled_from([0, 0, 0, 1, 2, 3]))  # fmt: skip


@given(KINDS)
def test_every_changed_pixel_is_marked_in_its_own_color_and_no_other_is(
    kinds: NDArray[np.uint8],
) -> None:
    size = MarkSize.for_pixel_ratio(1)
    reach = size.reach
    drawn = np.array(mark_table(), np.uint32)[marks(np.pad(kinds, reach), reach, size, 0, 0)]
    for kind, color in COLORS.items():
        red, green, blue = color
        assert np.all(drawn[kinds == kind] & 0xFFFFFF == red << 16 | green << 8 | blue)
        assert np.all(drawn[kinds == kind] >> 24 > 0)
    # Beside it there is at most a dark rim, and far from it nothing.
    assert np.all(drawn[kinds == 0] & 0xFFFFFF == 0)
    far = np.ones(kinds.shape, bool)
    for y, x in zip(*np.nonzero(kinds), strict=True):
        far[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1] = False
    assert not drawn[far].any()


@given(KINDS, st.integers(0, 3), st.integers(0, 3))
def test_a_part_is_drawn_as_in_the_whole(kinds: NDArray[np.uint8], top: int, left: int) -> None:
    """So that what is painted piece by piece fits together, hatching and edges."""
    size = MarkSize.for_pixel_ratio(1.5)
    reach = size.reach
    padded = np.pad(kinds, reach)
    whole = marks(padded, reach, size, 40, 30)
    part = marks(padded[top:, left:], reach, size, 40 + left, 30 + top)
    np.testing.assert_array_equal(part, whole[top:, left:])


def test_the_three_kinds_differ_without_their_colors() -> None:
    size = MarkSize.for_pixel_ratio(2)
    table = np.array(mark_table(), np.uint32)
    solid = {}
    for kind in COLORS:
        kinds = np.full((60, 60), kind, np.uint8)
        solid[kind] = table[marks(kinds, 10, size, 0, 0)] >> 24 == 0xFF
    assert np.array_equal(solid[Change.ADDED] | solid[Change.REMOVED], solid[Change.RECLASSED])
    assert np.array_equal(solid[Change.ADDED], solid[Change.ADDED].T)  # of / alone
    for one, other in ((Change.ADDED, Change.REMOVED), (Change.ADDED, Change.RECLASSED)):
        assert np.mean(solid[one] != solid[other]) > 0.1


def test_fill_and_marks_in_one_picture_look_like_one_over_the_other() -> None:
    rng = np.random.default_rng(4)
    fill = [int(each) for each in rng.integers(0, 2**32, 256, dtype=np.uint32)]
    faded = [each & 0xFFFFFF | 0x40000000 for each in fill]
    colors = marked_fill_table(faded, fill)
    size = MarkSize.for_pixel_ratio(1)
    kinds = np.kron(rng.integers(0, 4, (6, 8)), np.ones((12, 12))).astype(np.uint8)
    drawn = marks(kinds, 4, size, 3, 5)
    labels = rng.integers(0, 256, drawn.shape, dtype=np.uint8)
    image = QImage(labels.shape[1], labels.shape[0], QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    for values, table in (
        (np.where(drawn & 3 == 0, labels, 0), faded),
        (np.where(drawn & 3 != 0, labels, 0), fill),
        (drawn, mark_table()),
    ):
        pixels = np.ascontiguousarray(values, np.uint8)
        height, width = pixels.shape
        one = QImage(pixels.data, width, height, width, INDEXED)
        # 0 stands for clear: of the other kind, or without a mark.
        one.setColorTable([0, *table[1:]])
        painter.drawImage(0, 0, one)
    painter.end()
    seen = np.frombuffer(image.constBits(), np.uint32).reshape(labels.shape)
    expected = marked_fill(labels, drawn, colors)
    where = labels != 0
    difference = np.abs(
        seen.view(np.uint8).reshape(*labels.shape, 4).astype(int)
        - expected.view(np.uint8).reshape(*labels.shape, 4)
    )
    assert difference[where].max() <= 2  # rounding
