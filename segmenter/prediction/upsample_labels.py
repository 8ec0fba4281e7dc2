"""Full-resolution labels from a coarse grid of scores, without full-resolution scores.

What ``argmax(interpolate(scores, size, mode="bilinear", align_corners=False))`` gives, at a small
part of its time and memory. Bilinear interpolation is a convex combination: inside a grid cell
whose four corners agree on the winning class, that class wins everywhere. So such cells are
filled, and only the pixels of cells that an outline runs through are interpolated.

The work goes band by band through the grid, so that beside the label map itself memory stays small.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segmenter.prediction.grid_axis import GridAxis, grid_axis

SCORES_OF_A_BAND = 1 << 19
"""Scores looked at together: 2 MiB, about a core's own cache."""
PIXELS_OF_A_CHUNK = 1 << 16
"""Pixels of outline cells interpolated together."""
LARGEST_CELL = 12
"""Cells more pixels wide or high than this are split first, so that an outline through a large
cell costs the pixels near it and not the whole cell."""
PART_OF_A_CELL = 6
"""About how many pixels wide and high the parts of a split cell are."""


def upsample_labels(
    scores: NDArray[np.float32],
    size: tuple[int, int],
    *,
    extent: tuple[float, float] | None = None,
) -> NDArray[np.uint8]:
    """The class with the highest bilinearly interpolated score, for every pixel.

    Args:
        scores: float32 C×h×w, 1 to 255 classes; logits or probabilities, finite.
        size: (height, width) of the result.
        extent: (height, width) in pixels of the result that the grid spans, where the image was
            padded below and on the right to more than ``size``.

    Returns:
        uint8 height×width: class indices, the lowest of those with an equal score. They are
        PyTorch's but where two classes' scores differ by no more than float32 rounding.
    """
    upsampler = LabelUpsampler(scores.shape[1:], size, extent=extent)
    upsampler.feed(scores)
    return upsampler.labels


