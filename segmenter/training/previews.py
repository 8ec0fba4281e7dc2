"""What each epoch makes of a few held-out images, as small label maps for a person to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.errors import MaskwrightError
from segmenter.project.classes import UNLABELLED, LabelClass, default_color
from segmenter.project.label_png import write_label_png
from segmenter.training import events
from segmenter.training.events import OnEvent
from segmenter.training.writable import check_still_here

COUNT = 3
LONG_SIDE = 640
"""Of a preview in pixels, at most."""


class Previews:
    """Writes ``<epoch>-<number>.png`` for some of the held-out images."""

    def __init__(
        self, folder: Path, names: Sequence[str], classes: Sequence[str], tell: OnEvent
    ) -> None:
        self._folder = folder
        self._names = spread(names, COUNT)
        self._classes = [LabelClass(i, n, default_color(i, n)) for i, n in enumerate(classes)]
        self._tell = tell
        self._works = True

    def show(
        self, epoch: int, name: str, labels: NDArray[np.uint8], truth: NDArray[np.uint8]
    ) -> None:
        """If it is one of those that are shown: write and tell it.

        Args:
            labels, truth: uint8 H×W, indices into the classes; ``truth`` with 255.
        """
        if name not in self._names or not self._works:
            return
        path = self._folder / f"{epoch:04}-{self._names.index(name) + 1}.png"
        shown = np.where(truth == UNLABELLED, np.uint8(UNLABELLED), labels)
        try:
            check_still_here(self._folder.parent)
            write_label_png(path, _shrunk(shown), self._classes, durable=False)
        except MaskwrightError as error:
            self._works = False  # nothing that a training should end for
            self._tell(events.Note(f"Held-out images are shown no more: {error}"))
            return
        self._tell(events.Preview(epoch, name, str(path)))


def spread(names: Sequence[str], count: int) -> list[str]:
    """So many of the names, from all over the list: neighbours are often alike."""
    if len(names) <= count:
        return list(names)
    return [names[round((i + 0.5) * len(names) / count - 0.5)] for i in range(count)]


def _shrunk(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = labels.shape
    scale = LONG_SIDE / max(height, width)
    if scale >= 1:
        return labels
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)
