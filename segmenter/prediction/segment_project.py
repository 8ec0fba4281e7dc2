"""Predictions for the images of a project, kept in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.prediction.pipeline import Outcome, predict_images
from segmenter.prediction.prediction import Prediction
from segmenter.prediction.predictor import Predictor
from segmenter.project.project import Project
from segmenter.project.state import State

_STEPS = np.rint(np.rint(np.arange(256) * (63 / 255)) * (255 / 63)).astype(np.uint8)
"""Confidence → the nearest of 64 even steps from 0 to 255."""


def segment_project(
    project: Project,
    predictor: Predictor,
    names: Sequence[str] | None = None,
    *,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """Segment images and store what comes out; yields the outcomes in order.

    The model's classes become the project's by name, new ones are added, and predictions are
    stored in the project's class ids. An image becomes ``predicted``, unless a person has
    corrected or approved it: masks are never touched. One that can't be loaded or segmented
    becomes ``failed``, with the reason.

    Confidence is stored in 64 steps: half the time and half the space on the disk of 256, which
    nobody can tell apart in a heat map. Uncertainty is computed before.

    Args:
        names: all images of the project where not given.

    Raises:
        MaskwrightError: nothing can be stored in this project, and why.
        Cancelled: see :func:`segmenter.prediction.pipeline.predict_images`.
    """
    if project.why_labels_stay:
        raise MaskwrightError(project.why_labels_stay)
    if names is None:
        names = [record.name for record in project.images()]
    class_ids = np.zeros(256, np.uint8)
    class_ids[: len(predictor.config.classes)] = project.class_ids_for(predictor.config.classes)

    def store(name: str, _rgb: NDArray[np.uint8], prediction: Prediction) -> None:
        labels = np.asarray(cv2.LUT(prediction.labels, class_ids), np.uint8)
        confidence = np.asarray(cv2.LUT(prediction.confidence, _STEPS), np.uint8)
        project.save_prediction(name, labels, confidence, prediction.uncertainty)

    for outcome in predict_images(
        predictor, names, load=project.load_image, store=store, cancel=cancel, progress=progress
    ):
        yield _with_state(project, outcome)


def _with_state(project: Project, outcome: Outcome) -> Outcome:
    """An image that failed is marked so; loading marks its own failures, the rest is here."""
    if outcome.error is None:
        return outcome
    try:
        if project.image(outcome.name).state is not State.FAILED:
            project.set_state(outcome.name, State.FAILED, outcome.error)
    except MaskwrightError as error:
        return replace(outcome, error=f"{outcome.error} {error}")
    return outcome
