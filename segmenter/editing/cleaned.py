"""What an edit of the whole mask comes to."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.editing.covered import covered
from segmenter.editing.protection import Protection
from segmenter.editing.stencil import Stencil

NO_PROTECTION = Protection()


@dataclass(frozen=True)
class Cleaned:
    """A proposal: the labels as they would be. Nothing has been edited yet."""

    labels: NDArray[np.uint8]
    """uint8 H×W, an array of its own."""
    changed: Stencil | None
    """The pixels that would be different; None where nothing would."""
    regions: int
    """How many regions were changed, or into how many regions the change falls."""

    @property
    def pixels(self) -> int:
        """How many pixels would be different."""
        return cv2.countNonZero(self.changed.pixels) if self.changed is not None else 0


def proposal(
    before: NDArray[np.uint8],
    after: NDArray[np.uint8],
    protection: Protection,
    regions: int | None = None,
) -> Cleaned:
    """``after`` with what is protected in ``before`` put back (in place). ``regions``: counted
    from what is different where it isn't given."""
    if not protection.is_off:
        kept = cv2.LUT(before, 1 - protection.paintable())
        np.copyto(after, before, where=np.asarray(kept, np.uint8).view(bool))
    changed = covered((before != after).view(np.uint8))
    if regions is None:
        regions = 0
        if changed is not None:
            regions = cv2.connectedComponents(changed.pixels, connectivity=8)[0] - 1
    return Cleaned(after, changed, regions)
