from __future__ import annotations

import itertools

import numpy as np
import pytest

from segmenter.prediction.tiles import OVERLAP, blend_weights, tile_starts

LENGTHS = [(1, 32), (32, 32), (33, 32), (40, 32), (57, 32), (100, 32), (1000, 128), (7, 1)]


@pytest.mark.parametrize(("nodes", "tile"), LENGTHS)
def test_tiles_cover_everything_and_overlap(nodes: int, tile: int) -> None:
    starts = tile_starts(nodes, tile)
    assert starts[0] == 0
    assert max(starts[-1] + tile, nodes) == max(nodes, tile)
    for before, after in itertools.pairwise(starts):
        assert before < after
        assert before + tile - after >= int(tile * OVERLAP)


@pytest.mark.parametrize(("nodes", "tile"), LENGTHS)
def test_weights_add_up_to_one(nodes: int, tile: int) -> None:
    starts = tile_starts(nodes, tile)
    total = np.zeros(nodes)
    for start, weights in zip(starts, blend_weights(starts, tile, nodes), strict=True):
        assert (weights > 0).all()
        total[start : start + len(weights)] += weights
    assert np.allclose(total, 1)


def test_a_tile_counts_least_at_its_edge() -> None:
    starts = tile_starts(100, 32)
    weights = blend_weights(starts, 32, 100)[1]
    assert weights[0] < 0.1
    assert weights[-1] < 0.1
    assert weights[16] == 1
