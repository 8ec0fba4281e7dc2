"""What changes from step to step: all of it, so that a run can be taken up in the middle."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import torch

from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.optimiser import WeightAverage
from segmenter.training.recipes import Recipe
from segmenter.training.scores import Scores
from segmenter.training.stages import Stage, stage_at
from segmenter.training.step import Stepper


@dataclass(frozen=True)
class Best:
    """The best network so far, on the CPU, and what it scored; None: not scored."""

    network: DeepLabV3
    epoch: int
    scores: Scores | None

    @property
    def mean_iou(self) -> float | None:
        return None if self.scores is None else self.scores.mean_iou

    def is_beaten_by(self, scores: Scores) -> bool:
        """Without a score (nothing labelled is held out) the newest epoch counts as the best."""
        if scores.mean_iou is None or self.mean_iou is None:
            return True
        return scores.mean_iou > self.mean_iou


class TrainingState:
    """A network in training, and how far it has come."""

    def __init__(self, network: DeepLabV3, stepper: Stepper, recipe: Recipe) -> None:
        """``network`` is on its device already, and is trained in place by ``stepper``."""
        self.network = network
        self.stepper = stepper
        self._recipe = recipe
        kept = recipe.weight_average
        self.average = WeightAverage(network, kept) if kept else None
        self.epoch = 1
        """The one under way, from 1."""
        self.steps = 0
        """Done in it."""
        self.loss_sum = 0.0
        """Of these steps."""
        self.seconds = 0.0
        """Trained and scored so far, without what was read before."""
        self.best: Best | None = None
        self.epochs_since_best = 0

    @property
    def candidate(self) -> DeepLabV3:
        """The network that is scored and kept: the averaged one where there is one."""
        return self.network if self.average is None else self.average.network

    def as_best(self, epoch: int, scores: Scores | None) -> Best:
        """A copy of the candidate, to keep."""
        return Best(copy.deepcopy(self.candidate).cpu().eval(), epoch, scores)

    @property
    def stage(self) -> Stage:
        """Of the epoch under way."""
        return stage_at(self.epoch, self._recipe)

    @property
    def _stage_is_new(self) -> bool:
        """Not one step of it is done."""
        return self.steps == 0 and self.epoch == self.stage.epochs_before + 1

    def begin_epoch(self) -> None:
        """Before the first step of an epoch, or the next one of an epoch that was left."""
        if self._stage_is_new:
            self._begin_stage()
        self.stepper.train_mode()

    def _begin_stage(self) -> None:
        recipe = self.stage.recipe
        self.stepper.begin_stage(recipe)
        if self.average is not None and recipe.output_stride:
            self.average.network.set_output_stride(recipe.output_stride)
        self.epochs_since_best = 0

    def count_step(self, loss: float) -> None:
        """After each step."""
        if self.average is not None:
            self.average.update(self.network)
        self.steps += 1
        self.loss_sum += loss

    def best_if_better(self, scores: Scores) -> Best | None:
        """A copy of the candidate, which has these scores, if nothing before it was as good."""
        is_better = self.best is None or self.best.is_beaten_by(scores)
        return self.as_best(self.epoch, scores) if is_better else None

    def end_epoch(self, better: Best | None) -> None:
        """On to the next one, with the best so far if it is a new one."""
        if better is not None:
            self.best = better
        self.epochs_since_best = 0 if better is not None else self.epochs_since_best + 1
        self.epoch += 1
        self.steps = 0
        self.loss_sum = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values and tensors; those of the networks are the ones in use, not copies."""
        average, best = self.average, self.best
        return {
            "network": self.network.state_dict(),
            "stepper": self.stepper.state_dict(),
            "average": None if average is None else average.state_dict(),
            "epoch": self.epoch,
            "steps": self.steps,
            "loss_sum": self.loss_sum,
            "seconds": self.seconds,
            "best": None if best is None else _best_to_dict(best),
            "epochs_since_best": self.epochs_since_best,
            "random": torch.get_rng_state(),
        }

    def take_up(self, values: dict[str, Any]) -> None:
        """Go on from what :meth:`to_dict` gave. Raises KeyError or RuntimeError for anything that
        does not fit the network and the recipe."""
        self.epoch, self.steps = values["epoch"], values["steps"]
        self.network.load_state_dict(values["network"])
        if self.average is not None:
            self.average.load_state_dict(values["average"])
        if not self._stage_is_new:  # else the optimiser is that of the stage before
            self._begin_stage()
            self.stepper.load_state_dict(values["stepper"])
        self.loss_sum, self.seconds = values["loss_sum"], values["seconds"]
        self.epochs_since_best = values["epochs_since_best"]
        best = values["best"]
        if best is not None:
            network = copy.deepcopy(self.network).cpu().eval()
            network.load_state_dict(best["network"])
            network.set_output_stride(best["output_stride"])
            scores = best["scores"]
            self.best = Best(network, best["epoch"], None if scores is None else Scores(**scores))
        torch.set_rng_state(values["random"])


def _best_to_dict(best: Best) -> dict[str, Any]:
    return {
        "network": best.network.state_dict(),
        "output_stride": best.network.config.output_stride,
        "epoch": best.epoch,
        "scores": None if best.scores is None else vars(best.scores),
    }
