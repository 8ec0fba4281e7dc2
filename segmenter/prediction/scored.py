"""What is left to do when the network has run: labels and confidence at full resolution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segmenter.prediction.confidence import (
    confidence_of_logits,
    confidence_of_probabilities,
    enlarge_confidence,
    uncertainty_of,
)
from segmenter.prediction.device_labels import DeviceLabelUpsampler
from segmenter.prediction.prediction import Prediction
from segmenter.prediction.upsample_labels import LabelUpsampler


@dataclass(frozen=True)
class About:
    """What a prediction says beside its maps."""

    size: tuple[int, int]
    """(height, width) of the image."""
    classes: tuple[str, ...]
    device: str
    note: str = ""


class ScoredImage:
    """Scores on a grid that spans the image, fed from top to bottom; :meth:`finish` makes them a
    :class:`Prediction`.

    Scores fed in several pieces (tiles of a large image) are turned into labels at once, so that
    they need not be kept. A single piece waits for :meth:`finish`, which needs no network and may
    run in another thread while the network is busy with the next image.
    """

    def __init__(
        self,
        about: About,
        grid: Sequence[int],
        *,
        are_logits: bool,
        extent: tuple[float, float] | None = None,
    ) -> None:
        """
        Args:
            grid: (h, w) of all scores.
            are_logits: else they are probabilities.
            extent: (height, width) in pixels of the image that the grid spans, where that is
                more than the image.
        """
        self.about = about
        self._grid = grid[0], grid[1]
        self._are_logits = are_logits
        self._extent = extent
        self._waiting: Tensor | None = None
        self._confidence: list[NDArray[np.uint8]] = []
        self._upsampler: LabelUpsampler | DeviceLabelUpsampler
        if about.device == "cpu":
            self._upsampler = LabelUpsampler(self._grid, about.size, extent=extent)
        else:
            self._upsampler = DeviceLabelUpsampler(
                self._grid, about.size, about.device, extent=extent
            )

    @torch.inference_mode()
    def feed(self, scores: Tensor) -> None:
        """The next rows: float32 C×n×w on the device."""
        if scores.shape[1] == self._grid[0]:
            self._waiting = scores
        else:
            self._use(scores)

    def winners_apart(self, size: tuple[int, int]) -> tuple[NDArray[np.uint8], float]:
        """The winning class at every node, uint8 h×w, of scores fed in one piece; and how many
        pixels of the image shrunk to ``size`` lie between two nodes."""
        assert self._waiting is not None
        winner = self._waiting.argmax(0).to(torch.uint8).cpu().numpy()
        return winner, size[0] / self._grid[0]

    @torch.inference_mode()
    def finish(self) -> Prediction:
        """Once, after everything has been fed."""
        if self._waiting is not None:
            self._use(self._waiting)
            self._waiting = None
        confidence = np.concatenate(self._confidence)
        return Prediction(
            labels=self._upsampler.labels,
            confidence=enlarge_confidence(confidence, self.about.size, self._extent),
            uncertainty=uncertainty_of(confidence),
            classes=self.about.classes,
            device=self.about.device,
            note=self.about.note,
        )

    def _use(self, scores: Tensor) -> None:
        if isinstance(self._upsampler, DeviceLabelUpsampler):
            self._upsampler.feed(scores)
            best = scores.softmax(0).amax(0) if self._are_logits else scores.amax(0)
            confidence = confidence_of_probabilities(best[None].cpu().numpy())
        else:
            values = scores.numpy()
            self._upsampler.feed(values)
            measure = confidence_of_logits if self._are_logits else confidence_of_probabilities
            confidence = measure(values)
        self._confidence.append(confidence)
