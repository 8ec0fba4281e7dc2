"""How sure the network is: of every pixel, and one figure for the whole image.

Confidence is the winning class's probability. It is computed on the grid that the labels are
decided from (the size the image went through the network at, or every fourth pixel of tiles and
averages) and interpolated to the image: it guides the eye and the order of review, and for that
an exponential of every class at every pixel of the image would be thrown away.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

UNCERTAIN_SHARE = 0.1
SCORES_OF_A_BAND = 1 << 18
"""Looked at together: 1 MiB, so that they stay in a core's own cache."""


def confidence_of_logits(logits: NDArray[np.float32]) -> NDArray[np.uint8]:
    """float32 C×h×w → uint8 h×w: the highest softmax probability, 0–255 for 0–1."""
    classes, height, width = logits.shape
    confidence = np.empty((height, width), np.uint8)
    rows = max(1, SCORES_OF_A_BAND // (classes * width))
    for top in range(0, height, rows):
        band = logits[:, top : top + rows]
        # 1 / Σ exp(logit − highest) is the highest probability. Far below the highest the
        # exponential is nothing, but slow to compute: hence the lower bound.
        below = np.maximum(band - band.max(0), np.float32(-30))
        total = np.exp(below, out=below).sum(0)
        confidence[top : top + rows] = np.rint(np.float32(255) / total)
    return confidence


def confidence_of_probabilities(probabilities: NDArray[np.float32]) -> NDArray[np.uint8]:
    """float32 C×h×w → uint8 h×w: the highest probability, 0–255 for 0–1."""
    return np.rint(probabilities.max(0).clip(0, 1) * np.float32(255)).astype(np.uint8)


def enlarge_confidence(
    confidence: NDArray[np.uint8], size: tuple[int, int], extent: tuple[float, float] | None = None
) -> NDArray[np.uint8]:
    """uint8 h×w → uint8 of ``size`` (height, width), bilinear.

    ``extent`` is what the grid spans, where that is more than ``size``.
    """
    height, width = size
    full_height, full_width = extent if extent is not None else size
    whole = (max(width, round(full_width)), max(height, round(full_height)))
    enlarged = cv2.resize(confidence, whole, interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(enlarged[:height, :width], dtype=np.uint8)


def uncertainty_of(confidence: NDArray[np.uint8]) -> float:
    """0–1: the mean of 1 − confidence over its least certain tenth (at least one value)."""
    counts = np.bincount(confidence.ravel(), minlength=256)
    wanted = max(1, round(confidence.size * UNCERTAIN_SHARE))
    before = np.cumsum(counts) - counts
    taken = np.clip(wanted - before, 0, counts)
    doubt = 1 - np.arange(256) / 255
    return float((taken * doubt).sum() / wanted)
