"""Where tiles lie along one axis, and how much each counts where they overlap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

OVERLAP = 0.25
"""Of a tile's side: what two neighbours share at least."""


def tile_starts(nodes: int, tile: int) -> list[int]:
    """First nodes of tiles of ``tile`` nodes that cover ``nodes`` of them, evenly spread.

    The last one ends at the end, so that all tiles are of one size; a single tile that holds
    everything starts at 0.
    """
    if nodes <= tile:
        return [0]
    step = max(1, tile - round(tile * OVERLAP))
    count = -(-(nodes - tile) // step) + 1
    return [round(index * (nodes - tile) / (count - 1)) for index in range(count)]


def blend_weights(starts: list[int], tile: int, nodes: int) -> list[NDArray[np.float32]]:
    """For every tile the weight of each of its nodes; over all tiles they add up to 1 everywhere.

    They rise and fall in a line across the overlap, since the edge of a tile, with nothing to see
    beyond it, is where a network knows least; at the image's border they stay.
    """
    length = min(tile, nodes)
    ramp = max(1.0, length * OVERLAP)
    place = np.arange(length) + 0.5
    raw = []
    total = np.zeros(nodes)
    for index, start in enumerate(starts):
        rise = np.full(length, ramp) if index == 0 else place
        fall = np.full(length, ramp) if index == len(starts) - 1 else length - place
        weight = np.minimum(np.minimum(rise, fall), ramp)
        total[start : start + length] += weight
        raw.append(weight)
    return [
        (weight / total[start : start + length]).astype(np.float32)
        for start, weight in zip(starts, raw, strict=True)
    ]