class LabelUpsampler:
    """:func:`upsample_labels` for a grid that comes in pieces, some rows of nodes after others.

    So tiles of a huge image are turned into labels as they are done, and the scores of the whole
    grid never exist together.
    """

    def __init__(
        self,
        grid: Sequence[int],
        size: tuple[int, int],
        *,
        extent: tuple[float, float] | None = None,
    ) -> None:
        """``grid`` is (h, w) of all nodes; the other arguments are :func:`upsample_labels`'s."""
        full_height, full_width = extent if extent is not None else size
        self._rows = _axis(grid[0], size[0], full_height)
        self._columns = _axis(grid[1], size[1], full_width)
        self._last = grid[0] - 1
        self._start = 0
        self._kept: NDArray[np.float32] | None = None
        self.labels: NDArray[np.uint8] = np.empty(size, np.uint8)
        """uint8 height×width; whole once all rows of nodes have been fed."""

    def feed(self, scores: NDArray[np.float32]) -> None:
        """The next rows of nodes: float32 C×n×w."""
        if self._kept is not None:
            scores = np.concatenate([self._kept, scores], axis=1)
        nodes = scores.shape[1]
        at_the_end = self._start + nodes - 1 == self._last
        # The cells below the last row of nodes need the next row, unless there is none.
        cells = nodes if at_the_end else nodes - 1
        height = self._rows_of_a_band(scores.shape[0])
        for first in range(0, cells, height):
            self._label(scores, first, min(first + height, cells))
        if not at_the_end:
            self._kept = scores[:, -1:].copy()
            self._start += cells

    def _rows_of_a_band(self, classes: int) -> int:
        scores_of_a_row = classes * self._columns.nodes * self._rows.split
        return max(1, SCORES_OF_A_BAND // scores_of_a_row)

    def _label(self, scores: NDArray[np.float32], first: int, stop: int) -> None:
        """Label the cells between rows ``first`` and ``stop`` of the nodes just fed."""
        band = _split(scores[:, first : stop + 1], self._rows.split, axis=1)
        band = _split(band, self._columns.split, axis=2)
        start = (self._start + first) * self._rows.split
        end = min((self._start + stop) * self._rows.split, self._rows.nodes)
        self._label_band(band, start, end)

    def _label_band(self, nodes: NDArray[np.float32], start: int, stop: int) -> None:
        """Write the pixels of cell rows ``start`` to ``stop``; ``nodes`` are those around them."""
        rows, columns = self._rows, self._columns
        winner = winners(nodes)
        counts = rows.count[start:stop]
        first = rows.first[start]
        self.labels[first : first + counts.sum()] = np.repeat(
            winner[: stop - start].take(columns.node, axis=1), counts, axis=0
        )
        outline = _outline_cells(winner, stop - start)
        outline &= (counts > 0)[:, None] & (columns.count > 0)[None, :]
        cell_rows, cell_columns = np.nonzero(outline)
        if not len(cell_rows):
            return
        chunk = max(1, PIXELS_OF_A_CHUNK // int(counts.max() * columns.count.max()))
        for at in range(0, len(cell_rows), chunk):
            cells = slice(at, at + chunk)
            self._label_cells(nodes, start, cell_rows[cells], cell_columns[cells])

    def _label_cells(
        self,
        nodes: NDArray[np.float32],
        start: int,
        cell_rows: NDArray[np.int64],
        cell_columns: NDArray[np.int64],
    ) -> None:
        """Interpolate every pixel of some cells; their rows count from the band's ``start``.

        Arrays are laid out pixel row × pixel column × cell, so that numpy's inner loops are long.
        Cells with fewer pixels than the largest have their last pixel computed more than once.
        """
        y, fraction_y = _pixels(self._rows, cell_rows + start)
        x, fraction_x = _pixels(self._columns, cell_columns)
        below = np.minimum(cell_rows + 1, nodes.shape[1] - 1)
        beside = np.minimum(cell_columns + 1, nodes.shape[2] - 1)
        top_left = nodes[:, cell_rows, cell_columns]
        top_right = nodes[:, cell_rows, beside]
        bottom_left = nodes[:, below, cell_columns]
        bottom_right = nodes[:, below, beside]
        # A class that stays below the lowest corner of another one cannot win in that cell.
        least = np.minimum(np.minimum(top_left, top_right), np.minimum(bottom_left, bottom_right))
        most = np.maximum(np.maximum(top_left, top_right), np.maximum(bottom_left, bottom_right))
        may_win = (most >= least.max(0)).any(1)
        race = None
        for index in np.flatnonzero(may_win):
            left = top_left[index] + (bottom_left[index] - top_left[index]) * fraction_y
            right = top_right[index] + (bottom_right[index] - top_right[index]) * fraction_y
            right -= left
            values = right[:, None, :] * fraction_x[None, :, :]
            values += left[:, None, :]
            if race is None:
                race = _Race(values, int(index))
            else:
                race.enter(values, int(index))
        assert race is not None  # the class with the highest of those lowest corners may
        self.labels[y[:, None, :], x[None, :, :]] = race.winner


def winners(scores: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The index of the highest score along the first axis, the lowest of equal ones.

    Several times faster than ``scores.argmax(0)``, which does not run class by class over planes.
    """
    race = _Race(scores[0])
    for index in range(1, len(scores)):
        race.enter(scores[index], index)
    return race.winner


def _axis(nodes: int, pixels: int, extent: float) -> GridAxis:
    cell = extent / nodes
    split = 1 if cell <= LARGEST_CELL else round(cell / PART_OF_A_CELL)
    return grid_axis(nodes, pixels, extent=extent, split=split)


def _split(scores: NDArray[np.float32], split: int, *, axis: int) -> NDArray[np.float32]:
    """Put ``split`` − 1 interpolated nodes between every two along one axis."""
    if split == 1:
        return np.ascontiguousarray(scores)
    nodes = scores.shape[axis]
    node, part = np.divmod(np.arange((nodes - 1) * split + 1), split)
    shape = [1, 1, 1]
    shape[axis] = len(part)
    near = scores.take(node, axis)
    finer = scores.take(np.minimum(node + 1, nodes - 1), axis)
    finer -= near
    finer *= (part / split).astype(np.float32).reshape(shape)
    finer += near
    return finer


def _outline_cells(winner: NDArray[np.uint8], cell_rows: int) -> NDArray[np.bool_]:
    """True for the cells whose corners do not agree; the last ones have only the near corners."""
    outline = np.zeros((cell_rows, winner.shape[1]), np.bool_)
    below = winner[1 : cell_rows + 1] != winner[: len(winner[1 : cell_rows + 1])]
    outline[: len(below)] = below
    beside = winner[:, 1:] != winner[:, :-1]
    outline[:, :-1] |= beside[:cell_rows]
    outline[: len(below), :-1] |= beside[1 : cell_rows + 1]
    return outline


def _pixels(
    axis: GridAxis, cells: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The pixels of some cells along one axis, and their fractions: most pixels × cells."""
    count = axis.count[cells]
    steps = np.minimum(np.arange(count.max())[:, None], count - 1)
    pixels = axis.first[cells] + steps
    return pixels, axis.fraction[pixels]


class _Race:
    """The running winner of planes of scores that enter one class after another.

    Classes enter in rising order, so where one beats the best so far the maximum of the old
    winner's index and its own is its own: no masked copies, which numpy is slow at.
    """

    def __init__(self, values: NDArray[np.float32], index: int = 0) -> None:
        self.winner = np.full(values.shape, index, np.uint8)
        self._best = values.copy()
        self._higher = np.empty(values.shape, np.bool_)
        self._candidate = np.empty(values.shape, np.uint8)

    def enter(self, values: NDArray[np.float32], index: int) -> None:
        np.greater(values, self._best, out=self._higher)
        np.multiply(self._higher.view(np.uint8), np.uint8(index), out=self._candidate)
        np.maximum(self.winner, self._candidate, out=self.winner)
        np.maximum(self._best, values, out=self._best)
