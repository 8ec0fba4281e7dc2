"""Which labels an edit may change, for every combination of what can be set."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from segmenter.editing.editable_mask import EditableMask
from segmenter.editing.protection import Protection
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil
from segmenter.project.classes import UNLABELLED

LOCKED = [frozenset[int](), frozenset({0}), frozenset({3, 7}), frozenset({UNLABELLED}),
          frozenset(range(256))]  # fmt: skip
ONLY_CLASS = [None, 0, 3, 254]
COMBINATIONS = [
    Protection(locked, only_unlabelled, only_class)
    for locked, only_unlabelled, only_class in product(LOCKED, [False, True], ONLY_CLASS)
]


def may_paint_over(label: int, protection: Protection) -> bool:
    """As a person would say it."""
    if label in protection.locked:
        return False
    if not protection.only_unlabelled and protection.only_class is None:
        return True
    is_unlabelled = protection.only_unlabelled and label == UNLABELLED
    return is_unlabelled or label == protection.only_class


@pytest.mark.parametrize("protection", COMBINATIONS, ids=str)
def test_every_label_is_free_or_protected_as_it_should_be(protection: Protection) -> None:
    paintable = protection.paintable()
    assert paintable.dtype == np.uint8
    assert paintable.tolist() == [may_paint_over(label, protection) for label in range(256)]
    if protection.is_off:
        assert paintable.all()


@pytest.mark.parametrize("protection", COMBINATIONS, ids=str)
def test_painting_leaves_protected_labels_alone(protection: Protection) -> None:
    before = np.arange(256, dtype=np.uint8).reshape(16, 16)
    mask = EditableMask(before.copy())
    mask.protection = protection
    everything = Stencil(Rect(0, 0, 16, 16), np.ones((16, 16), np.uint8))
    mask.begin("paint")
    mask.paint(everything, 5)
    free = np.array([may_paint_over(label, protection) for label in range(256)]).reshape(16, 16)
    np.testing.assert_array_equal(mask.labels, np.where(free, 5, before))

    mask.roll_back()
    mask.begin("replace")
    mask.replace(Rect(0, 0, 16, 16), before[::-1].copy())
    np.testing.assert_array_equal(mask.labels, np.where(free, before[::-1], before))


def test_nothing_is_protected_unless_somebody_says_so() -> None:
    assert Protection().is_off
    assert not Protection(locked=frozenset({1})).is_off
    assert not Protection(only_unlabelled=True).is_off
    assert not Protection(only_class=0).is_off


def test_what_is_painted_in_one_step_is_protected_from_its_next_event() -> None:
    """“Only on unlabelled” holds for every event, so a stroke doesn't paint over itself."""
    mask = EditableMask(np.full((8, 8), UNLABELLED, np.uint8))
    mask.protection = Protection(only_unlabelled=True)
    everything = Stencil(Rect(0, 0, 8, 8), np.ones((8, 8), np.uint8))
    mask.begin("paint")
    assert mask.paint(everything, 1) == Rect(0, 0, 8, 8)
    assert mask.paint(everything, 2).is_empty
    assert (mask.labels == 1).all()
