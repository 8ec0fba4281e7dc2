"""From the sample values of any image to 8 bits a channel, by one stated rule each.

================================  =========================================================
samples                           rule
================================  =========================================================
16 bits                           the high byte (``value >> 8``), as Pillow for colours; a file
                                  that uses only 12, 10 or 8 of its 16 bits (microscopes and
                                  industrial cameras write such) is shifted by 4, 2 or 0 bits
32-bit integers                   as 16 bits where every value fits, else min–max
float                             0–1 → 0–255 (rounded); else 0–255 as it is (fraction cut
                                  off, as Pillow does); else min–max of the finite values
not finite (NaN, ±infinity)       NaN and −infinity → 0, +infinity → 255
================================  =========================================================
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def to_eight_bits(values: NDArray[Any]) -> NDArray[np.uint8]:
    """The values of any real dtype and shape, as uint8 of the same shape."""
    if values.dtype == np.uint8:
        return values
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype == np.uint16:
        return _from_sixteen_bits(values)
    if np.issubdtype(values.dtype, np.integer):
        if values.size and values.min() >= 0 and values.max() <= 65535:
            return _from_sixteen_bits(values.astype(np.uint16))
        return _stretched(values.astype(np.float64))
    return _from_float(values)


def _from_sixteen_bits(values: NDArray[np.uint16]) -> NDArray[np.uint8]:
    highest = int(values.max(initial=0))
    shift = 8
    for bits in (8, 10, 12):
        if highest < 2**bits:
            shift = bits - 8
            break
    return (values >> shift).astype(np.uint8)


def _from_float(values: NDArray[Any]) -> NDArray[np.uint8]:
    finite = np.isfinite(values)
    if finite.all():
        return _from_finite(values)
    # NaN is not greater than anything.
    result = np.where(values > 0, 255, 0).astype(np.uint8)
    if finite.any():
        result[finite] = _from_finite(values[finite])
    return result


def _from_finite(values: NDArray[Any]) -> NDArray[np.uint8]:
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    if low >= 0 and high <= 1:
        return np.rint(values * 255).astype(np.uint8)
    if low >= 0 and high <= 255:
        return values.astype(np.uint8)
    return _stretched(values.astype(np.float64))


def _stretched(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Min–max; a constant image becomes black."""
    low, high = float(values.min()), float(values.max())
    # Halved first: the span of two huge numbers is itself beyond a float.
    span = high / 2 - low / 2
    if span <= 0:
        return np.zeros(values.shape, np.uint8)
    return np.rint((values / 2 - low / 2) / span * 255).astype(np.uint8)
