"""Cuts found at half the size first, against the one that looks at all pixels at once."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from segmenter.editing.graph_cut import min_cut
from segmenter.editing.rough_cut import banded_cut, rough_cut

STRENGTH = 4.0
Field = tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]


def field(seed: int, shape: tuple[int, int]) -> Field:
    """A noisy guess at a blob, two channels in which it can be seen, and what is known of it."""
    generator = np.random.default_rng(seed)
    height, width = shape
    x, y = np.arange(width), np.arange(height)[:, None]
    angle = np.arctan2(y - height / 2, x - width / 2)
    reach = 0.33 * min(shape) * (1 + 0.25 * np.sin(3 * angle + seed))
    blob = np.hypot(x - width / 2, y - height / 2) < reach
    guess = np.where(blob, 1.0, -1.0) + generator.normal(0, 1.2, shape)
    channels = np.where(blob[..., None], (150, 110), (110, 140)) + generator.normal(
        0, 6, (*shape, 2)
    )
    inside, outside = np.zeros(shape, bool), np.zeros(shape, bool)
    inside[height // 2, width // 2 - 3 : width // 2 + 4] = True
    outside[:2] = True
    return (
        cv2.GaussianBlur(guess.astype(np.float32), (0, 0), 1.0),  # type: ignore[return-value]
        np.clip(channels, 0, 255).astype(np.uint8),
        inside,
        outside,
    )


@pytest.mark.parametrize("shape", [(120, 160), (121, 95), (40, 33)])
@pytest.mark.parametrize("seed", range(3))
def test_the_cut_in_a_band_is_nearly_the_cheapest(seed: int, shape: tuple[int, int]) -> None:
    made = field(seed, shape)
    whole = min_cut(*made, strength=STRENGTH)
    assert 0.1 < whole.mean() < 0.6
    assert (banded_cut(*made, strength=STRENGTH) != whole).mean() < 0.003
    border = cv2.morphologyEx(whole, cv2.MORPH_GRADIENT, np.ones((7, 7), np.uint8)).astype(bool)
    np.testing.assert_array_equal(
        rough_cut(*made, strength=STRENGTH)[~border],  # pixels of two that are one there
        whole[~border],
    )


def test_what_is_known_stays_to_the_pixel() -> None:
    log_odds, channels, inside, outside = field(0, (61, 47))
    generator = np.random.default_rng(5)
    inside = generator.random(inside.shape) < 0.03
    outside = (generator.random(inside.shape) < 0.03) & ~inside
    for cut in (rough_cut, banded_cut):
        found = cut(log_odds, channels, inside, outside, strength=STRENGTH)
        assert found[inside].all()
        assert not found[outside].any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 2)])
def test_a_few_pixels_are_enough(shape: tuple[int, int]) -> None:
    log_odds = np.full(shape, 5, np.float32)
    nothing = np.zeros(shape, bool)
    for cut in (rough_cut, banded_cut):
        found = cut(log_odds, np.zeros((*shape, 2), np.uint8), nothing, nothing, strength=STRENGTH)
        assert found.shape == shape
        assert found.all()
