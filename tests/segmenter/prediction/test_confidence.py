from __future__ import annotations

import numpy as np
import torch

from segmenter.prediction.confidence import (
    confidence_of_logits,
    confidence_of_probabilities,
    enlarge_confidence,
    uncertainty_of,
)


def test_confidence_is_the_highest_softmax_probability(random: np.random.Generator) -> None:
    logits = random.normal(0, 3, (21, 300, 700)).astype(np.float32)
    highest = torch.from_numpy(logits).softmax(0).amax(0).numpy() * 255
    assert np.abs(confidence_of_logits(logits) - highest).max() <= 0.501


def test_logits_far_apart_are_no_trouble() -> None:
    logits = np.array([[[1e30, -3e4]], [[-1e30, 3e4]]], np.float32)
    assert confidence_of_logits(logits).tolist() == [[255, 255]]


def test_confidence_of_probabilities(random: np.random.Generator) -> None:
    assert confidence_of_probabilities(
        np.array([[[0.5, 0.2]], [[0.5, 0.8]]], np.float32)
    ).tolist() == [[128, 204]]


def test_enlarging_is_bilinear_and_may_be_cut() -> None:
    grid = np.array([[0, 100], [200, 100]], np.uint8)
    whole = enlarge_confidence(grid, (8, 8))
    assert whole.shape == (8, 8)
    assert whole[0, 0] == 0
    assert whole[7, 0] == 200
    assert 108 <= whole[4, 4] <= 110  # at 0.625 of the way both down and across
    assert np.array_equal(enlarge_confidence(grid, (5, 7), (8, 8)), whole[:5, :7])


def test_a_very_long_strip_is_enlarged() -> None:
    assert enlarge_confidence(np.full((1, 10), 7, np.uint8), (1, 100_000)).shape == (1, 100_000)


def test_uncertainty_is_the_doubt_of_the_least_certain_tenth() -> None:
    confidence = np.full((10, 10), 255, np.uint8)
    assert uncertainty_of(confidence) == 0
    confidence[0, :5] = 51  # half of the tenth: 1 − 0.2
    assert np.isclose(uncertainty_of(confidence), 0.4)
    assert np.isclose(uncertainty_of(np.full((1, 1), 51, np.uint8)), 0.8)
