from __future__ import annotations

import threading

import numpy as np
import pytest

from gui.canvas.content import CanvasContent, LabelKind, prepare

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
