"""The edge of a class, moved outwards or inwards."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken, Progress
from segmenter.editing.cleaned import NO_PROTECTION, Cleaned, proposal
from segmenter.editing.protection import Protection
from segmenter.editing.rect import Rect


def grow(
    labels: NDArray[np.uint8],
    class_id: int,
    pixels: float,
    *,
    protection: Protection = NO_PROTECTION,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> Cleaned:
    """All that is at most ``pixels`` away from the class joins it, unlabelled pixels as well.

    ``labels``: uint8 H×W; distances are those between centres of pixels. Raises Cancelled.
    """
    cancel = cancel or CancelToken()
    tell = progress or (lambda done, total: None)
    tell(0, 2)
    after = labels.copy()
    window = _around(labels, class_id, pixels)
    if not window.is_empty:
        outside = (labels[window.slices] != class_id).view(np.uint8)
        near = _near(outside, pixels)
        cancel.check()
        np.copyto(after[window.slices], np.uint8(class_id), where=near)
    tell(1, 2)
    result = proposal(labels, after, protection)
    tell(2, 2)
    return result


def shrink(
    labels: NDArray[np.uint8],
    class_id: int,
    pixels: float,
    *,
    protection: Protection = NO_PROTECTION,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> Cleaned:
    """What is at most ``pixels`` away from another label leaves the class and takes the label
    nearest to it (unlabelled, where that is nearest; of equally near ones any, always the same).

    ``labels``: uint8 H×W. The edge of the image is no edge of the class. Raises Cancelled.
    """
    cancel = cancel or CancelToken()
    tell = progress or (lambda done, total: None)
    tell(0, 2)
    after = labels.copy()
    window = _around(labels, class_id, pixels)
    if not window.is_empty:
        before = labels[window.slices]
        inside = (before == class_id).view(np.uint8)
        freed = _near(inside, pixels) & inside.view(bool)
        cancel.check()
        if freed.any():
            _take_nearest(after[window.slices], inside, freed)
    tell(1, 2)
    result = proposal(labels, after, protection)
    tell(2, 2)
    return result


def _around(labels: NDArray[np.uint8], class_id: int, pixels: float) -> Rect:
    """The part of the image that decides: the class and ``pixels`` around it."""
    height, width = labels.shape
    box = cv2.boundingRect((labels == class_id).view(np.uint8))
    if not box[2]:
        return Rect()
    return Rect(*box).grown(int(np.ceil(pixels)) + 1).clipped(width, height)


def _near(away: NDArray[np.uint8], pixels: float) -> NDArray[np.bool_]:
    """Where 0 is at most ``pixels`` away; also where there is 0."""
    if away.all():
        return np.zeros(away.shape, bool)
    distance = cv2.distanceTransform(away, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # The distances of a float32 transform are off by less than this.
    return distance <= pixels + 1e-3


def _take_nearest(
    labels: NDArray[np.uint8], inside: NDArray[np.uint8], freed: NDArray[np.bool_]
) -> None:
    """Give the freed pixels (in place) the label of the nearest pixel that is not inside."""
    _, nearest = cv2.distanceTransformWithLabels(
        inside, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    # Each pixel that is not inside has a number of its own; its label stands under it.
    outside = inside == 0
    label_of = np.zeros(int(nearest.max()) + 1, np.uint8)
    label_of[nearest[outside]] = labels[outside]
    np.copyto(labels, label_of[nearest], where=freed)
