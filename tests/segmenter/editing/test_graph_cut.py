"""The minimum cut, against trying all of them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from segmenter.editing.graph_cut import LIMIT, min_cut

GAMMA = 50.0
"""cv2.grabCut's weight of the border."""


def cost_of(
    cut: NDArray[np.uint8],
    log_odds: NDArray[np.float32],
    channels: NDArray[np.uint8],
    strength: float,
) -> float:
    """Boykov and Jolly's energy with GrabCut's border weights."""
    first = np.clip((log_odds / LIMIT + 1) * 127.5, 0, 255).astype(np.uint8)
    image = np.dstack((first, channels)).astype(float)
    height, width = cut.shape
    pairs = [
        ((r, c), (r + down, c + right), np.hypot(down, right))
        for r, c in np.ndindex(height, width)
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1))
        if r + down < height and 0 <= c + right < width
    ]
    squares = [float(((image[p] - image[q]) ** 2).sum()) for p, q, _ in pairs]
    beta = 1 / (2 * np.mean(squares)) if sum(squares) else 0.0
    border = sum(
        GAMMA / length * np.exp(-beta * square)
        for (p, q, length), square in zip(pairs, squares, strict=True)
        if cut[p] != cut[q]
    )
    # Half of the odds speak for inside where they are positive, half against outside.
    exact = (first.astype(float) / 127.5 - 1) * LIMIT * strength
    return border + float(np.where(cut > 0, -exact, exact).sum()) / 2


@pytest.mark.parametrize("seed", range(5))
def test_no_cut_is_cheaper(seed: int) -> None:
    generator = np.random.default_rng(seed)
    log_odds = generator.normal(0, 3, (3, 4)).astype(np.float32)
    channels = generator.integers(0, 256, (3, 4, 2)).astype(np.uint8)
    nothing = np.zeros((3, 4), bool)
    strength = 4.0
    found = min_cut(log_odds, channels, nothing, nothing, strength=strength)
    least = min(
        cost_of(np.array(bits, np.uint8).reshape(3, 4), log_odds, channels, strength)
        for bits in product((0, 1), repeat=12)
    )
    assert cost_of(found, log_odds, channels, strength) == pytest.approx(least, abs=0.05)


def test_what_is_known_stays() -> None:
    log_odds = np.full((5, 5), -6, np.float32)
    inside, outside = np.zeros((5, 5), bool), np.zeros((5, 5), bool)
    inside[2, 2] = True
    log_odds[0] = 6
    outside[0, :3] = True
    found = min_cut(log_odds, np.zeros((5, 5, 2), np.uint8), inside, outside, strength=20)
    assert found[2, 2] == 1
    assert not found[0, :3].any()
    assert found[0, 4] == 1
