"""256-entry colour tables: what each value of a map looks like over the photo."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from segmenter.project.classes import BACKGROUND, UNLABELLED, LabelClass, default_color

ColorTable = list[int]
"""256 × 0xAARRGGBB, not premultiplied, as QImage.setColorTable takes it."""

_HEAT = (
    (0.0, (255, 226, 120)),
    (0.35, (255, 150, 40)),
    (0.7, (232, 40, 96)),
    (1.0, (130, 20, 150)),
)
"""Uncertainty → colour: light to dark as well as yellow to violet, so it reads without colour
vision and in print."""


def fill_table(classes: Iterable[LabelClass], opacity: float) -> ColorTable:
    """The overlay's colours; hidden classes, the background and unlabelled pixels are clear.

    An id that is in no class (its class came later than this list) gets its default colour, so
    that no label is ever invisible by accident.
    """
    alpha = round(255 * min(max(opacity, 0.0), 1.0))
    table = [_argb(alpha, default_color(value)) for value in range(256)]
    for each in classes:
        table[each.id] = _argb(alpha, each.color) if _is_drawn(each) else 0
    table[UNLABELLED] = 0
    return table


def drawn_ids(classes: Iterable[LabelClass]) -> NDArray[np.uint8]:
    """A look-up table of 256: a class that is drawn stays itself, all else becomes 255."""
    table = np.arange(256, dtype=np.uint8)
    for each in classes:
        if not _is_drawn(each):
            table[each.id] = UNLABELLED
    return table


def heat_table(opacity: float) -> ColorTable:
    """Confidence 0–255 → colour: clear where the model is sure, so the photo stays readable,
    and the stronger the less sure it is."""
    table = []
    for confidence in range(256):
        uncertainty = 1 - confidence / 255
        strength = min(1.0, uncertainty / 0.35) * min(max(opacity, 0.0), 1.0)
        table.append(_argb(round(255 * strength), heat_color(uncertainty)))
    return table


def heat_color(uncertainty: float) -> tuple[int, int, int]:
    """The heat map's colour for 0 (sure) to 1 (a guess)."""
    for (low, start), (high, end) in itertools.pairwise(_HEAT):
        if uncertainty <= high:
            part = (uncertainty - low) / (high - low)
            red, green, blue = (round(a + (b - a) * part) for a, b in zip(start, end, strict=True))
            return red, green, blue
    return _HEAT[-1][1]


def _is_drawn(label_class: LabelClass) -> bool:
    return label_class.visible and label_class.name != BACKGROUND


def _argb(alpha: int, color: tuple[int, int, int]) -> int:
    red, green, blue = color
    return alpha << 24 | red << 16 | green << 8 | blue
