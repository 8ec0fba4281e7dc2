"""About the same minimum cut, in a fraction of the time: at half the size first."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.graph_cut import min_cut

BAND = 4
"""Pixels at each side of the rough border between which the finer one is looked for."""


def rough_cut(
    log_odds: NDArray[np.float32],
    channels: NDArray[np.uint8],
    inside: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    *,
    strength: float,
) -> NDArray[np.uint8]:
    """As :func:`min_cut`, with a border of steps of two pixels."""
    height, width = log_odds.shape
    size = (width + 1) // 2, (height + 1) // 2
    # A pixel there covers four, and a border of the same length crosses half as many.
    found = min_cut(
        cv2.resize(log_odds, size, interpolation=cv2.INTER_AREA),  # type: ignore[arg-type]
        cv2.resize(np.ascontiguousarray(channels), size, interpolation=cv2.INTER_AREA),  # type: ignore[arg-type]
        _halved(inside, size),
        _halved(outside, size),
        strength=2 * strength,
    )
    rough = cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST)
    rough[outside] = 0
    rough[inside] = 1
    return np.asarray(rough, np.uint8)


def banded_cut(
    log_odds: NDArray[np.float32],
    channels: NDArray[np.uint8],
    inside: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    *,
    strength: float,
) -> NDArray[np.uint8]:
    """As :func:`min_cut`, near the border of :func:`rough_cut` (Lombaert, Sun, Grady and Xu 2005:
    what is further away than the finer border can be is taken for known)."""
    rough = rough_cut(log_odds, channels, inside, outside, strength=strength)
    around = np.ones((2 * BAND + 1, 2 * BAND + 1), np.uint8)
    surely = cv2.erode(rough, around, borderType=cv2.BORDER_REPLICATE).view(bool)
    never = ~cv2.dilate(rough, around, borderType=cv2.BORDER_REPLICATE).view(bool)
    return min_cut(
        log_odds, channels, inside | surely & ~outside, outside | never & ~inside, strength=strength
    )


def _halved(flags: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Where at least half of what a pixel stands for is set."""
    share = cv2.resize(flags.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(share) >= 0.5
