"""All regions of a label map at once: what is connected, how large it is, and what touches what.

Rows are cut into runs of one label, and runs of the same label that touch from row to row are
joined. So everything after one look at the pixels costs what the runs cost, a few thousand in an
ordinary mask, however many classes there are.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


class RegionMap:
    """A region is what is 4-connected and has one label; regions are numbered from 0."""

    def __init__(self, labels: NDArray[np.uint8]) -> None:
        """``labels``: uint8 H×W, not empty; not copied, and only looked at in here."""
        self.shape = labels.shape
        flat = np.ascontiguousarray(labels).reshape(-1)
        begins = np.empty(labels.shape, bool)
        begins[:, 0] = True
        np.not_equal(labels[:, 1:], labels[:, :-1], out=begins[:, 1:])
        self._starts: Indices = np.flatnonzero(begins)
        self._lengths: Indices = np.diff(self._starts, append=flat.size)
        self._run_labels = flat[self._starts]
        self._pieces = _Pieces(self._starts, flat.size, labels.shape[1])
        upper, lower = self._pieces.upper, self._pieces.lower
        alike = self._run_labels[upper] == self._run_labels[lower]
        self._region_of_run = _joined(len(self._starts), upper[alike], lower[alike])
        self.count = int(self._region_of_run.max()) + 1
        """How many regions there are."""
        self.labels = np.zeros(self.count, np.uint8)
        """The label of each region."""
        self.labels[self._region_of_run] = self._run_labels
        self.areas: Indices = np.zeros(self.count, np.int64)
        """The pixels of each region."""
        np.add.at(self.areas, self._region_of_run, self._lengths)

    @cached_property
    def at_edge(self) -> NDArray[np.bool_]:
        """Whether each region touches the edge of the image."""
        height, width = self.shape
        column = self._starts % width
        row = self._starts // width
        touching = (column == 0) | (column + self._lengths == width)
        touching |= (row == 0) | (row == height - 1)
        at_edge = np.zeros(self.count, bool)
        at_edge[self._region_of_run[touching]] = True
        return at_edge

    def contacts(self) -> tuple[Indices, Indices, Indices]:
        """Pairs of regions that touch along pixel sides, each in both directions, and along how
        many sides; a pair may come more than once."""
        pieces, region, width = self._pieces, self._region_of_run, self.shape[1]
        beside = np.flatnonzero(self._starts[1:] % width != 0)
        one = np.concatenate((region[pieces.upper], region[beside]))
        other = np.concatenate((region[pieces.lower], region[beside + 1]))
        sides = np.concatenate((pieces.lengths, np.ones(len(beside), np.int64)))
        apart = one != other
        one, other, sides = one[apart], other[apart], sides[apart]
        return (
            np.concatenate((one, other)),
            np.concatenate((other, one)),
            np.concatenate((sides, sides)),
        )

    def neighbours(self) -> tuple[Indices, Indices]:
        """Pairs of regions that touch along a side or at a corner, each once in each direction,
        sorted by the first."""
        pieces, region = self._pieces, self._region_of_run
        one, other, _ = self.contacts()
        # Where a piece ends, the runs above and below it meet the next ones across the corner.
        corner = np.flatnonzero(pieces.ends_inside_row)
        for above, below in ((corner, corner + 1), (corner + 1, corner)):
            up, low = region[pieces.upper[above]], region[pieces.lower[below]]
            apart = up != low
            one = np.concatenate((one, up[apart], low[apart]))
            other = np.concatenate((other, low[apart], up[apart]))
        pairs = np.unique(one * self.count + other)
        return pairs // self.count, pairs % self.count

    def painted(self, region_labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A new label map in which each region has the label given for it."""
        return np.repeat(region_labels[self._region_of_run], self._lengths).reshape(self.shape)


class _Pieces:
    """The seam between each row and the next, cut wherever a run begins on either side."""

    def __init__(self, starts: Indices, size: int, width: int) -> None:
        """``starts``: where runs begin in the flat image of ``size`` pixels."""
        above = starts[starts < size - width]
        below = starts[starts >= width] - width
        cuts = np.unique(np.concatenate((above, below)))
        self.lengths: Indices = np.diff(cuts, append=size - width)
        self.upper: Indices = np.searchsorted(starts, cuts, side="right") - 1
        """The run above each piece."""
        self.lower: Indices = np.searchsorted(starts, cuts + width, side="right") - 1
        """And the one below it."""
        self.ends_inside_row: NDArray[np.bool_] = (cuts[1:] % width) != 0


def _joined(count: int, one: Indices, other: Indices) -> Indices:
    """Numbers 0 … for ``count`` things such that joined ones (one[i] with other[i]) share one."""
    parent = np.arange(count)
    while len(one):
        one, other = parent[one], parent[other]
        apart = one != other
        one, other = one[apart], other[apart]
        # A root hangs itself below the smallest root it is joined to …
        np.minimum.at(parent, np.maximum(one, other), np.minimum(one, other))
        # … and then everything below its root.
        while True:
            above = parent[parent]
            if np.array_equal(above, parent):
                break
            parent = above
    roots = np.cumsum(parent == np.arange(count)) - 1
    return roots[parent]
