"""Everything the canvas needs of one image, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gui.canvas.image_pyramid import ImagePyramid

Labels = NDArray[np.uint8]

THINNED = 2_000_000
"""Pixels from which on a quarter of a confidence map says all of it: there it is interpolated
between values that are further apart than that."""


class LabelKind(StrEnum):
    """Whose label map it is: see the vocabulary in docs/architecture.md."""

    MASK = "mask"
    PREDICTION = "prediction"


@dataclass
class CanvasContent:
    """One image with what lies over it. Arrays have the photo's height and width,
    but for a confidence map that was thinned."""

    photo: ImagePyramid
    labels: Labels | None = None
    """Class ids, 255 = unlabelled."""
    kind: LabelKind = LabelKind.MASK
    confidence: NDArray[np.uint8] | None = None
    """0–255 for 0–1; a pixel for each of the photo's or, :func:`thinned`, for 2×2 of them."""

    @property
    def width(self) -> int:
        return self.photo.width

    @property
    def height(self) -> int:
        return self.photo.height

    @property
    def confidence_step(self) -> int:
        """How many pixels of the photo a side one of the confidence map stands for."""
        whole = self.confidence is None or self.confidence.shape == (self.height, self.width)
        return 1 if whole else 2

    def confidence_at(self, x: int, y: int) -> int | None:
        """0–255, at this pixel of the photo; None where there is no map."""
        step = self.confidence_step
        return None if self.confidence is None else int(self.confidence[y // step, x // step])

    @property
    def nbytes(self) -> int:
        """What keeping it costs, for a cache that is capped by bytes."""
        maps = (self.labels, self.confidence)
        return self.photo.nbytes + sum(each.nbytes for each in maps if each is not None)

    def fitting(self, values: NDArray[np.uint8], what: str) -> NDArray[np.uint8]:
        """``values`` as it can be shown over the photo (the same array where it already can).

        Raises ValueError where it isn't uint8 of the photo's size.
        """
        if values.dtype != np.uint8 or values.shape != (self.height, self.width):
            raise ValueError(
                f"{what} is uint8 {self.height}×{self.width}, not {values.dtype} {values.shape}"
            )
        return np.ascontiguousarray(values)


def thinned(confidence: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Of a large photo every other row and column, a copy; of a small one all of it."""
    if confidence.size < THINNED:
        return confidence
    return np.ascontiguousarray(confidence[::2, ::2])


def prepare(
    rgb: NDArray[np.uint8],
    labels: Labels | None = None,
    confidence: NDArray[np.uint8] | None = None,
    kind: LabelKind | str = LabelKind.MASK,
) -> CanvasContent:
    """Get one image ready for :meth:`Canvas.show_content`; call it on a pool thread.

    ``rgb`` uint8 H×W×3; ``labels`` uint8 H×W class ids, 255 = unlabelled; ``confidence`` uint8
    H×W. The label map is kept, not copied, where it is contiguous. At 50 MP this takes 0.1 s
    of one core and 270 MB; showing the result takes next to nothing.
    """
    content = CanvasContent(ImagePyramid(rgb), kind=LabelKind(kind))
    if labels is not None:
        content.labels = content.fitting(labels, "a label map")
    if confidence is not None:
        content.confidence = content.fitting(confidence, "a confidence map")
    return content
