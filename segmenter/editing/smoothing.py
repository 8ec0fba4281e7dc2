"""Ragged edges are rounded off."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken, Progress
from segmenter.editing.cleaned import NO_PROTECTION, Cleaned, proposal
from segmenter.editing.protection import Protection
from segmenter.editing.rect import Rect

TILE = 256
"""Side of the squares that are looked at one by one; most have one label and cost nothing."""
THREADS = min(4, os.cpu_count() or 1)


def smooth(
    labels: NDArray[np.uint8],
    class_id: int | None,
    radius: float,
    *,
    protection: Protection = NO_PROTECTION,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> Cleaned:
    """Each pixel takes the label that weighs most around it, near ones weighing more.

    ``labels``: uint8 H×W. ``radius`` > 0: how far a pixel looks, in pixels; corners and ragged
    bits smaller than that are rounded off, straight edges stay. ``class_id``: only this class
    gains or loses pixels, the others get what it leaves; None: all edges. Unlabelled counts as a
    label of its own. Where two weigh the same a pixel keeps its label. Raises Cancelled.
    """
    cancel = cancel or CancelToken()
    tell = progress or (lambda done, total: None)
    height, width = labels.shape
    reach = max(1, round(radius))
    after = labels.copy()
    tops = range(0, height, TILE)
    tell(0, len(tops) + 1)

    def smooth_tile(tile: Rect) -> None:
        cancel.check()
        around = tile.grown(reach).clipped(width, height)
        part = labels[around.slices]
        present = np.flatnonzero(cv2.calcHist([part], [0], None, [256], [0, 256]))
        if len(present) > 1 and (class_id is None or class_id in present):
            smoothed = _heaviest(part, present, class_id, radius, reach)
            after[tile.slices] = smoothed[tile.relative_to(around).slices]

    # OpenCV and numpy let other threads run, and tiles don't overlap.
    with ThreadPoolExecutor(THREADS, thread_name_prefix="smooth") as pool:
        for done, top in enumerate(tops, start=1):
            tiles = (Rect(left, top, TILE, TILE) for left in range(0, width, TILE))
            list(pool.map(smooth_tile, (tile.clipped(width, height) for tile in tiles)))
            tell(done, len(tops) + 1)
    result = proposal(labels, after, protection)
    tell(len(tops) + 1, len(tops) + 1)
    return result


def _heaviest(
    part: NDArray[np.uint8],
    present: NDArray[np.int64],
    class_id: int | None,
    radius: float,
    reach: int,
) -> NDArray[np.uint8]:
    """The labels of one part, smoothed; ``present``: those that there are in it."""
    side = 2 * reach + 1
    here = [(part == label).view(np.uint8) for label in present.tolist()]
    weights = np.stack([
        cv2.GaussianBlur(each.astype(np.float32), (side, side), radius / 2) for each in here
    ])  # fmt: skip
    own = np.zeros(part.shape, np.float32)
    for each, weight in zip(here, weights, strict=True):
        np.copyto(own, weight, where=each.view(bool))
    best = present.astype(np.uint8)[weights.argmax(axis=0)]
    moved = weights.max(axis=0) > own
    if class_id is not None:
        moved &= (part == class_id) | (best == class_id)
    return np.where(moved, best, part)
