"""What there is to learn from: the corrected and approved images, with their pixels by class."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.project.agreement import pixels_by_label
from segmenter.project.classes import LabelClass
from segmenter.project.images import image_size
from segmenter.project.label_reading import Stamp, label_stamp, read_each
from segmenter.project.project import Project
from segmenter.project.state import ImageRecord, Side, State
from segmenter.training.unusable import check_same_size
from segmenter.wording import shown

USABLE = (State.CORRECTED, State.APPROVED)
_Seen = tuple[Stamp, State, int, int]
"""Another one as soon as image, mask, prediction or state is another."""


@dataclass(frozen=True)
class LabelledImage:
    """One image that a person corrected or approved."""

    name: str
    state: State
    side: Side | None
    """Where it is pinned to."""
    pixels: Counter[int]
    """Class id → labelled pixels, of the project's classes alone."""
    unlabelled: int = 0
    """Pixels that do not count."""
    size: tuple[int, int] = (0, 0)
    """Width and height; (0, 0) where nothing can be learnt from it."""
    problem: str = ""
    """Why nothing can be learnt from it: one sentence."""

    @property
    def is_labelled(self) -> bool:
        return bool(self.pixels)


@dataclass(frozen=True)
class LabelledImages:
    """All of them, in the project's order."""

    classes: tuple[LabelClass, ...]
    images: tuple[LabelledImage, ...]

    @property
    def pinned(self) -> dict[str, Side]:
        """Image → where it is pinned to."""
        return {each.name: each.side for each in self.images if each.side is not None}

    @property
    def typical_size(self) -> tuple[int, int]:
        """Width and height in the middle of all; (0, 0) where nothing can be read."""
        sizes = [each.size for each in self.images if each.size != (0, 0)]
        if not sizes:
            return (0, 0)
        return round(median(w for w, _ in sizes)), round(median(h for _, h in sizes))

    def number(self, state: State) -> int:
        """How many images are in this state."""
        return sum(each.state is state for each in self.images)


def usable_records(project: Project) -> list[ImageRecord]:
    """The images to learn from, without a look at their masks: takes no time."""
    return [record for record in project.images() if record.state in USABLE]


def taught_labels(project: Project, record: ImageRecord) -> NDArray[np.uint8] | None:
    """What is learnt from an image, and what models are scored by: its mask, uint8 H×W in class
    ids of the project. In older projects approving a prediction did not make it the mask: there
    an approved image without one counts with its prediction. None where there is neither.

    Raises:
        MaskwrightError: the mask's file is damaged.
    """
    labels = project.load_mask(record.name)
    if labels is None and record.state is State.APPROVED:
        labels = project.load_prediction_labels(record.name)
    return labels


class LabelledImageReader:
    """Reads a project's masks; one that was read before and has not changed on the disk is not
    read again. Made for one project; one thread at a time."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[str, tuple[_Seen, Counter[int], tuple[int, int]]] = {}

    def read(
        self,
        *,
        progress: Progress = lambda done, total: None,
        cancel: CancelToken | None = None,
    ) -> LabelledImages:
        """Count everything; meant for a thread of its own. An image whose mask can't be read or
        doesn't fit is one of them, with its problem.

        Raises:
            Cancelled: ``cancel`` was set. What was read until then is remembered.
        """
        cancel = cancel or CancelToken()
        records, classes = usable_records(self._project), tuple(self._project.classes)
        ids = {each.id for each in classes}
        found = read_each(records, lambda record: self._image(record, ids), progress, cancel)
        return LabelledImages(classes, tuple(found))

    def _image(self, record: ImageRecord, ids: set[int]) -> LabelledImage:
        name, state, side = record.name, record.state, record.side
        try:
            counts, size = self._counted(record)
        except MaskwrightError as error:
            return LabelledImage(name, state, side, Counter(), problem=str(error))
        pixels = Counter({label: count for label, count in counts.items() if label in ids})
        return LabelledImage(name, state, side, pixels, counts.total() - pixels.total(), size)

    def _counted(self, record: ImageRecord) -> tuple[Counter[int], tuple[int, int]]:
        name = record.name
        stamp = label_stamp(self._project.data_folder, name)
        seen = (stamp, record.state, record.file_size, record.modified_ns)
        known = self._known.get(name)
        if known is not None and known[0] == seen:
            return known[1:]
        labels = taught_labels(self._project, record)
        if labels is None:
            raise MaskwrightError(f"The mask of {shown(name)} is missing: correct the image again.")
        height, width = labels.shape
        image = image_size(self._project.path_of(name))
        check_same_size(image[::-1], (height, width), name, f"of {name}")
        counts = pixels_by_label(labels)
        self._known[name] = (seen, counts, (width, height))
        return counts, (width, height)
