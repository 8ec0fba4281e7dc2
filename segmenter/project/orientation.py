"""Which way up an image is, after its EXIF data."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

_ORIENTATION = 0x0112


def orientation_of(image: Image.Image) -> int:
    """The EXIF orientation, 1–8; 1 where there is none or it makes no sense."""
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # damaged EXIF data: the picture itself may be whole
        return 1
    return orientation if orientation in range(1, 9) else 1


def upright(rgb: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """The image turned as its EXIF orientation (1–8) says; EXIF 2.3, table 4.6.4."""
    if orientation == 1:
        return rgb
    if orientation in (5, 7):
        turned = cv2.transpose(rgb)
        if orientation == 7:
            turned = cv2.rotate(turned, cv2.ROTATE_180)
    elif orientation in (2, 4):
        turned = cv2.flip(rgb, 1 if orientation == 2 else 0)
    else:
        turn = {
            3: cv2.ROTATE_180,
            6: cv2.ROTATE_90_CLOCKWISE,
            8: cv2.ROTATE_90_COUNTERCLOCKWISE,
        }[orientation]
        turned = cv2.rotate(rgb, turn)
    return np.asarray(turned, np.uint8)
