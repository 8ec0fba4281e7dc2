"""The training loop, to be read from top to bottom."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from segmenter.errors import Cancelled, MaskwrightError
from segmenter.training import events
from segmenter.training.batches import Batches
from segmenter.training.checkpointing import Checkpointing
from segmenter.training.epoch_clock import EpochClock
from segmenter.training.events import OnEvent
from segmenter.training.recipes import Recipe
from segmenter.training.run_control import RunControl
from segmenter.training.stages import rate_at
from segmenter.training.state import Best, TrainingState
from segmenter.training.team import ALONE, Team
from segmenter.training.validation import Validation


@dataclass(frozen=True)
class LoopEnd:
    """How the loop ended."""

    best: Best
    epochs: int
    """That were trained to their end."""
    stopped: bool
    """By a person, or because it could not go on."""
    reason: str


def train(
    state: TrainingState,
    batches: Batches,
    validation: Validation,
    recipe: Recipe,
    *,
    save: Callable[[Best], None],
    checkpoints: Checkpointing,
    control: RunControl,
    tell: OnEvent,
    team: Team = ALONE,
) -> LoopEnd:
    """Train from where ``state`` stands to the last epoch, and keep the best one.

    Args:
        state: changed in place.
        save: called with each better network.
        control: pauses or stops after the step at hand; everything is saved then.

    Raises:
        MaskwrightError: memory does not do, something can't be saved, or the loss is no number
            before there is anything to keep.
    """
    clock = EpochClock(recipe, batches.steps, tell)
    while state.epoch <= recipe.all_epochs:
        epoch = state.epoch
        stage = state.stage
        steps_before = (epoch - 1 - stage.epochs_before) * batches.steps
        stage_steps = stage.recipe.epochs * batches.steps
        state.begin_epoch()
        clock.begin_epoch(state)

        for batch in batches.epoch(epoch, first_step=state.steps):
            rate = rate_at(steps_before + state.steps, stage_steps, stage.recipe)
            loss = state.stepper.step(batch, rate, (recipe.seed, epoch, state.steps))
            if not math.isfinite(loss):
                return _diverged(state, loss, rate, save)
            state.count_step(loss)
            clock.tell_batch(state, loss, rate)

            if control.is_paused:
                checkpoints.save(state)
                clock.leave_out(_pause(epoch, control, tell))
            if team.any(control.cancel.is_cancelled):
                checkpoints.save(state)
                return _ended(state, f"Stopped in epoch {epoch}.", save, stopped=True)
            checkpoints.save_after_step(state)

        try:
            scores = validation.score(state.candidate, epoch)
        except Cancelled:
            checkpoints.save(state)
            return _ended(state, f"Stopped while epoch {epoch} was scored.", save, stopped=True)
        better = state.best_if_better(scores)
        clock.tell_epoch(state, scores, is_best=better is not None)
        if better is not None:
            save(better)
        state.end_epoch(better)
        checkpoints.save_after_epoch(state)
        if 0 < recipe.patience <= state.epochs_since_best and stage.is_last:
            return _ended(state, f"No better score in {recipe.patience} epochs.", save)
    return _ended(state, f"All {recipe.all_epochs} epochs are done.", save)


def _pause(epoch: int, control: RunControl, tell: OnEvent) -> float:
    """Wait until the run is to go on or to stop; returns the seconds."""
    began = time.monotonic()
    tell(events.Paused(epoch))
    control.wait()
    if not control.cancel.is_cancelled:
        tell(events.Resumed(epoch))
    return time.monotonic() - began


def _diverged(
    state: TrainingState, loss: float, rate: float, save: Callable[[Best], None]
) -> LoopEnd:
    """The weights are of no use any more. Those of the best epoch are, and the checkpoint is of a
    step before."""
    reason = (
        f"The loss became {loss} in epoch {state.epoch}: "
        f"start again with a lower rate than {rate:.2g}."
    )
    if state.best is None:
        raise MaskwrightError(reason)
    return _ended(state, reason, save, stopped=True)


def _ended(
    state: TrainingState, reason: str, save: Callable[[Best], None], *, stopped: bool = False
) -> LoopEnd:
    """Each better epoch is in the file already; what is not is the model the run started from, if
    nothing beat it, and a new one of which not one epoch was scored."""
    best = state.best or state.as_best(state.epoch - 1, None)
    if best.epoch == 0 or best.scores is None:
        save(best)
    return LoopEnd(best, state.epoch - 1, stopped, reason)
