"""What the model says about one image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Prediction:
    """The model's label map of one image, with how sure it is."""

    labels: NDArray[np.uint8]
    """H×W; indices into ``classes`` (a project maps them to its class ids when it stores them)."""
    confidence: NDArray[np.uint8]
    """H×W; the winning class's probability, 0–255 for 0–1."""
    uncertainty: float
    """0–1, one figure for the whole image: the mean of 1 − confidence over its least certain
    tenth, so that a small doubtful object in a large sure background still counts."""
    classes: tuple[str, ...]
    device: str = "cpu"
    """Where it was computed."""
    note: str = ""
    """A sentence for the person where something was not as asked (e.g. memory ran out)."""
