"""The training loop, to be read from top to bottom."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction.predictor import Predictor
from segmenter.training import events
from segmenter.training.batches import Batches
from segmenter.training.data import Examples
from segmenter.training.evaluate import score_predictor
from segmenter.training.events import OnEvent
from segmenter.training.optimiser import WeightAverage, rate_at
from segmenter.training.recipes import Recipe
from segmenter.training.scores import Scores
from segmenter.training.step import Stepper

SECONDS_BETWEEN_BATCH_EVENTS = 0.5


@dataclass(frozen=True)
class Best:
    """The best network so far, on the CPU, and what it scored; None: not scored."""

    network: DeepLabV3
    epoch: int
    scores: Scores | None

    @property
    def mean_iou(self) -> float | None:
        return None if self.scores is None else self.scores.mean_iou


@dataclass(frozen=True)
class Ending:
    """How the loop ended."""

    best: Best
    epochs: int
    """That were trained to their end."""
    stopped: bool
    """By a person, or because the loss was no number."""
    reason: str


def train(
    network: DeepLabV3,
    batches: Batches,
    examples: Examples,
    validation: tuple[str, ...],
    recipe: Recipe,
    *,
    device: str,
    threads: int,
    class_weights: Tensor | None,
    first_scores: Scores | None,
    save: Callable[[Best], None],
    on_event: OnEvent,
    cancel: CancelToken,
) -> Ending:
    """Train ``network`` (on ``device``, changed in place) and keep its best epoch.

    Args:
        first_scores: what the network scores before the first step, where that is known.
        save: called with each better network.
        cancel: stops after the batch at hand; the best is saved.

    Raises:
        MaskwrightError: memory does not do, or the loss is no number before there is anything to
            keep.
    """
    stepper = Stepper(
        network,
        recipe,
        device,
        class_weights=class_weights,
        on_note=lambda text: on_event(events.Note(text)),
    )
    average = WeightAverage(network, recipe.weight_average) if recipe.weight_average else None
    best = Best(copy.deepcopy(network).cpu(), 0, first_scores) if first_scores else None
    epochs_since_best = 0
    steps = recipe.epochs * batches.steps
    step = 0
    training_seconds = 0.0

    def ended(epochs: int, stopped: bool, reason: str) -> Ending:
        kept = best
        if kept is None:  # not one epoch was scored
            kept = Best(copy.deepcopy(average.network if average else network).cpu(), epochs, None)
        if kept.scores is None or kept.epoch == 0:
            save(kept)
        return Ending(kept, epochs, stopped, reason)

    for epoch in range(1, recipe.epochs + 1):
        stepper.train_mode()
        began = last_event = time.monotonic()
        losses = 0.0
        for number, batch in enumerate(batches.epoch(epoch), start=1):
            rate = rate_at(step, steps, recipe)
            loss = stepper.step(batch, rate)
            if not math.isfinite(loss):
                if best is None:
                    raise MaskwrightError(
                        f"The loss became {loss} in epoch {epoch}: take a lower --rate."
                    )
                reason = f"The loss became {loss} in epoch {epoch}: take a lower rate."
                return ended(epoch - 1, True, reason)
            if average is not None:
                average.update(network)
            step += 1
            losses += loss
            now = time.monotonic()
            speed = number * recipe.batch_size / (now - began)
            if now - last_event >= SECONDS_BETWEEN_BATCH_EVENTS or number == batches.steps:
                last_event = now
                eta = (steps - step) * recipe.batch_size / speed
                on_event(events.Batch(epoch, number, batches.steps, loss, speed, eta, rate))
            if cancel.is_cancelled:
                return ended(epoch - 1, True, f"Stopped in epoch {epoch}.")
        trained = time.monotonic()

        candidate = average.network if average is not None else network
        predictor = Predictor(candidate, device, tile="off", threads=threads)
        try:
            scores = score_predictor(predictor, examples, validation, cancel=cancel)
        except Cancelled:
            return ended(epoch, True, f"Stopped while epoch {epoch} was scored.")
        is_best = best is None or _better(scores, best)
        training_seconds += time.monotonic() - began
        on_event(
            events.Epoch(
                epoch=epoch,
                epochs=recipe.epochs,
                loss=losses / batches.steps,
                mean_iou=scores.mean_iou,
                iou=scores.iou,
                pixel_accuracy=scores.pixel_accuracy,
                boundary_f=scores.boundary_f,
                rate=rate,
                images_per_s=batches.steps * recipe.batch_size / (trained - began),
                eta_s=training_seconds / epoch * (recipe.epochs - epoch),
                is_best=is_best,
            )
        )
        if is_best:
            best = Best(copy.deepcopy(candidate).cpu().eval(), epoch, scores)
            epochs_since_best = 0
            save(best)
        else:
            epochs_since_best += 1
            if recipe.patience and epochs_since_best >= recipe.patience:
                return ended(epoch, False, f"No better score in {recipe.patience} epochs.")
    return ended(recipe.epochs, False, f"All {recipe.epochs} epochs are done.")


def _better(scores: Scores, best: Best) -> bool:
    """Without a score (nothing labelled is held out) the newest epoch counts as the best."""
    if scores.mean_iou is None or best.mean_iou is None:
        return True
    return scores.mean_iou > best.mean_iou
