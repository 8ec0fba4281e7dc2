"""What a network makes of a held-out image, drawn over the photo. For a pool thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtGui import QImage

from segmenter.project.classes import UNLABELLED, LabelClass
from segmenter.project.images import load_thumbnail
from segmenter.project.label_png import read_label_png
from segmenter.project.overlay import overlay

SIDE = 480
"""Of the longer side, pixels: sharp in the gallery also at a pixel ratio of 2."""
OPACITY = 0.55


def draw_preview(photo: Path, labels: Path, classes: Sequence[LabelClass]) -> QImage:
    """``labels``: an 8-bit PNG with indices into ``classes``, which says how each is drawn.

    Raises:
        MaskwrightError: one of the files can't be read.
    """
    rgb = load_thumbnail(photo, SIDE)
    height, width = rgb.shape[:2]
    small = cv2.resize(read_label_png(labels), (width, height), interpolation=cv2.INTER_NEAREST)
    small[small >= len(classes)] = UNLABELLED
    indexed = [LabelClass(index, each.name, each.color) for index, each in enumerate(classes)]
    drawn = np.ascontiguousarray(overlay(rgb, small.astype(np.uint8), indexed, OPACITY))
    image = QImage(drawn.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.copy()  # of its own memory: the array goes when this returns
