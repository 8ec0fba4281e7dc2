from __future__ import annotations

import threading

import numpy as np
import pytest

from gui.canvas.content import THINNED, CanvasContent, LabelKind, prepare, thinned

RGB = np.zeros((20, 30, 3), np.uint8)


def test_is_prepared_on_another_thread() -> None:
    made: list[CanvasContent] = []
    thread = threading.Thread(target=lambda: made.append(prepare(RGB)))
    thread.start()
    thread.join()
    assert (made[0].width, made[0].height) == (30, 20)


def test_maps_are_kept_not_copied() -> None:
    labels, confidence = np.zeros((20, 30), np.uint8), np.ones((20, 30), np.uint8)
    content = prepare(RGB, labels, confidence, "prediction")
    assert content.labels is labels
    assert content.confidence is confidence
    assert content.kind is LabelKind.PREDICTION


def test_a_map_that_is_not_contiguous_is_made_so() -> None:
    labels = np.zeros((30, 20), np.uint8).T
    prepared = prepare(RGB, labels).labels
    assert prepared is not None
    assert prepared.flags.c_contiguous


@pytest.mark.parametrize(
    "labels", [np.zeros((30, 20), np.uint8), np.zeros((20, 30), np.int64), np.zeros((20, 30, 1))]
)
def test_a_map_of_another_size_or_type_is_refused(labels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="label map is uint8 20×30"):
        prepare(RGB, labels)


def test_says_what_it_costs_to_keep() -> None:
    bare = prepare(RGB)
    assert prepare(RGB, np.zeros((20, 30), np.uint8)).nbytes == bare.nbytes + 600


def test_a_confidence_map_of_a_large_photo_takes_a_quarter() -> None:
    height, width = 1501, 1 + THINNED // 1501
    confidence = np.random.default_rng(0).integers(0, 256, (height, width), dtype=np.uint8)
    content = prepare(np.zeros((height, width, 3), np.uint8), confidence, confidence)
    before = content.nbytes
    content.confidence = thinned(confidence)
    assert before - content.nbytes > 0.74 * confidence.size
    for x, y in ((0, 0), (7, 10), (width - 1, height - 1), (width - 2, 3)):
        assert content.confidence_at(x, y) == confidence[y // 2 * 2, x // 2 * 2]


def test_that_of_a_small_one_is_kept_as_it_is() -> None:
    confidence = np.arange(600, dtype=np.uint8).reshape(20, 30)
    assert thinned(confidence) is confidence
    content = prepare(RGB, None, confidence)
    assert content.confidence_at(29, 19) == confidence[19, 29]
    content.confidence = None
    assert content.confidence_at(0, 0) is None
