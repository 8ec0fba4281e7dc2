"""Two models on the same images: which one is better, by how much, and where."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.zoo import load_model
from segmenter.prediction.predictor import Predictor
from segmenter.project.classes import LabelClass, default_color
from segmenter.project.label_png import write_label_png
from segmenter.project.project import Project
from segmenter.training.class_names import places_of
from segmenter.training.comparison import Comparison, ImageChange
from segmenter.training.data import Examples
from segmenter.training.evaluate import NO_CLASS, check_names, examples_from, labels_by
from segmenter.training.held_out import chosen, judges_of
from segmenter.training.metrics import BOUNDARY_TOLERANCE, BoundaryScore, ConfusionMatrix
from segmenter.training.scores import Scores, scores_of

Labels = NDArray[np.uint8]


Model = str | Path | DeepLabV3 | Predictor


def compare_models(
    old: Model,
    new: Model,
    *,
    project: Project | None = None,
    images: str | Path | None = None,
    masks: str | Path | None = None,
    classes: Sequence[str] | None = None,
    names: Iterable[str] | None = None,
    out: str | Path | None = None,
    device: str = "auto",
    threads: int | None = None,
    boundary_tolerance: float = BOUNDARY_TOLERANCE,
    on_image: Callable[[ImageChange], None] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Comparison:
    """Predict every image at full size with both models, and compare both with its mask.

    Args:
        old, new: names of the zoo, model files, networks, or predictors with settings of their own.
        project: its corrected and approved images count …
        images, masks: … or two folders, see :class:`segmenter.training.data.FolderExamples`.
        classes: names of the mask values 0, 1, 2, … of the folders; not given, the new model's.
            Classes of the models are found among them by name, former names too.
        names: these images only. Not given: those that the new model's card says it held out;
            all, with a note, where it says nothing.
        out: a folder for ``old/<n>.png`` and ``new/<n>.png``: what each model says, 8-bit indices
            into ``classes``, 254 for a class that is none of them.
        device, threads: see :class:`Predictor`.
        on_image: told of each image as soon as it is compared.

    Raises:
        MaskwrightError: a model or none of the images can be used, or a file can't be written.
            Of several images those that can't be read are left out, and the note says so.
        Cancelled: ``cancel`` was pressed.
    """
    began = time.monotonic()
    loaded = [_loaded(model, device, threads, cancel) for model in (old, new)]
    predictors, cards = zip(*loaded, strict=True)
    examples = examples_from(images, masks, project, classes or predictors[1].config.classes)
    if names is not None:
        judges = chosen(names, cards[1], examples.images_of)
    else:
        judges = judges_of(examples.names, old=cards[0], new=cards[1], images_of=examples.images_of)
    check_names(judges.names, examples)
    sides = [_Side(each, examples, boundary_tolerance, cancel) for each in predictors]
    writer = _LabelFiles(Path(out), _label_classes(examples, project)) if out is not None else None
    found: list[ImageChange] = []
    left_out: list[str] = []
    for done, name in enumerate(judges.names):
        if cancel is not None:
            cancel.check()
        if progress is not None:
            progress(done, len(judges.names))
        try:
            rgb, truth = examples.load(name)
        except MaskwrightError as error:
            left_out.append(str(error))  # the rest goes on
            continue
        labels = [side.labels_of(rgb) for side in sides]
        before, after = (side.score(truth, each) for side, each in zip(sides, labels, strict=True))
        number = len(found)
        files = writer.write(number, *labels) if writer is not None else ("", "")
        found.append(ImageChange(number, name, before, after, *files))
        if on_image is not None:
            on_image(found[-1])
    if progress is not None:
        progress(len(judges.names), len(judges.names))
    if not found:
        raise MaskwrightError(left_out[0])
    before_all, after_all = (side.scores(len(found)) for side in sides)
    return Comparison(
        classes=examples.classes,
        old=before_all,
        new=after_all,
        images=tuple(sorted(found, key=lambda each: (-each.change, each.number))),
        unknown_to_old=_unknown(predictors[0], examples),
        unknown_to_new=_unknown(predictors[1], examples),
        held_out=judges.held_out,
        old_learnt=judges.old_learnt,
        note=" ".join([judges.note, *_left_out(left_out)]).strip(),
        seconds=time.monotonic() - began,
    )


class _Side:
    """One of the two models, and what it has got so far."""

    def __init__(
        self,
        predictor: Predictor,
        examples: Examples,
        boundary_tolerance: float,
        cancel: CancelToken | None,
    ) -> None:
        self._classes = examples.classes
        self.labels_of = labels_by(predictor, examples, cancel)
        self._matrix = ConfusionMatrix(len(self._classes))
        self._boundary = BoundaryScore(len(self._classes), boundary_tolerance)

    def score(self, truth: Labels, labels: Labels) -> float | None:
        """Count this image in; its own mean IoU."""
        self._matrix.update(truth, labels)
        self._boundary.update(truth, labels)
        alone = ConfusionMatrix(len(self._classes))
        alone.update(truth, labels)
        mean = alone.mean_iou()
        return None if np.isnan(mean) else round(mean, 6)

    def scores(self, images: int) -> Scores:
        return scores_of(self._classes, self._matrix, self._boundary, images)


class _LabelFiles:
    """``old/<n>.png`` and ``new/<n>.png``."""

    def __init__(self, folder: Path, classes: Sequence[LabelClass]) -> None:
        self._folder, self._classes = folder, classes

    def write(self, number: int, old: Labels, new: Labels) -> tuple[str, str]:
        """The paths of both. Raises :class:`MaskwrightError` where they can't be written."""
        paths = []
        for side, labels in (("old", old), ("new", new)):
            path = self._folder / side / f"{number}.png"
            # To be looked at, and computed again where they are lost.
            write_label_png(path, labels, self._classes, durable=False)
            paths.append(os.fspath(path))
        return paths[0], paths[1]


def _loaded(
    model: Model, device: str, threads: int | None, cancel: CancelToken | None
) -> tuple[Predictor, ModelCard]:
    if isinstance(model, Predictor):
        return model, ModelCard()
    network = model if isinstance(model, DeepLabV3) else load_model(model, cancel=cancel)
    return Predictor(network, device, threads=threads), network.card


def _left_out(reasons: Sequence[str]) -> list[str]:
    if not reasons:
        return []
    count = "1 image is" if len(reasons) == 1 else f"{len(reasons)} images are"
    return [f"{count} left out: {reasons[0]}"]


def _label_classes(examples: Examples, project: Project | None) -> list[LabelClass]:
    """With a project in its colours: the masks' classes are its own, in the same order."""
    known = {each.name: each.color for each in project.classes} if project is not None else {}
    classes = [
        LabelClass(place, name, known.get(name, default_color(place, name)))
        for place, name in enumerate(examples.classes)
    ]
    return [*classes, LabelClass(NO_CLASS, "another class", (128, 128, 128))]


def _unknown(predictor: Predictor, examples: Examples) -> tuple[str, ...]:
    found = set(places_of(predictor.config.classes, examples.classes, examples.former_names))
    return tuple(name for place, name in enumerate(examples.classes) if place not in found)
