"""Label maps as pictures in the colours of their classes, and back without any loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import Classes, Labels
from segmenter.formats.writer import Note
from segmenter.project.classes import UNLABELLED
from segmenter.project.label_png import UNLABELLED_COLOR
from segmenter.wording import shown

Color = tuple[int, int, int]


def distinct(classes: Classes, note: Note, unlabelled: Color = UNLABELLED_COLOR) -> Classes:
    """The classes with a colour each that no other one and no unlabelled pixel has; a colour that
    is taken gives way to one close by."""
    taken = {unlabelled}
    found = []
    for each in classes:
        color = each.color
        for step in range(256**3):
            if color not in taken:
                break
            color = _near(each.color, step)
        if color != each.color:
            note(
                f"The colour of {shown(each.name)} stands for something else too; the class was "
                f"exported as {color[0]}, {color[1]}, {color[2]}."
            )
        taken.add(color)
        found.append(replace(each, color=color))
    return tuple(found)


def painted(labels: Labels, colors: Mapping[int, Color]) -> NDArray[np.uint8]:
    """uint8 H×W×3 RGB of uint8 H×W; ``colors`` has one for each label that occurs."""
    table = np.zeros((256, 1, 3), np.uint8)
    for label, color in colors.items():
        table[label, 0] = color
    return np.asarray(cv2.LUT(cv2.merge([labels] * 3), table), np.uint8)


class ColorTable:
    """Colours → labels, by looking each colour up. Takes 32 MB while it lives."""

    def __init__(self, colors: Mapping[Color, int]) -> None:
        self._labels = np.full(1 << 24, -1, np.int16)
        for (red, green, blue), label in colors.items():
            self._labels[red << 16 | green << 8 | blue] = label

    def labels_of(self, rgb: NDArray[np.uint8], where: str) -> Labels:
        """uint8 H×W of uint8 H×W×3 RGB.

        Raises:
            MaskwrightError: a colour is no class's; with the place of its first pixel.
        """
        # Four bytes a pixel, the colour in the lower three, in one pass.
        codes = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2BGRA).view("<u4")[..., 0]
        labels = self._labels.take(codes & 0xFFFFFF)
        if labels.min() < 0:
            y, x = np.unravel_index(int(np.argmax(labels < 0)), labels.shape)
            color = ", ".join(str(part) for part in rgb[y, x])
            raise MaskwrightError(
                f"{where} has the colour {color} (first at x {x}, y {y}), which no class has."
            )
        return labels.astype(np.uint8)


def colors_of(classes: Classes, unlabelled: Color = UNLABELLED_COLOR) -> dict[int, Color]:
    """Label → colour."""
    return {**{each.id: each.color for each in classes}, UNLABELLED: unlabelled}


def _near(color: Color, step: int) -> Color:
    """Other colours in turn, the closest in number first."""
    code = (color[0] << 16 | color[1] << 8 | color[2]) + (step + 1)
    code %= 256**3
    return code >> 16, code >> 8 & 255, code & 255
