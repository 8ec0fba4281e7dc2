"""Painting a ground truth over an image with strokes of the brush, as a patient hand would."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from painting import Painter
from PySide6.QtWidgets import QSpinBox

UNLABELLED = 255
SIZES = (21, 7, 2)
"""Broad strokes first, fine ones along the edges."""


def trace(painter: Painter, truth: NDArray[np.uint8], sizes: tuple[int, ...] = SIZES) -> int:
    """Paint these class ids (uint8 H×W, 255: leave alone) over the image that the window shows;
    the number of strokes. What is narrower than the smallest size stays as it is."""
    strokes = 0
    size_field = painter.window.workspace.tool_section
    for size in sizes:
        for class_id in (int(each) for each in np.unique(truth) if each != UNLABELLED):
            painter.choose_brush(class_id)
            field = size_field.findChild(QSpinBox, "brush_size")
            assert field is not None
            field.setValue(size)
            for y, left, right in _runs(truth == class_id, painter.mask != class_id, size):
                painter.stroke((left, y), (right, y))
                strokes += 1
    return strokes


def _runs(
    inside: NDArray[np.bool_], wrong: NDArray[np.bool_], size: int
) -> Iterator[tuple[int, int, int]]:
    """Rows, and from where to where, that a brush of this size can go without leaving ``inside``
    and changes something."""
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    # Beyond the image is nobody's: a stroke along its border may hang over.
    fits = cv2.erode(inside.astype(np.uint8), disk, borderValue=1).astype(bool)
    reach = cv2.dilate((inside & wrong).astype(np.uint8), disk).astype(bool) & fits
    for y in range(0, len(inside), max(1, size // 2)):
        row = np.flatnonzero(np.diff(np.pad(reach[y].astype(np.int8), 1)))
        for left, right in zip(row[::2].tolist(), row[1::2].tolist(), strict=True):
            yield y, left, right - 1
