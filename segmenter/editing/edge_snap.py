"""A coarse outline, moved to the edge that the full photo shows."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

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


def snapped(
    bgr: NDArray[np.uint8], coarse: NDArray[np.uint8], width: int, height: int
) -> NDArray[np.uint8]:
    """uint8 height × width, 1 inside.

    ``coarse``: uint8 h×w of 0 and 1, each of its pixels standing for several of the photo's.
    ``bgr``: uint8 height×width×3, the part of the photo it is about; not necessarily contiguous.
    Only near the coarse outline is anything looked at.
    """
    while min(width / coarse.shape[1], height / coarse.shape[0]) > 1.5 * STAGE:
        size = coarse.shape[1] * STAGE, coarse.shape[0] * STAGE
        small = cv2.resize(_whole_pixels(bgr), size, interpolation=cv2.INTER_AREA)
        coarse = _stage(np.asarray(small, np.uint8)[..., :3], coarse)
    return _stage(bgr, coarse)


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
    side = max(64, 6 * reach)
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
    slope = np.asarray(together / (spread + SMOOTHNESS), np.float32)
    offset = mean_alpha - slope * mean_guide
    filtered = _mean(slope, size) * guide + _mean(offset, size)
    # Never further than ``reach`` from where it was.
    found = (filtered >= 0.5) & (mean_alpha > 1e-4) | (mean_alpha > 1 - 1e-4)
    return found.view(np.uint8)


def _projected(bgr: NDArray[np.uint8], mask: NDArray[np.uint8]) -> Gray:
    """float32 of about 0 (as outside) to 1 (as inside)."""
    step = max(1, int((mask.size / SAMPLES) ** 0.5))
    some = bgr[::step, ::step].reshape(-1, 3).astype(np.float32)
    where = mask[::step, ::step].reshape(-1).view(bool)
    inside, outside = some[where], some[~where]
    if len(inside) == 0 or len(outside) == 0:
        return np.zeros(mask.shape, np.float32)
    middle_inside, middle_outside = inside.mean(axis=0), outside.mean(axis=0)
    difference = middle_inside - middle_outside
    scatter = NOISE * np.eye(3)
    for pixels, middle in ((inside, middle_inside), (outside, middle_outside)):
        centred = pixels - middle
        scatter += centred.T @ centred / len(pixels)
    direction = np.linalg.solve(scatter, difference)
    length = float(direction @ difference)
    if length < 1e-6:
        return np.zeros(mask.shape, np.float32)
    direction = (direction / length).astype(np.float32)
    projected = bgr.astype(np.float32) @ direction - np.float32(middle_outside @ direction)
    return np.clip(projected, -0.5, 1.5)


def _mean(values: NDArray[Any], size: tuple[int, int]) -> Gray:
    return np.asarray(cv2.blur(values, size, borderType=cv2.BORDER_REFLECT), np.float32)


def _whole_pixels(bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Something that cv2 can shrink without a copy, where the photo has four bytes a pixel."""
    if bgr.strides[1:] == (4, 1):
        height, width = bgr.shape[:2]
        return np.lib.stride_tricks.as_strided(bgr, (height, width, 4), bgr.strides)
    return np.ascontiguousarray(bgr)
