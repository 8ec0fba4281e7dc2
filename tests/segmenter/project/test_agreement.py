"""Comparing a mask with a prediction, beside a reference that counts pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from segmenter.project import agreement as module
from segmenter.project.agreement import Agreement, agreement, pixels_by_label

Labels = NDArray[np.uint8]
VALUES = st.sampled_from([0, 1, 2, 7, 254, 255])
SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)
PAIRS = SHAPES.flatmap(
    lambda shape: st.tuples(
        hnp.arrays(np.uint8, shape, elements=VALUES), hnp.arrays(np.uint8, shape, elements=VALUES)
    )
)


def counted_pixels(mask: Labels, prediction: Labels) -> list[tuple[int, int]]:
    """(mask, prediction) of every pixel that counts."""
    pairs = zip(mask.ravel().tolist(), prediction.ravel().tolist(), strict=True)
    return [(m, p) for m, p in pairs if m != 255]


@given(PAIRS)
def test_iou_is_that_of_the_sets_of_pixels(pair: tuple[Labels, Labels]) -> None:
    mask, prediction = pair
    pixels = counted_pixels(mask, prediction)
    found = agreement(mask, prediction)
    scores = []
    for class_id in range(255):
        in_mask = {i for i, (m, _) in enumerate(pixels) if m == class_id}
        in_prediction = {i for i, (_, p) in enumerate(pixels) if p == class_id}
        union = in_mask | in_prediction
        expected = len(in_mask & in_prediction) / len(union) if union else None
        assert found.iou(class_id) == expected
        if expected is not None:
            scores.append(expected)
    assert found.mean_iou == (pytest.approx(np.mean(scores)) if scores else None)


@given(PAIRS)
def test_changed_is_the_share_of_labelled_pixels_that_differ(pair: tuple[Labels, Labels]) -> None:
    mask, prediction = pair
    pixels = counted_pixels(mask, prediction)
    found = agreement(mask, prediction)
    assert found.pixels == len(pixels)
    expected = pytest.approx(np.mean([m != p for m, p in pixels])) if pixels else None
    assert found.changed == expected


@given(PAIRS)
def test_unlabelled_is_the_share_of_predicted_pixels_that_the_mask_leaves_out(
    pair: tuple[Labels, Labels],
) -> None:
    mask, prediction = pair
    predicted = mask[prediction != 255]
    expected = pytest.approx(np.mean(predicted == 255)) if predicted.size else None
    assert agreement(mask, prediction).unlabelled == expected


@given(PAIRS, PAIRS)
def test_adding_counts_both_as_if_they_were_one_image(
    one: tuple[Labels, Labels], other: tuple[Labels, Labels]
) -> None:
    total = Agreement()
    total.add(agreement(*one))
    total.add(agreement(*other))
    flat = [np.concatenate([a.ravel(), b.ravel()])[None] for a, b in zip(one, other, strict=True)]
    assert total == agreement(*flat)


@given(hnp.arrays(np.uint8, SHAPES, elements=VALUES))
def test_labels_are_counted(labels: Labels) -> None:
    ids, counts = np.unique(labels, return_counts=True)
    assert pixels_by_label(labels) == dict(zip(ids.tolist(), counts.tolist(), strict=True))


def test_counts_stay_exact_beyond_what_a_float32_can_tell_apart() -> None:
    labels = np.zeros((4100, 4100), np.uint8)  # 16.8 million of one class
    labels[-1, -1] = 1
    assert labels.size > 2**24
    assert pixels_by_label(labels) == {0: labels.size - 1, 1: 1}
    found = agreement(labels, np.zeros_like(labels))
    assert found.in_both == {0: labels.size - 1}
    assert found.in_prediction == {0: labels.size}


def test_bands_are_no_longer_than_can_be_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_EXACT", 100)
    rng = np.random.default_rng(3)
    mask, prediction = rng.integers(0, 4, (2, 37, 53), np.uint8)
    banded = agreement(mask, prediction)
    monkeypatch.undo()
    assert banded == agreement(mask, prediction)


def test_other_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="mask"):
        agreement(np.zeros((2, 3), np.uint8), np.zeros((3, 2), np.uint8))
