"""The pixels of a photo as they come from the canvas or from the loader, for cv2."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

PhotoPixels = NDArray[np.uint32] | NDArray[np.uint8]
"""A photo as uint32 H×W of 0xffRRGGBB (little-endian), or RGB uint8 H×W×3."""


def as_bgr(pixels: PhotoPixels) -> NDArray[np.uint8]:
    """A view of the photo as uint8 H×W×3 in cv2's order; not contiguous."""
    values: NDArray[Any] = pixels
    if values.dtype == np.uint32 and values.ndim == 2:
        return values[..., None].view(np.uint8)[..., :3]
    if values.dtype == np.uint8 and values.ndim == 3 and values.shape[2] == 3:
        return values[..., ::-1]
    raise ValueError(f"a photo is uint32 H×W or uint8 H×W×3, not {values.dtype} {values.shape}")
