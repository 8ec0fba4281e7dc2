"""In which order an epoch draws the images, and which of them more often than once."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray


def repeat_factors(classes_of: Sequence[Collection[int]], rare_below: float) -> NDArray[np.float64]:
    """How often each image is drawn, relative to one with common classes only: float N, ≥ 1.

    Of an image's classes the rarest counts: √(``rare_below`` / share of the images that have it).
    Gupta et al., "LVIS" (arXiv 1908.03195), section 4.1, appendix B; the DeepLabv3 paper
    duplicates the images of classes that it found hard.

    Args:
        classes_of: the classes in each image.
        rare_below: 0–1; 0 draws all alike.
    """
    images: dict[int, int] = {}
    for classes in classes_of:
        for label in classes:
            images[label] = images.get(label, 0) + 1
    factors = {
        label: max(1.0, math.sqrt(rare_below * len(classes_of) / count))
        for label, count in images.items()
    }
    return np.array([max((factors[i] for i in classes), default=1.0) for classes in classes_of])


def draws_of(factors: NDArray[np.float64]) -> int:
    """How many draws an epoch needs so that no image is left out."""
    return math.ceil(factors.sum() - 1e-9)


def drawn(
    factors: NDArray[np.float64], count: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """``count`` indices of images, each as often as its factor says, copies far from each other.

    With ``count`` ≥ :func:`draws_of` every image is among them. How often one comes is its exact
    share of ``count``, rounded up or down at random (systematic sampling: no share is met better
    by any other way of rounding).
    """
    shuffled = random.permutation(len(factors))
    ends = np.cumsum(factors[shuffled]) * (count / factors.sum())
    ends[-1] = count  # whatever rounding made of it
    times = np.diff(np.floor(ends + random.random()), prepend=0).astype(int)
    copies = np.repeat(shuffled, times)
    # Copy j of k lies anywhere in the j-th of k equal parts of the epoch.
    number = np.concatenate([np.arange(k) for k in times])
    return copies[np.argsort((number + random.random(count)) / np.repeat(times, times))]
