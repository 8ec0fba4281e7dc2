"""Slow and obvious: regions pixel by pixel, to hold the fast ones against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SIDES = ((0, 1), (1, 0), (0, -1), (-1, 0))
ALL_AROUND = (*SIDES, (1, 1), (1, -1), (-1, 1), (-1, -1))


def reachable(
    free: NDArray[np.bool_], start: tuple[int, int], steps: Sequence[tuple[int, int]]
) -> NDArray[np.bool_]:
    """What can be reached from ``start`` (row, column) through free pixels."""
    reached = np.zeros(free.shape, bool)
    waiting = [start]
    while waiting:
        row, column = waiting.pop()
        inside = 0 <= row < free.shape[0] and 0 <= column < free.shape[1]
        if inside and free[row, column] and not reached[row, column]:
            reached[row, column] = True
            waiting.extend((row + down, column + right) for down, right in steps)
    return reached


def regions_of(labels: NDArray[np.uint8]) -> list[NDArray[np.bool_]]:
    """Every 4-connected region of one label."""
    found: list[NDArray[np.bool_]] = []
    seen = np.zeros(labels.shape, bool)
    for row, column in np.ndindex(*labels.shape):
        if not seen[row, column]:
            region = reachable(labels == labels[row, column], (row, column), SIDES)
            seen |= region
            found.append(region)
    return found
