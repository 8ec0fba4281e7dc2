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
from torch import Tensor

UNCERTAIN_SHARE = 0.1


def confidence_of_logits(logits: Tensor) -> Tensor:
    """float32 C×h×w → uint8 h×w: the highest softmax probability, 0–255 for 0–1."""
    # 1 / Σ exp(logit − highest) is the highest probability.
    # Far below it the exponential is nothing, but slow to compute: hence the clamp.
    total = (logits - logits.amax(0)).clamp_(min=-30).exp_().sum(0)
    return _to_bytes(total.reciprocal_())


def confidence_of_probabilities(probabilities: Tensor) -> Tensor:
    """float32 C×h×w → uint8 h×w: the highest probability, 0–255 for 0–1."""
    return _to_bytes(probabilities.amax(0))


def _to_bytes(values: Tensor) -> Tensor:
    import torch

    return values.mul_(255).round_().clamp_(0, 255).to(torch.uint8)


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
