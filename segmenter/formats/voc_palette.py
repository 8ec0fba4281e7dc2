"""The colours and classes of PASCAL VOC."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segmenter.project.classes import LabelClass

# fmt: off
VOC_NAMES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair",
    "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa",
    "train", "tvmonitor",
)
# fmt: on


def voc_palette() -> NDArray[np.uint8]:
    """uint8 256×3 RGB, as ``VOClabelcolormap`` of the VOC development kit makes it: the bits of
    the index, from the lowest on, become the highest bits of red, green and blue in turn."""
    index = np.arange(256)
    colors = np.zeros((256, 3), np.uint8)
    for bit in range(8):
        for channel in range(3):
            colors[:, channel] |= ((index >> (3 * bit + channel) & 1) << (7 - bit)).astype(np.uint8)
    return colors


def voc_class(id: int) -> LabelClass:
    """What an id means in VOC; beyond its 21 classes only a number."""
    red, green, blue = (int(part) for part in voc_palette()[id])
    name = VOC_NAMES[id] if id < len(VOC_NAMES) else f"class {id}"
    return LabelClass(id, name, (red, green, blue))
