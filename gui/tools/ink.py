"""What a stroke gives the pixels it covers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmenter.editing.stencil import Stencil


@dataclass(frozen=True)
class Ink:
    """One label, or for every pixel that of another label map."""

    step: str
    """As the menu names a stroke with it: “brush stroke”."""
    labels: int | NDArray[np.uint8]
    """A class id (255: unlabelled), or uint8 H×W of the image's size."""

    def over(self, stencil: Stencil) -> int | NDArray[np.uint8]:
        """As :meth:`EditableMask.paint` takes it; the stencil lies inside the image."""
        return self.labels if isinstance(self.labels, int) else self.labels[stencil.rect.slices]
