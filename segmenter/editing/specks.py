"""Regions that are too small to be meant go to what surrounds them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken, Progress
from segmenter.editing.cleaned import NO_PROTECTION, Cleaned, proposal
from segmenter.editing.protection import Protection
from segmenter.editing.region_map import Indices, RegionMap
from segmenter.project.classes import UNLABELLED


def remove_specks(
    labels: NDArray[np.uint8],
    smallest: int,
    class_id: int | None = None,
    *,
    protection: Protection = NO_PROTECTION,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> Cleaned:
    """Regions (4-connected) of fewer than ``smallest`` pixels take the label that they touch along
    most of their edge.

    ``labels``: uint8 H×W. ``class_id``: specks of this class alone; None: of every class.
    Unlabelled is no class and so never a speck (see :func:`fill_holes` for that), but what lies
    in the midst of it becomes unlabelled. Specks that touch nothing but specks wait until those
    have found their label; where there is nothing but specks all stays as it is. Doing it again
    changes nothing. Raises Cancelled.
    """
    cancel = cancel or CancelToken()
    tell = progress or (lambda done, total: None)
    tell(0, 3)
    regions = RegionMap(labels)
    cancel.check()
    tell(1, 3)
    meant = (regions.labels != UNLABELLED) if class_id is None else (regions.labels == class_id)
    free = protection.paintable()[regions.labels].astype(bool)
    waiting = (regions.areas < smallest) & meant & free
    found = regions.labels.copy()
    one, other, sides = regions.contacts()
    interesting = waiting[one]
    one, other, sides = one[interesting], other[interesting], sides[interesting]
    while True:
        cancel.check()
        ready = waiting[one] & ~waiting[other]
        if not ready.any():
            break
        winners, their_label = _most_touched(one[ready], found[other[ready]], sides[ready])
        found[winners] = their_label
        waiting[winners] = False
        left = waiting[one]
        one, other, sides = one[left], other[left], sides[left]
    tell(2, 3)
    result = proposal(
        labels, regions.painted(found), NO_PROTECTION, int((found != regions.labels).sum())
    )
    tell(3, 3)
    return result


def _most_touched(
    region: Indices, label: NDArray[np.uint8], sides: Indices
) -> tuple[Indices, NDArray[np.uint8]]:
    """Each region once, with the label it shares most sides with; of equal ones the lowest."""
    pairs, which = np.unique(region * 256 + label, return_inverse=True)
    shared = np.bincount(which, weights=sides)
    # Sorted by region, then by falling number of sides, then by label: the first of each counts.
    order = np.lexsort((pairs, -shared, pairs // 256))
    pairs = pairs[order]
    owner = pairs // 256
    first = np.ones(len(pairs), bool)
    first[1:] = owner[1:] != owner[:-1]
    return owner[first], (pairs[first] % 256).astype(np.uint8)
