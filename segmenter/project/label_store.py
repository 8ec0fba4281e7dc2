"""The pixels of a project's masks and predictions, each in its file."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segmenter.errors import MaskwrightError
from segmenter.project.class_table import ClassTable
from segmenter.project.file_locks import FileLocks
from segmenter.project.label_png import (
    read_grey_png,
    read_label_png,
    write_grey_png,
    write_label_png,
)
from segmenter.project.location import check_here
from segmenter.project.scanning import UNCERTAINTY_TEXT
from segmenter.project.stored_files import confidence_file, mask_file, prediction_file
from segmenter.project.unfit_mask import has_other_size, kept_beside
from segmenter.wording import cause, shown

_log = logging.getLogger(__name__)

Map = NDArray[np.uint8]


@dataclass(frozen=True)
class StoredPrediction:
    """A prediction as the project keeps it."""

    labels: Map
    """H×W; class ids of the project."""
    confidence: Map
    """H×W; the winning class's probability, 0–255 for 0–1."""
    uncertainty: float
    """0–1, one figure for the image."""


class LabelStore:
    """By the names of images, which the caller knows to be right; from any thread. Classes that
    were merged meanwhile are put in the place of those that went into them."""

    def __init__(self, data_folder: Path, classes: ClassTable, locks: FileLocks) -> None:
        self._data_folder = data_folder
        self._classes = classes
        self._locks = locks
        self._damaged: set[str] = set()
        """Images whose mask could not be read."""

    def save_mask(self, name: str, labels: Map) -> None:
        """See :meth:`Project.save_mask`."""
        check_here(self._data_folder)
        path = mask_file(self._data_folder, name)
        with self._locks.hold(path):
            is_unfit = name in self._damaged or has_other_size(path, labels.shape)
            with kept_beside(path) if is_unfit else nullcontext():
                write_label_png(path, self._classes.current(labels), self._classes.all())
            self._damaged.discard(name)

    def load_mask(self, name: str) -> Map | None:
        """See :meth:`Project.load_mask`."""
        path = mask_file(self._data_folder, name)
        if not path.exists():
            return None
        try:
            return read_label_png(path)
        except MaskwrightError:
            self._damaged.add(name)
            raise

    def remove_mask(self, name: str) -> None:
        """Nothing happens where there is none.

        Raises:
            MaskwrightError: it can't be removed.
        """
        check_here(self._data_folder)
        path = mask_file(self._data_folder, name)
        try:
            with self._locks.hold(path):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise MaskwrightError(
                f"The mask {shown(path)} could not be removed ({cause(error)})."
            ) from error

    def save_prediction(self, name: str, labels: Map, confidence: Map, uncertainty: float) -> None:
        """See :meth:`Project.save_prediction`."""
        if labels.shape != confidence.shape:
            raise ValueError(f"labels {labels.shape} and confidence {confidence.shape} differ")
        check_here(self._data_folder)
        # Not flushed to the disk one by one: it can be computed again.
        path = prediction_file(self._data_folder, name)
        with self._locks.hold(path):  # both files: of two runs, labels and confidence of one
            write_grey_png(
                confidence_file(self._data_folder, name),
                confidence,
                text={UNCERTAINTY_TEXT: f"{uncertainty:.6f}"},
                durable=False,
            )
            labels = self._classes.current(labels)
            write_label_png(path, labels, self._classes.all(), durable=False)

    def load_prediction(self, name: str, uncertainty: float) -> StoredPrediction | None:
        """None where it is not whole."""
        try:
            if self.has_prediction(name):
                labels = read_label_png(prediction_file(self._data_folder, name))
                confidence = read_grey_png(confidence_file(self._data_folder, name))
                if labels.shape == confidence.shape:
                    return StoredPrediction(labels, confidence, uncertainty)
        except MaskwrightError as error:
            _log.warning("Prediction of %r: %s", name, error)
        return None

    def load_prediction_labels(self, name: str) -> Map | None:
        """The labels alone; None where there are none, or their file is damaged."""
        path = prediction_file(self._data_folder, name)
        try:
            return read_label_png(path) if path.exists() else None
        except MaskwrightError as error:
            _log.warning("Prediction of %r: %s", name, error)
            return None

    def has_prediction(self, name: str) -> bool:
        """Whether both of its files are there."""
        files = prediction_file(self._data_folder, name), confidence_file(self._data_folder, name)
        return all(file.exists() for file in files)
