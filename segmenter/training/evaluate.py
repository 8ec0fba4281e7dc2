"""Score a model on images whose masks are known, the way a person will use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.zoo import load_model
from segmenter.prediction.predictor import Predictor
from segmenter.project.project import Project
from segmenter.training.class_names import places_of
from segmenter.training.data import Examples, FolderExamples, ProjectExamples
from segmenter.training.metrics import BOUNDARY_TOLERANCE, BoundaryScore, ConfusionMatrix
from segmenter.training.scores import Scores, scores_of

__all__ = ["Scores", "evaluate", "score_labels"]

NO_CLASS = 254
"""Stands for a class of the model that the masks do not know: wrong wherever it is predicted."""

LabelSource = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
"""rgb uint8 H×W×3 → labels uint8 H×W."""


def evaluate(
    model: str | Path | DeepLabV3 | Predictor,
    *,
    images: str | Path | None = None,
    masks: str | Path | None = None,
    project: Project | None = None,
    classes: Sequence[str] | None = None,
    names: Iterable[str] | None = None,
    device: str = "auto",
    boundary_tolerance: float = BOUNDARY_TOLERANCE,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Scores:
    """Predict every image at full size and compare with its mask.

    Args:
        model: a name of the zoo, a model file, a network, or a predictor with its own settings.
        images, masks: two folders, see :class:`segmenter.training.data.FolderExamples` …
        project: … or a project, whose corrected and approved images count.
        classes: names of the mask values 0, 1, 2, …; not given, the model's. The model's classes
            are found among them by name (upper and lower case count as the same).
        names: score these images only.
        boundary_tolerance: of the boundary F-score, as a fraction of the image's diagonal.

    Raises:
        MaskwrightError: the model, an image or a mask can't be used.
        Cancelled: ``cancel`` was pressed.
    """
    if not isinstance(model, DeepLabV3 | Predictor):
        model = load_model(model, cancel=cancel)
    examples = examples_from(images, masks, project, classes or model.config.classes)
    predictor = model if isinstance(model, Predictor) else Predictor(model, device)
    return score_predictor(
        predictor,
        examples,
        names,
        boundary_tolerance=boundary_tolerance,
        progress=progress,
        cancel=cancel,
    )


def examples_from(
    images: str | Path | None,
    masks: str | Path | None,
    project: Project | None,
    classes: Sequence[str] | None,
) -> Examples:
    """A project's examples, or those of two folders. Raises :class:`MaskwrightError`."""
    if project is not None:
        return ProjectExamples(project)
    if images is None or masks is None:
        raise MaskwrightError("Name a project, or a folder of images and one of their masks.")
    return FolderExamples(images, masks, classes)


def score_predictor(
    predictor: Predictor,
    examples: Examples,
    names: Iterable[str] | None = None,
    *,
    boundary_tolerance: float = BOUNDARY_TOLERANCE,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Scores:
    """:func:`evaluate` for what is loaded already."""
    return score_labels(
        labels_by(predictor, examples, cancel),
        examples,
        names,
        boundary_tolerance=boundary_tolerance,
        progress=progress,
        cancel=cancel,
    )


def labels_by(
    predictor: Predictor, examples: Examples, cancel: CancelToken | None = None
) -> LabelSource:
    """What this predictor makes of an image, in indices into ``examples.classes``; pixels of a
    class that is none of those are :data:`NO_CLASS`."""
    table = np.full(256, NO_CLASS, np.uint8)
    places = places_of(predictor.config.classes, examples.classes, examples.former_names)
    for index, place in enumerate(places):
        table[index] = NO_CLASS if place is None else place
    return lambda rgb: table[predictor.predict(rgb, cancel).labels]


def score_labels(
    labels_of: LabelSource,
    examples: Examples,
    names: Iterable[str] | None = None,
    *,
    boundary_tolerance: float = BOUNDARY_TOLERANCE,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Scores:
    """Score anything that labels an image with indices into ``examples.classes``.

    Raises :class:`MaskwrightError` where ``names`` has one that ``examples`` has not.
    """
    names = examples.names if names is None else tuple(names)
    check_names(names, examples)
    count = len(examples.classes)
    matrix, boundary = ConfusionMatrix(count), BoundaryScore(count, boundary_tolerance)
    for done, name in enumerate(names):
        if cancel is not None:
            cancel.check()
        if progress is not None:
            progress(done, len(names))
        rgb, truth = examples.load(name)
        labels = labels_of(rgb)
        matrix.update(truth, labels)
        boundary.update(truth, labels)
    if progress is not None:
        progress(len(names), len(names))
    return scores_of(examples.classes, matrix, boundary, len(names))


def check_names(names: Iterable[str], examples: Examples) -> None:
    """Raises :class:`MaskwrightError` where one of the images has no mask, or isn't there."""
    missing = sorted(set(names) - set(examples.names))
    if missing:
        raise MaskwrightError(f"There is no image {missing[0]} with a mask to score by.")
