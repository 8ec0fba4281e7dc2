"""The held-out images: scored after each epoch the way a person will use the model."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction.predictor import Predictor
from segmenter.training import events
from segmenter.training.data import Examples
from segmenter.training.evaluate import labels_by
from segmenter.training.events import OnEvent
from segmenter.training.metrics import BOUNDARY_TOLERANCE, BoundaryScore, ConfusionMatrix
from segmenter.training.previews import Previews
from segmenter.training.scores import Scores, scores_of
from segmenter.training.team import ALONE, Team


class Validation:
    """Scores networks on images that none of them learns from."""

    def __init__(
        self,
        examples: Examples,
        names: Sequence[str],
        *,
        device: str,
        threads: int,
        previews: Previews | None,
        tell: OnEvent,
        cancel: CancelToken,
        team: Team = ALONE,
    ) -> None:
        self._examples = examples
        self._names = list(names)
        self._device, self._threads = device, threads
        self._previews = previews
        self._tell = tell
        self._cancel = cancel
        self._team = team

    def score(self, network: DeepLabV3, epoch: int) -> Scores:
        """Predict all of them at full size, and show what ``epoch`` makes of some.

        Images that can't be read any more are passed over, now and from now on.

        The team's leader does it, and all get its scores.

        Raises :class:`segmenter.errors.Cancelled`, in all of them.
        """
        scores: Scores | None = None
        if self._team.is_leader:
            with suppress(Cancelled):
                scores = self._scored(network, epoch)
        scores = self._team.from_leader(scores)
        if scores is None:
            raise Cancelled
        return scores

    def _scored(self, network: DeepLabV3, epoch: int) -> Scores:
        predictor = Predictor(network, self._device, threads=self._threads)
        labels_of = labels_by(predictor, self._examples, self._cancel)
        count = len(self._examples.classes)
        matrix, boundary = ConfusionMatrix(count), BoundaryScore(count, BOUNDARY_TOLERANCE)
        for name in tuple(self._names):
            self._cancel.check()
            example = self._loaded(name)
            if example is None:
                continue
            rgb, truth = example
            labels = labels_of(rgb)
            matrix.update(truth, labels)
            boundary.update(truth, labels)
            if self._previews is not None:
                self._previews.show(epoch, name, labels, truth)
        return scores_of(self._examples.classes, matrix, boundary, len(self._names))

    def _loaded(self, name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]] | None:
        try:
            return self._examples.load(name)
        except MaskwrightError as error:
            self._names.remove(name)
            self._tell(events.Note(f"{name} is scored no more, scores may jump: {error}"))
            return None
