"""Small holes in the regions of a class are closed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken, Progress
from segmenter.editing.cleaned import NO_PROTECTION, Cleaned, proposal
from segmenter.editing.protection import Protection
from segmenter.editing.region_map import RegionMap
from segmenter.project.classes import UNLABELLED

CHECK_EVERY = 4096
"""Regions between two looks at the cancel token."""


def fill_holes(
    labels: NDArray[np.uint8],
    largest: int,
    class_id: int | None = None,
    *,
    ground: int | None = None,
    protection: Protection = NO_PROTECTION,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> Cleaned:
    """What a region encloses takes its label, where that is at most ``largest`` pixels.

    ``labels``: uint8 H×W. A hole is all that can't reach the edge of the image without crossing
    the region (4-connected), whatever its labels, holes within holes and all; it counts as one.
    ``class_id``: holes in this class alone; None: in every class but ``ground``, the class that
    lies behind the others and in which they are not holes. Unlabelled is no class: it has no
    holes, but can be one. Where holes lie in one another the outermost counts that is small
    enough. Doing it again changes nothing. Raises Cancelled.
    """
    cancel = cancel or CancelToken()
    tell = progress or (lambda done, total: None)
    tell(0, 3)
    regions = RegionMap(labels)
    cancel.check()
    tell(1, 3)
    skipped = {UNLABELLED, ground}
    may_fill = np.array([
        label == class_id if class_id is not None else label not in skipped for label in range(256)
    ])  # fmt: skip
    free = protection.paintable()
    nesting = _nesting(regions, cancel)
    found = regions.labels.copy()
    count = 0
    tell(2, 3)
    beyond = 0
    for place, around in enumerate(nesting.around):
        if place < beyond or around < 0:
            continue
        label = regions.labels[around]
        if may_fill[label] and nesting.areas[place] <= largest:
            beyond = place + nesting.sizes[place]
            hole = nesting.order[place:beyond]
            found[hole] = label
            count += bool(free[regions.labels[hole]].any())
    cancel.check()
    result = proposal(labels, regions.painted(found), protection, count)
    tell(3, 3)
    return result


@dataclass(frozen=True)
class _Nesting:
    """Which regions enclose which; every list is in the order of a walk in which all that a
    region reaches through what it encloses follows on it without a gap."""

    order: list[int]
    """The regions."""
    around: list[int]
    """The region that encloses this one and all that follows on it; -1: none does alone."""
    sizes: list[int]
    """How many regions of the walk belong to this place, itself included."""
    areas: list[int]
    """Their pixels."""


def _nesting(regions: RegionMap, cancel: CancelToken) -> _Nesting:
    """Articulation points of the graph of touching regions (Hopcroft and Tarjan 1973): a region
    encloses what is cut off from the edge of the image without it."""
    first, second = regions.neighbours()
    begins = np.searchsorted(first, np.arange(regions.count + 1)).tolist()
    touching = second.tolist()
    at_edge = regions.at_edge.tolist()
    areas_of = regions.areas.tolist()
    number = [0] * regions.count  # when a region was reached; 0: not yet, or the outside
    order: list[int] = []
    around: list[int] = []
    sizes: list[int] = []
    areas: list[int] = []
    lowest: list[int] = []  # by place: the earliest number reached from here
    upcoming = begins[:-1]
    for start in np.flatnonzero(regions.at_edge).tolist():
        path = [] if number[start] else [start]
        while path:
            region = path[-1]
            if not number[region]:
                if len(order) % CHECK_EVERY == 0:
                    cancel.check()
                order.append(region)
                number[region] = len(order)
                lowest.append(0 if at_edge[region] else len(order))
                around.append(-1)
                sizes.append(1)
                areas.append(areas_of[region])
            here = number[region] - 1
            if upcoming[region] < begins[region + 1]:
                other = touching[upcoming[region]]
                upcoming[region] += 1
                if not number[other]:
                    path.append(other)
                else:
                    lowest[here] = min(lowest[here], number[other])
                continue
            path.pop()
            if path:
                before = number[path[-1]] - 1
                sizes[before] += sizes[here]
                areas[before] += areas[here]
                lowest[before] = min(lowest[before], lowest[here])
                if lowest[here] >= number[path[-1]]:
                    around[here] = path[-1]
    return _Nesting(order, around, sizes, areas)
