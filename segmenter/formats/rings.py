"""Closed lines around a region, and how several become one.

A ring is int N×2, (x, y) of its points without the first one again at the end. Formats that know
polygons but no holes get the holes joined to the outer ring by bridges: lines that are walked in
both directions and so enclose nothing. All bridges are vertical: COCO's rule of filling, which goes
column by column, does not even see them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.int64]


def joined(outer: Ring, holes: Sequence[Ring]) -> Ring:
    """One ring that goes along ``outer`` and all ``holes``. Each is a ring of unit steps, and
    straight above the topmost point of a hole there is a point of another ring, not below it."""
    if not holes:
        return outer
    holes = [_from_its_top(hole) for hole in holes]
    rings = [outer, *sorted(holes, key=lambda hole: (hole[0, 1], hole[0, 0]))]
    hooks = _hooks(rings)
    pieces: list[Ring] = []
    # Of each ring under way: its number, how far it has been walked, its hooks left to visit.
    under_way = [(0, 0, iter(hooks[0]))]
    while under_way:
        number, walked, left = under_way.pop()
        ring = rings[number]
        hook = next(left, None)
        if hook is None:
            pieces.append(ring[walked:])
            if under_way:
                pieces.append(ring[:1])
            continue
        index, hole = hook
        pieces.append(ring[walked : index + 1])
        under_way += [(number, index, left), (hole, 0, iter(hooks[hole]))]
    return np.concatenate(pieces)


def corners(ring: Ring) -> Ring:
    """The ring without the points between two steps of one direction. Steps go along rows, columns
    or diagonals."""
    ring = ring[(ring != np.roll(ring, 1, axis=0)).any(axis=1)] if len(ring) > 1 else ring
    if len(ring) < 3:
        return ring
    direction = np.sign(np.roll(ring, -1, axis=0) - ring)
    return ring[(direction != np.roll(direction, 1, axis=0)).any(axis=1)]


def _from_its_top(ring: Ring) -> Ring:
    """The ring begun at its topmost point, of several the leftmost."""
    start = int(np.lexsort((ring[:, 0], ring[:, 1]))[0])
    return np.roll(ring, -start, axis=0)


def _hooks(rings: Sequence[Ring]) -> list[list[tuple[int, int]]]:
    """Of each ring: at which of its points which rings hang, in order of the points."""
    points = np.concatenate(rings)
    ring_of = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    index_of = np.concatenate([np.arange(len(ring)) for ring in rings])
    rows = int(points[:, 1].max()) + 1
    key = points[:, 0] * rows + points[:, 1]
    order = np.argsort(key, kind="stable")
    key = key[order]
    hooks: list[list[tuple[int, int]]] = [[] for _ in rings]
    for number, ring in enumerate(rings[1:], start=1):
        x, y = ring[0].tolist()
        at = int(np.searchsorted(key, x * rows + y, side="right")) - 1
        # Rings come from top to bottom, so the next one above has been joined already.
        while ring_of[order[at]] >= number:
            at -= 1
        hooks[ring_of[order[at]]].append((int(index_of[order[at]]), number))
    return [sorted(each) for each in hooks]
