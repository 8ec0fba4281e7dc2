"""How many pixels of which class every mask and every prediction of a project holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.project.agreement import pixels_by_label
from segmenter.project.label_files import LabelFile, for_each, label_files
from segmenter.project.label_png import read_label_png
from segmenter.project.stored_files import MASKS


@dataclass(frozen=True)
class MergePreview:
    """What giving up some classes would change."""

    images: int = 0
    """Images of which the mask, the prediction or both hold one of the classes."""
    masks: int = 0
    predictions: int = 0
    mask_pixels: int = 0
    prediction_pixels: int = 0

    @property
    def is_empty(self) -> bool:
        return self.images == 0


class ClassUsage:
    """Counted once, then asked for any choice of classes."""

    def __init__(self, counts: dict[LabelFile, dict[int, int]]) -> None:
        """``counts``: of each file, label → pixels."""
        self._counts = counts

    def of(self, class_ids: Collection[int]) -> MergePreview:
        """What holds any of these classes."""
        wanted = set(class_ids)
        images: set[str] = set()
        files = {True: 0, False: 0}
        pixels = {True: 0, False: 0}
        for file, counts in self._counts.items():
            held = sum(count for label, count in counts.items() if label in wanted)
            if held:
                images.add(file.stored)
                files[file.kind == MASKS] += 1
                pixels[file.kind == MASKS] += held
        return MergePreview(len(images), files[True], files[False], pixels[True], pixels[False])


def count_usage(
    data_folder: Path, progress: Progress | None = None, cancel: CancelToken | None = None
) -> ClassUsage:
    """Go through all label maps; damaged ones count as empty.

    Raises:
        Cancelled: ``cancel`` was set.
    """

    def count(file: LabelFile) -> dict[int, int]:
        try:
            return pixels_by_label(read_label_png(file.path(data_folder)))
        except MaskwrightError:
            return {}

    files = label_files(data_folder)
    return ClassUsage(dict(for_each(files, count, progress=progress, cancel=cancel)))
