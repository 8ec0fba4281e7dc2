"""A coarse outline, moved to the edge that the full photo shows."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.photo_pixels import PhotoLevels, contiguous
from segmenter.editing.rect import Rect

Gray = NDArray[np.float32]

STAGE = 4
"""From coarse to full in stages of so much each, so that a stage only looks near its outline."""
REACH = 1.25
"""How far an edge may move in a stage, in pixels of the one before."""
SMOOTHNESS = 0.01
"""Of the guided filter: how much contrast makes an edge, with inside and outside at 1 and 0."""
SAMPLES = 1500
"""Pixels that suffice to tell how inside and outside differ."""
NOISE = 25.0
"""Variance of a colour that means nothing."""


def snapped(photo: PhotoLevels, window: Rect, coarse: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8 as large as ``window``, a part of the photo; 1 inside.

    ``coarse``: uint8 h×w of 0 and 1, each of its pixels standing for several of the window's.
    Only near the coarse outline is anything looked at.
    """
    while min(window.width / coarse.shape[1], window.height / coarse.shape[0]) > 1.5 * STAGE:
        width, height = coarse.shape[1] * STAGE, coarse.shape[0] * STAGE
        coarse = _stage(photo.shrunk(window, width, height), coarse)
    return _stage(photo.part(window), coarse)


def _stage(bgr: NDArray[np.uint8], coarse: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """As large as ``bgr``."""
    height, width = bgr.shape[:2]
    scale = max(width / coarse.shape[1], height / coarse.shape[0])
    soft = cv2.GaussianBlur(coarse * np.uint8(255), (3, 3), 0.7)
    full = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
    mask = np.asarray(cv2.threshold(full, 127, 1, cv2.THRESH_BINARY)[1], np.uint8)
    if scale <= 1.2:
        return mask
    reach = int(np.ceil(scale * REACH))
    side = max(96, 6 * reach)
    result = mask.copy()
    for tile in _tiles_on_edge(coarse, width, height, side):
        around = tile.grown(2 * reach).clipped(width, height)
        part = _snapped_part(bgr[around.slices], mask[around.slices], reach)
        result[tile.slices] = part[tile.relative_to(around).slices]
    return result


def _tiles_on_edge(coarse: NDArray[np.uint8], width: int, height: int, side: int) -> list[Rect]:
    """The squares of ``side`` pixels that the outline may run through, then."""
    edge = cv2.morphologyEx(coarse, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero(edge)
    found: set[tuple[int, int]] = set()
    for dy in (-REACH, 1 + REACH):
        for dx in (-REACH, 1 + REACH):
            y = np.clip((rows + dy) * height / coarse.shape[0], 0, height - 1)
            x = np.clip((columns + dx) * width / coarse.shape[1], 0, width - 1)
            found.update(zip((y // side).tolist(), (x // side).tolist(), strict=True))
    return [
        Rect(int(column) * side, int(row) * side, side, side).clipped(width, height)
        for row, column in sorted(found)
    ]


def _snapped_part(bgr: NDArray[np.uint8], mask: NDArray[np.uint8], reach: int) -> NDArray[np.uint8]:
    """One part, with room for ``2 * reach`` pixels around what is wanted of it."""
    if cv2.countNonZero(mask) in (0, mask.size):
        return mask
    # The guided filter (He, Sun and Tang 2010), with the photo projected on the one direction in
    # which inside and outside differ most here (Fisher 1936).
    size = (2 * reach + 1, 2 * reach + 1)
    guide = _projected(bgr, mask)
    alpha = mask.astype(np.float32)
    mean_guide, mean_alpha = _mean(guide, size), _mean(alpha, size)
    spread = _mean(guide * guide, size) - mean_guide * mean_guide
    together = _mean(guide * alpha, size) - mean_guide * mean_alpha
    slope = np.asarray(together / (spread + np.float32(SMOOTHNESS)), np.float32)
    offset = mean_alpha - slope * mean_guide
    filtered = _mean(slope, size) * guide + _mean(offset, size)
    # Never further than ``reach`` from where it was.
    found = (filtered >= 0.5) & (mean_alpha > 1e-4) | (mean_alpha > 1 - 1e-4)
    return found.view(np.uint8)


def _projected(bgr: NDArray[np.uint8], mask: NDArray[np.uint8]) -> Gray:
    """float32 of about 0 (as outside) to 1 (as inside)."""
    # All bytes of a pixel at once: a fourth one is the same everywhere, and so says nothing.
    colors = contiguous(bgr).astype(np.float32)
    step = max(1, int((mask.size / SAMPLES) ** 0.5))
    some = colors[::step, ::step].reshape(-1, colors.shape[2])
    where = mask[::step, ::step].reshape(-1).astype(np.float32)
    count = np.array((where.sum(), len(where) - where.sum()))
    if not count.all():
        return np.zeros(mask.shape, np.float32)
    middle = some.mean(axis=0)
    centred = some - middle
    scatter = NOISE * np.eye(colors.shape[2])
    means = []
    for share in (where, 1 - where):
        mean = share @ centred / share.sum()
        weighed = centred * share[:, None]
        scatter += centred.T @ weighed / share.sum() - np.outer(mean, mean)
        means.append(mean)
    inside, outside = means
    difference = inside - outside
    direction = np.linalg.solve(scatter, difference)
    length = float(direction @ difference)
    if length < 1e-6:
        return np.zeros(mask.shape, np.float32)
    direction = (direction / length).astype(np.float32)
    projected = colors.reshape(-1, colors.shape[2]) @ direction
    projected -= np.float32((outside + middle) @ direction)
    np.clip(projected, -0.5, 1.5, out=projected)
    return projected.reshape(mask.shape)


def _mean(values: NDArray[Any], size: tuple[int, int]) -> Gray:
    return np.asarray(cv2.blur(values, size, borderType=cv2.BORDER_REFLECT), np.float32)
