"""How much likelier a colour is inside an object than around it, learnt from a few pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float32]

BINS = (16, 24, 24)
"""Of a histogram of L, a and b in CIE Lab."""
_SPREAD = np.asarray(cv2.getGaussianKernel(5, 1.0), np.float32)
"""A colour also speaks for its neighbours: two bins away at most."""
_RARE = 1e-6
"""The least probability of any colour: of one that was seen nowhere nothing follows."""


class ColorModel:
    """Histograms in place of GrabCut's mixtures of Gaussians: with a few thousand pixels they say
    as much, take a millisecond, and don't depend on where a random start falls."""

    def __init__(self, lab: NDArray[np.uint8]) -> None:
        """``lab``: uint8 H×W×3 as cv2 has it (L of 0–255, a and b around 128)."""
        lightness = lab[..., 0].astype(np.int32) * BINS[0] >> 8
        # Colours of photos lie in the middle half of a and b.
        a, b = (
            np.clip((lab[..., axis].astype(np.int32) - 64) * BINS[axis] >> 7, 0, BINS[axis] - 1)
            for axis in (1, 2)
        )
        self._bin = (lightness * BINS[1] + a) * BINS[2] + b

    def log_odds(self, inside: Weights, outside: Weights) -> NDArray[np.float32]:
        """For each pixel the logarithm of how much likelier its colour is inside.

        ``inside``, ``outside``: H×W, how much each pixel counts as an example, 0 and more.
        """
        odds = np.log(self._likelihood(inside) / self._likelihood(outside))
        return np.asarray(odds[self._bin], np.float32)

    def _likelihood(self, weights: Weights) -> NDArray[np.float32]:
        """Of each bin."""
        counts = np.bincount(self._bin.ravel(), weights.ravel(), int(np.prod(BINS)))
        cube = counts.astype(np.float32).reshape(BINS[0], -1)
        one = np.ones((1, 1), np.float32)
        cube = np.asarray(
            cv2.sepFilter2D(cube, -1, one, _SPREAD, borderType=cv2.BORDER_REPLICATE), np.float32
        ).reshape(BINS)
        for plane in cube:
            plane[...] = cv2.sepFilter2D(
                plane, -1, _SPREAD, _SPREAD, borderType=cv2.BORDER_REPLICATE
            )
        total = float(cube.sum())
        if total > 0:
            cube /= total
        return cube.ravel() + np.float32(_RARE)
