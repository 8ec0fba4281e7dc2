"""The cheapest border between inside and outside: a minimum cut."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

LIMIT = 6.0
"""Log-odds beyond this are as good as certain."""


def min_cut(
    log_odds: NDArray[np.float32],
    channels: NDArray[np.uint8],
    inside: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    *,
    strength: float,
) -> NDArray[np.uint8]:
    """uint8 H×W, 1 inside: what fits ``log_odds`` best (> 0: rather inside), with the border
    along edges of the image (Boykov and Jolly 2001).

    ``channels``: uint8 H×W×2, in which edges are looked for, besides the log-odds. ``inside``,
    ``outside``: what is known, bool H×W. ``strength``: how much the log-odds weigh against the
    length of the border.

    OpenCV's only maximum-flow solver sits inside cv2.grabCut, which would guess colour models of
    its own. It is handed frozen ones of a single Gaussian each instead, one about 0 and one about
    255 of a first channel that holds our log-odds, endlessly wide in the two others: their
    likelihoods then differ by exactly a multiple of that channel.
    """
    first = np.clip((log_odds / LIMIT + 1) * 127.5, 0, 255).astype(np.uint8)
    image = np.dstack((first, channels))
    guess = np.where(log_odds > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    guess[outside] = cv2.GC_BGD
    guess[inside] = cv2.GC_FGD
    if guess.size == 1:  # a graph without edges, which OpenCV refuses
        return guess & np.uint8(1)
    # (x² − (x − 255)²) / 2v goes from −65025 / 2v at x = 0 to as much at x = 255.
    variance = 255**2 / (2 * strength * LIMIT)
    models = _gaussian(0, variance), _gaussian(255, variance)
    cv2.grabCut(image, guess, (0, 0, 1, 1), *models, 1, cv2.GC_EVAL_FREEZE_MODEL)
    return guess & np.uint8(1)


def _gaussian(mean: float, variance: float) -> NDArray[np.float64]:
    """As cv2.grabCut keeps a model: 5 weights, 5 means, 5 covariance matrices."""
    model = np.zeros((1, 65))
    model[0, 0] = 1
    model[0, 5:8] = (mean, 128, 128)
    model[0, 20:29] = np.diag((variance, 1e7, 1e7)).ravel()
    return model
