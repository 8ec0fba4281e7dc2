"""Label values of a file and the classes they stand for."""

from __future__ import annotations

import numpy as np

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import Classes, Labels
from segmenter.formats.label_pixels import apply_table
from segmenter.project.classes import MAX_CLASS_ID, UNLABELLED, LabelClass, default_color


def numbered_classes(without: int = UNLABELLED) -> Classes:
    """A class for each value that there can be, where nothing names them: ``class 7``."""
    return tuple(
        LabelClass(id, f"class {id}", default_color(id))
        for id in range(MAX_CLASS_ID + 1)
        if id != without
    )


def as_labels(values: Labels, classes: Classes, ignore: int, where: str) -> Labels:
    """The values of a file as labels: ``ignore`` and 255 are unlabelled, all others classes.

    Raises:
        MaskwrightError: a value is no class; with the place of its first pixel.
    """
    known = np.zeros(256, np.uint8)
    known[[each.id for each in classes] + [ignore, UNLABELLED]] = 1
    strange = apply_table(values, known) == 0
    if strange.any():
        y, x = np.unravel_index(int(np.argmax(strange)), values.shape)
        raise MaskwrightError(
            f"{where} has the value {values[y, x]} (first at x {x}, y {y}), which no class has."
        )
    if ignore == UNLABELLED:
        return values
    table = np.arange(256, dtype=np.uint8)
    table[ignore] = UNLABELLED
    return apply_table(values, table)
