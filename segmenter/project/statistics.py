"""What is in a project: states, classes, and how much people changed of the predictions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.project.agreement import Agreement, agreement, pixels_by_label
from segmenter.project.classes import UNLABELLED, LabelClass, default_color
from segmenter.project.label_png import read_label_png
from segmenter.project.label_reading import Stamp, label_stamp, read_each
from segmenter.project.project import Project
from segmenter.project.state import ImageRecord, State
from segmenter.project.stored_files import mask_file, prediction_file


@dataclass(frozen=True)
class ImageStatistics:
    """What the files of one image hold."""

    name: str
    mask: Counter[int] | None = None
    """Label → pixels; None without a mask."""
    prediction: Counter[int] | None = None
    """Of the prediction; counted only where there is no mask."""
    agreement: Agreement | None = None
    """Of mask and prediction, where there are both."""
    problem: str = ""
    """Why a file of it could not be counted: one sentence."""


@dataclass
class ClassStatistics:
    """One class over the whole project."""

    label_class: LabelClass
    images: int = 0
    """Whose mask has it."""
    pixels: int = 0
    """In masks."""
    predicted_images: int = 0
    """Without a mask, whose prediction has it."""
    predicted_pixels: int = 0
    """In predictions of images without a mask."""
    iou: float | None = None
    """Of predictions and masks, over all images that have both; None where it is in none."""


@dataclass
class ProjectStatistics:
    """All of it, as :class:`StatisticsReader` found it."""

    states: dict[State, int] = field(default_factory=dict)
    """Every state → images."""
    classes: list[ClassStatistics] = field(default_factory=list)
    """The project's classes by id, then ids found in files that are no class any more."""
    masks: int = 0
    """Images with a mask."""
    predictions: int = 0
    """Images with a prediction and no mask."""
    unlabelled_pixels: int = 0
    """In masks."""
    agreement: Agreement = field(default_factory=Agreement)
    """Of all images that have a mask and a prediction, added up."""
    compared: list[ImageStatistics] = field(default_factory=list)
    """Those images, the most changed (the lowest mean IoU) first; of equal ones that with the
    most left unlabelled, then by name."""
    problems: list[str] = field(default_factory=list)
    """Sentences about files that could not be counted."""

    @property
    def images(self) -> int:
        return sum(self.states.values())

    @property
    def labelled_pixels(self) -> int:
        """In masks."""
        return sum(each.pixels for each in self.classes)

    @property
    def predicted_pixels(self) -> int:
        return sum(each.predicted_pixels for each in self.classes)


class StatisticsReader:
    """Reads a project's masks and predictions; one that was read before and has not changed on
    the disk is not read again. Made for one project; one thread at a time."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[str, tuple[Stamp, ImageStatistics]] = {}

    def read(
        self,
        *,
        progress: Progress = lambda done, total: None,
        cancel: CancelToken | None = None,
        threads: int | None = None,
    ) -> ProjectStatistics:
        """Count everything; meant for a thread of its own. A file that can't be read becomes a
        sentence in ``problems`` and never stops the rest.

        Raises:
            Cancelled: ``cancel`` was set. What was read until then is remembered.
        """
        cancel = cancel or CancelToken()
        records, classes = self._project.images(), self._project.classes
        found = read_each(
            records, lambda record: self._image(record.name), progress, cancel, threads
        )
        # Images that went need not be remembered.
        here = {record.name for record in records}
        self._known = {name: known for name, known in self._known.items() if name in here}
        return summed(records, found, classes)

    def _image(self, name: str) -> ImageStatistics:
        folder = self._project.data_folder
        stamp = label_stamp(folder, name)
        known = self._known.get(name)
        if known is not None and known[0] == stamp:
            return known[1]
        mask = mask_file(folder, name) if stamp[0] >= 0 else None
        prediction = prediction_file(folder, name) if stamp[2] >= 0 else None
        counted = _counted(name, mask, prediction)
        self._known[name] = (stamp, counted)
        return counted


def _counted(name: str, mask: Path | None, prediction: Path | None) -> ImageStatistics:
    try:
        labels = read_label_png(mask) if mask is not None else None
    except MaskwrightError as error:
        return ImageStatistics(name, problem=str(error))
    in_mask = pixels_by_label(labels) if labels is not None else None
    if prediction is None:
        return ImageStatistics(name, in_mask)
    try:
        predicted = read_label_png(prediction)
    except MaskwrightError as error:
        return ImageStatistics(name, in_mask, problem=str(error))
    if labels is None:
        return ImageStatistics(name, prediction=pixels_by_label(predicted))
    if labels.shape != predicted.shape:
        # The image was replaced by one of another size; there is nothing to compare.
        return ImageStatistics(name, in_mask)
    return ImageStatistics(name, in_mask, agreement=agreement(labels, predicted))


def summed(
    records: Sequence[ImageRecord], images: Sequence[ImageStatistics], classes: Sequence[LabelClass]
) -> ProjectStatistics:
    """One image's figures after the other put together."""
    states = Counter(record.state for record in records)
    total = ProjectStatistics(states={state: states[state] for state in State})
    by_class = _ByClass(classes)
    for each in images:
        if each.problem:
            total.problems.append(each.problem)
        if each.mask is not None:
            total.masks += 1
            total.unlabelled_pixels += each.mask[UNLABELLED]
            by_class.add_mask(each.mask)
        if each.prediction is not None:
            total.predictions += 1
            by_class.add_prediction(each.prediction)
        if each.agreement is not None and each.agreement.pixels:
            total.agreement.add(each.agreement)
            total.compared.append(each)
    total.classes = by_class.scored(total.agreement)
    # Stable: equal ones stay in the project's order.
    total.compared.sort(key=_least_alike_first)
    return total


class _ByClass:
    """Figures by class; ids that are no class any more get an entry once they are met."""

    def __init__(self, classes: Sequence[LabelClass]) -> None:
        self._entries = {each.id: ClassStatistics(each) for each in classes}

    def _of(self, class_id: int) -> ClassStatistics:
        if class_id not in self._entries:
            gone = LabelClass(class_id, f"class {class_id}", default_color(class_id))
            self._entries[class_id] = ClassStatistics(gone)
        return self._entries[class_id]

    def add_mask(self, pixels: Counter[int]) -> None:
        for label in pixels.keys() - {UNLABELLED}:
            self._of(label).images += 1
            self._of(label).pixels += pixels[label]

    def add_prediction(self, pixels: Counter[int]) -> None:
        for label in pixels.keys() - {UNLABELLED}:
            self._of(label).predicted_images += 1
            self._of(label).predicted_pixels += pixels[label]

    def scored(self, compared: Agreement) -> list[ClassStatistics]:
        """By id, each with its IoU."""
        for label in compared.in_prediction.keys() - {UNLABELLED}:
            self._of(label)
        for class_id, entry in self._entries.items():
            entry.iou = compared.iou(class_id)
        return [self._entries[each] for each in sorted(self._entries)]


def _least_alike_first(image: ImageStatistics) -> tuple[float, float]:
    found = image.agreement or Agreement()
    return found.mean_iou or 0.0, -(found.unlabelled or 0.0)
