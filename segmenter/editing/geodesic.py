"""How far pixels are from seeds when ways across edges are long."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FAR = np.float32(1e6)
"""Where no seed can be reached from."""
_DIAGONAL = np.float32(np.sqrt(2))


def geodesic_distances(
    cost: NDArray[np.float32], *seeds: NDArray[np.bool_], rounds: int = 1
) -> NDArray[np.float32]:
    """float32 N×H×W: for each of N sets of seeds the length of the shortest way to each pixel.

    ``cost``: float32 H×W, what a step onto a pixel costs, more than 0. ``seeds``: bool H×W each.
    Ways go in 8 directions. Each round sweeps the image in four directions (Toivanen 1996), all
    pixels of a row at once; one finds every way with few turns, and for telling near from far
    that is enough.
    """
    distances = np.where(np.stack(seeds), np.float32(0), FAR).astype(np.float32)
    across = np.ascontiguousarray(cost.T)
    for _ in range(rounds):
        _sweep(distances, cost)
        _sweep(distances[:, ::-1], cost[::-1])
        turned = np.ascontiguousarray(distances.transpose(0, 2, 1))
        _sweep(turned, across)
        _sweep(turned[:, ::-1], across[::-1])
        distances = np.ascontiguousarray(turned.transpose(0, 2, 1))
    return distances


def _sweep(distances: NDArray[Any], cost: NDArray[Any]) -> None:
    """From each row to the next, in place."""
    diagonal = cost * _DIAGONAL
    for row in range(1, distances.shape[1]):
        before, here = distances[:, row - 1], distances[:, row]
        np.minimum(here, before + cost[row], out=here)
        np.minimum(here[:, 1:], before[:, :-1] + diagonal[row, 1:], out=here[:, 1:])
        np.minimum(here[:, :-1], before[:, 1:] + diagonal[row, :-1], out=here[:, :-1])
