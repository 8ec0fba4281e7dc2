"""A label map drawn over its image."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.atomic import write_atomically
from segmenter.errors import MaskwrightError
from segmenter.project.classes import BACKGROUND, LabelClass
from segmenter.wording import shown

_ROWS = 128
"""So many rows at a time stay in the processor's cache."""
_JPEG_SIDE = 65_500
"""The longest side a JPEG can have."""


def overlay(
    rgb: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    classes: Sequence[LabelClass],
    opacity: float = 0.5,
) -> NDArray[np.uint8]:
    """The image (uint8 H×W×3) with its classes' colours laid over it (labels uint8 H×W).

    The background, unlabelled pixels, classes that are not visible and ids that are no class
    stay bare. ``opacity`` runs from 0 (the image alone) to 1 (colours alone). Returns a new
    uint8 H×W×3.
    """
    if rgb.shape != (*labels.shape, 3):
        raise ValueError(f"image {rgb.shape} and labels {labels.shape} differ in size")
    colors = np.zeros((256, 1, 3), np.uint8)
    covered = np.zeros(256, np.uint8)
    for label_class in classes:
        colors[label_class.id, 0] = label_class.color
        covered[label_class.id] = label_class.visible and label_class.name != BACKGROUND
    result = np.array(rgb, np.uint8, order="C")
    opacity = min(max(float(opacity), 0.0), 1.0)
    for top in range(0, len(labels), _ROWS):
        part = np.ascontiguousarray(labels[top : top + _ROWS])
        mask = cv2.LUT(part, covered)
        if not mask.any():
            continue
        bare = result[top : top + _ROWS]
        tinted = cv2.addWeighted(bare, 1 - opacity, cv2.applyColorMap(part, colors), opacity, 0)
        cv2.copyTo(tinted, mask, bare)
    return result


def write_overlay_jpeg(
    path: str | os.PathLike[str],
    rgb: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    classes: Sequence[LabelClass],
    *,
    opacity: float = 0.5,
    quality: int = 90,
) -> None:
    """Write :func:`overlay` as a JPEG. Atomic, but not proof against a power cut.

    Raises:
        MaskwrightError: it could not be written, and why.
    """
    if max(labels.shape) > _JPEG_SIDE:
        raise MaskwrightError(
            f"{shown(Path(path).name)} would be larger than a JPEG can be "
            f"({_JPEG_SIDE} pixels a side); leave the overlay out for this image."
        )
    bgr = cv2.cvtColor(overlay(rgb, labels, classes, opacity), cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    write_atomically(path, encoded.tobytes(), durable=False)
