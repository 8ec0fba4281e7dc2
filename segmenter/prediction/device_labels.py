"""Full-resolution labels on the accelerator, so that only 8-bit maps travel back.

There memory bandwidth is plenty: bands of full-resolution scores, small enough to bound memory,
are cheaper than finding out which cells an outline runs through.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segmenter.prediction.grid_axis import grid_axis

SCORES_OF_A_BAND = 1 << 26
"""Full-resolution scores that exist together: 256 MiB."""


class DeviceLabelUpsampler:
    """What :class:`segmenter.prediction.upsample_labels.LabelUpsampler` does, with tensors."""

    def __init__(
        self,
        grid: Sequence[int],
        size: tuple[int, int],
        device: torch.device | str,
        *,
        extent: tuple[float, float] | None = None,
    ) -> None:
        full_height, full_width = extent if extent is not None else size
        self._rows = grid_axis(grid[0], size[0], extent=full_height)
        columns = grid_axis(grid[1], size[1], extent=full_width)
        self._node = torch.from_numpy(columns.node).to(device)
        self._beside = (self._node + 1).clamp_(max=grid[1] - 1)
        self._fraction = torch.from_numpy(columns.fraction).to(device)
        self._last = grid[0] - 1
        self._start = 0
        self._kept: Tensor | None = None
        self._labels = torch.empty(size, dtype=torch.uint8, device=device)

    @property
    def labels(self) -> NDArray[np.uint8]:
        """uint8 height×width, copied back; whole once all rows of nodes have been fed."""
        labels: NDArray[np.uint8] = self._labels.cpu().numpy()
        return labels

    @torch.inference_mode()
    def feed(self, scores: Tensor) -> None:
        """The next rows of nodes: float32 C×n×w on the device."""
        if self._kept is not None:
            scores = torch.cat([self._kept, scores], dim=1)
        nodes = scores.shape[1]
        at_the_end = self._start + nodes - 1 == self._last
        cells = nodes if at_the_end else nodes - 1
        if cells:
            self._label(scores, self._start, self._start + cells)
        if not at_the_end:
            self._kept = scores[:, -1:].clone()
            self._start += cells

    def _label(self, scores: Tensor, start: int, stop: int) -> None:
        rows = self._rows
        first = int(rows.first[start])
        end = int(rows.first[stop - 1] + rows.count[stop - 1])
        height = max(1, SCORES_OF_A_BAND // (scores.shape[0] * len(self._node)))
        for top in range(first, end, height):
            pixels = slice(top, min(top + height, end))
            node = torch.from_numpy(rows.node[pixels] - start).to(scores.device)
            below = (node + 1).clamp_(max=scores.shape[1] - 1)
            fraction = torch.from_numpy(rows.fraction[pixels]).to(scores.device)[:, None]
            lines = torch.lerp(scores[:, node], scores[:, below], fraction)
            values = torch.lerp(lines[..., self._node], lines[..., self._beside], self._fraction)
            self._labels[pixels] = values.argmax(0).to(torch.uint8)
