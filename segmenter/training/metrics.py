"""How good label maps are: IoU, pixel accuracy and the boundary F-score. numpy and OpenCV alone."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.project.classes import UNLABELLED

BOUNDARY_TOLERANCE = 0.0075
"""Of the image's diagonal, as in Csurka et al. (BMVC 2013), who brought the score up."""


class ConfusionMatrix:
    """Counts pixels by true class and predicted class; ignored ones (255) are left out.

    ``counts[t, p]`` is the number of pixels of class t that were predicted as p. Predictions of no
    class (any other number) are wrong wherever they stand: they go into the last column.
    """

    def __init__(self, classes: int) -> None:
        self.classes = classes
        self.counts = np.zeros((classes, classes + 1), np.int64)

    def update(self, truth: NDArray[np.uint8], prediction: NDArray[np.uint8]) -> None:
        """Both uint8 H×W. Raises ValueError where their sizes differ."""
        if truth.shape != prediction.shape:
            raise ValueError(f"truth is {truth.shape}, prediction {prediction.shape}")
        pairs = np.bincount(
            (truth.astype(np.uint16) << 8 | prediction).ravel(), minlength=65536
        ).reshape(256, 256)[: self.classes]
        self.counts[:, : self.classes] += pairs[:, : self.classes]
        self.counts[:, self.classes] += pairs[:, self.classes :].sum(axis=1)

    def iou(self) -> NDArray[np.float64]:
        """Intersection over union of each class, 0–1; nan for one that is nowhere."""
        right = np.diagonal(self.counts).astype(np.float64)
        union = self.counts.sum(axis=1) + self.counts[:, : self.classes].sum(axis=0) - right
        return np.divide(right, union, out=np.full(self.classes, np.nan), where=union > 0)

    def mean_iou(self) -> float:
        """Over the classes that are somewhere; nan where none is."""
        iou = self.iou()
        return float(np.nanmean(iou)) if not np.isnan(iou).all() else float("nan")

    def pixel_accuracy(self) -> float:
        """Share of the counted pixels that are right; nan where none was counted."""
        total = int(self.counts.sum())
        return float(np.trace(self.counts)) / total if total else float("nan")


class BoundaryScore:
    """The boundary F-score (Csurka et al., "What is a good evaluation measure for semantic
    segmentation?", BMVC 2013): how well outlines lie, which IoU of large areas hides.

    Of a class in an image: precision is the share of the predicted outline's pixels that lie
    within the tolerance of a true outline pixel, recall the same the other way round, F their
    harmonic mean. A class's score is the mean of F over the images whose truth has an outline of
    it; the score is the mean over those classes.
    """

    def __init__(self, classes: int, tolerance: float = BOUNDARY_TOLERANCE) -> None:
        """``tolerance``: a distance as a fraction of the image's diagonal, at least one pixel."""
        self.classes = classes
        self.tolerance = tolerance
        self._sums = np.zeros(classes)
        self._images = np.zeros(classes, np.int64)

    def update(self, truth: NDArray[np.uint8], prediction: NDArray[np.uint8]) -> None:
        """Both uint8 H×W; where the truth is 255 neither has an outline."""
        if truth.shape != prediction.shape:
            raise ValueError(f"truth is {truth.shape}, prediction {prediction.shape}")
        reach = max(1.0, self.tolerance * float(np.hypot(*truth.shape)))
        counted = truth != UNLABELLED
        prediction = np.where(counted, prediction, UNLABELLED).astype(np.uint8)
        true_edges, found_edges = outline(truth), outline(prediction)
        for class_ in range(self.classes):
            true_outline = true_edges & (truth == class_)
            if not true_outline.any():
                continue
            found = found_edges & (prediction == class_)
            self._images[class_] += 1
            if found.any():
                precision = _share_within(found, true_outline, reach)
                recall = _share_within(true_outline, found, reach)
                if precision + recall:
                    self._sums[class_] += 2 * precision * recall / (precision + recall)

    def per_class(self) -> NDArray[np.float64]:
        """0–1; nan for a class without an outline in any image."""
        return np.divide(
            self._sums,
            self._images,
            out=np.full(self.classes, np.nan),
            where=self._images > 0,
        )

    def mean(self) -> float:
        """Over the classes that have an outline somewhere; nan where none has."""
        scores = self.per_class()
        return float(np.nanmean(scores)) if not np.isnan(scores).all() else float("nan")


def outline(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """bool H×W: pixels with another class above, below, left or right of them.

    The edge of the image and the edge to unlabelled pixels (255) are no outline.
    """
    edges = np.zeros(labels.shape, bool)
    counted = labels != UNLABELLED
    for a, b in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        differs = (labels[a] != labels[b]) & counted[a] & counted[b]
        edges[a] |= differs
        edges[b] |= differs
    return edges


def _share_within(pixels: NDArray[np.bool_], of: NDArray[np.bool_], distance: float) -> float:
    """Share of ``pixels`` that lie within ``distance`` of a pixel in ``of``."""
    distances = cv2.distanceTransform((~of).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return float(np.mean(distances[pixels] <= distance + 1e-4))
