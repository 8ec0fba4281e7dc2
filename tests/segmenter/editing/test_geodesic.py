"""Ways that shun edges, against Dijkstra's."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from brute_force import ALL_AROUND
from numpy.typing import NDArray

from segmenter.editing.geodesic import FAR, geodesic_distances


def shortest(cost: NDArray[np.float32], seeds: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Dijkstra 1959."""
    distance = np.where(seeds, 0.0, np.inf)
    waiting = [(0.0, int(row), int(column)) for row, column in np.argwhere(seeds)]
    while waiting:
        here, row, column = heapq.heappop(waiting)
        if here > distance[row, column]:
            continue
        for down, right in ALL_AROUND:
            r, c = row + down, column + right
            if 0 <= r < cost.shape[0] and 0 <= c < cost.shape[1]:
                there = here + float(cost[r, c]) * np.hypot(down, right)
                if there < distance[r, c]:
                    distance[r, c] = there
                    heapq.heappush(waiting, (there, r, c))
    return distance


@pytest.mark.parametrize("seed", range(4))
def test_enough_rounds_find_the_shortest_ways(seed: int) -> None:
    generator = np.random.default_rng(seed)
    cost = generator.uniform(0.01, 1, (14, 19)).astype(np.float32)
    seeds = generator.random((2, 14, 19)) < 0.02
    seeds[0, 3, 4] = seeds[1, 10, 15] = True
    found = geodesic_distances(cost, *seeds, rounds=6)
    for one, marked in zip(found, seeds, strict=True):
        np.testing.assert_allclose(one, shortest(cost, marked), rtol=1e-4)


def test_one_round_is_exact_on_even_ground() -> None:
    cost = np.ones((9, 12), np.float32)
    seeds = np.zeros((9, 12), bool)
    seeds[4, 5] = True
    (found,) = geodesic_distances(cost, seeds)
    np.testing.assert_allclose(found, shortest(cost, seeds), rtol=1e-5)


def test_a_wall_makes_the_way_long() -> None:
    cost = np.full((5, 11), 0.01, np.float32)
    cost[:, 5] = 1
    seeds = np.zeros((5, 11), bool)
    seeds[2, 0] = True
    (found,) = geodesic_distances(cost, seeds)
    assert found[2, 4] < 0.1
    assert found[2, 6] > 1


def test_without_seeds_everything_is_far() -> None:
    found = geodesic_distances(np.ones((4, 4), np.float32), np.zeros((4, 4), bool))
    assert (found >= FAR).all()
