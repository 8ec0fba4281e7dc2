"""How fast a run goes, told with its batches and epochs."""

from __future__ import annotations

import time

from segmenter.training import events
from segmenter.training.events import OnEvent
from segmenter.training.recipes import Recipe
from segmenter.training.scores import Scores
from segmenter.training.state import TrainingState

SECONDS_BETWEEN_BATCH_EVENTS = 0.5


class EpochClock:
    """Measures one epoch after the other, without the pauses between."""

    def __init__(self, recipe: Recipe, steps: int, tell: OnEvent) -> None:
        """``steps``: of one epoch."""
        self._recipe, self._steps, self._tell = recipe, steps, tell
        self._rate = 0.0

    def begin_epoch(self, state: TrainingState) -> None:
        self._began = self._last_event = self._trained = time.monotonic()
        self._steps_before = state.steps

    def leave_out(self, seconds: float) -> None:
        """Of a pause."""
        self._began += seconds

    def tell_batch(self, state: TrainingState, loss: float, rate: float) -> None:
        """At most twice a second, and the last one of an epoch."""
        now = self._trained = time.monotonic()
        self._rate = rate
        if now - self._last_event < SECONDS_BETWEEN_BATCH_EVENTS and state.steps < self._steps:
            return
        self._last_event = now
        left = (self._recipe.all_epochs - state.epoch + 1) * self._steps - state.steps
        speed = self._images_per_s(state)
        eta = left * self._recipe.batch_size / speed
        self._tell(events.Batch(state.epoch, state.steps, self._steps, loss, speed, eta, rate))

    def tell_epoch(self, state: TrainingState, scores: Scores, is_best: bool) -> None:
        """After it was scored, and before the state goes on to the next."""
        epochs = self._recipe.all_epochs
        state.seconds += time.monotonic() - self._began
        self._tell(
            epoch_event(
                state.epoch,
                epochs,
                scores,
                is_best=is_best,
                loss=state.loss_sum / self._steps,
                rate=self._rate,
                images_per_s=self._images_per_s(state),
                eta_s=state.seconds / state.epoch * (epochs - state.epoch),
            )
        )

    def _images_per_s(self, state: TrainingState) -> float:
        steps = state.steps - self._steps_before
        seconds = max(self._trained - self._began, 1e-9)
        return steps * self._recipe.batch_size / seconds


def epoch_event(
    epoch: int,
    epochs: int,
    scores: Scores,
    *,
    is_best: bool,
    loss: float | None = None,
    rate: float = 0.0,
    images_per_s: float = 0.0,
    eta_s: float = 0.0,
) -> events.Epoch:
    """What an epoch scored; without the rest, that of the model a run started from."""
    return events.Epoch(
        epoch=epoch,
        epochs=epochs,
        loss=loss,
        mean_iou=scores.mean_iou,
        iou=scores.iou,
        pixel_accuracy=scores.pixel_accuracy,
        boundary_f=scores.boundary_f,
        rate=rate,
        images_per_s=images_per_s,
        eta_s=eta_s,
        is_best=is_best,
    )
