"""One step of the optimiser: a batch, in as many parts as memory asks for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from segmenter.errors import MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction.memory import is_out_of_memory, release_memory
from segmenter.training.batches import Batch
from segmenter.training.learner import Learner
from segmenter.training.loss import segmentation_loss, total_weight
from segmenter.training.normalisation import freeze_scales
from segmenter.training.optimiser import make_optimiser, set_rate
from segmenter.training.recipes import SMALLEST_PART, Recipe
from segmenter.training.team import ALONE, Team


class Stepper:
    """Holds the network in training, its optimiser, and how much fits into memory at once."""

    def __init__(
        self,
        network: DeepLabV3,
        recipe: Recipe,
        device: str,
        *,
        class_weights: Tensor | None,
        on_note: Callable[[str], None],
        team: Team = ALONE,
    ) -> None:
        """``network`` is on ``device`` already; each process of ``team`` has one."""
        self._network = network
        self._device = device
        self._team = team
        self._class_weights = None if class_weights is None else class_weights.to(device)
        self._on_note = on_note
        self._part = min(recipe.micro_batch or recipe.batch_size, recipe.batch_size)
        self._part = max(self._part, SMALLEST_PART)
        config = network.config
        self._mean, self._std = (
            torch.tensor(values, device=device).view(1, 3, 1, 1) * 255
            for values in (config.mean, config.std)
        )
        self._type = _mixed_type(device) if recipe.mixed_precision else None
        self._scaler = torch.amp.GradScaler(
            torch.device(device).type, enabled=self._type is torch.float16
        )

        self.begin_stage(recipe)

    def begin_stage(self, recipe: Recipe) -> None:
        """Learn by these numbers from now on, with a new optimiser."""
        self._recipe = recipe
        if recipe.output_stride:
            self._network.set_output_stride(recipe.output_stride)
        freeze_scales(self._network, recipe.freeze_normalisation)
        if self._network.aux_classifier is not None and not recipe.auxiliary_weight:
            self._network.aux_classifier.requires_grad_(False)
        self._optimiser = make_optimiser(self._network, recipe)
        self._learner = Learner(self._network, self._device, self._team)
        self._steps = 0

    def train_mode(self) -> None:
        """Training behaviour for all but what the recipe freezes."""
        self._learner.train_mode(self._recipe)

    def step(self, batch: Batch, rate: float, seed: Sequence[int]) -> float:
        """Learn from a batch; returns the mean loss of its labelled pixels, perhaps nan or inf,
        and then the weights are as they were.

        ``seed``, numbers of this step's own, decides what dropout leaves out: a run that goes on
        in the middle leaves out what it would have left out.

        Raises :class:`MaskwrightError` where not even two crops at a time fit into memory.
        """
        set_rate(self._optimiser, rate)
        while True:
            _seed_torch(seed)
            try:
                loss = self.gradients(batch)
                break
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                self._take_smaller_parts(error)
        if not math.isfinite(loss):
            return loss
        self._scaler.unscale_(self._optimiser)
        length = nn.utils.clip_grad_norm_(
            self._network.parameters(), self._recipe.gradient_clip or math.inf
        )
        # A gradient that is no number would ruin all weights at once. (float16 has such ones on
        # its way to the right scale, and the scaler leaves those steps out.)
        if not self._scaler.is_enabled() and not math.isfinite(float(length)):
            return math.nan
        self._scaler.step(self._optimiser)
        self._scaler.update()
        self._steps += 1
        return loss

    def state_dict(self) -> dict[str, Any]:
        """What it takes to go on with the next step, beside the network's weights."""
        return {
            "optimiser": self._optimiser.state_dict(),
            "scaler": self._scaler.state_dict(),
            "part": self._part,
            "steps": self._steps,
        }

    def load_state_dict(self, values: dict[str, Any]) -> None:
        """What :meth:`state_dict` gave, perhaps on another device."""
        self._optimiser.load_state_dict(values["optimiser"])
        if values["scaler"]:
            self._scaler.load_state_dict(values["scaler"])
        self._part = values["part"]
        self._steps = values["steps"]

    def gradients(self, batch: Batch) -> float:
        """Gradients of the whole batch's mean loss, added up over its parts; returns the loss.

        The batch is the team's: ``batch`` is this process's share of it.
        """
        self._optimiser.zero_grad(set_to_none=True)
        images, labels = batch
        weight = self._team.summed(total_weight(labels.to(self._device), self._class_weights))
        loss = torch.zeros((), device=self._device)
        parts = _parts(len(labels), self._part)
        self._learner.keep_statistics(self._recipe.statistics_decay, self._steps, len(parts))
        for number, part in enumerate(parts, start=1):
            with self._learner.part(is_last=number == len(parts)):
                part_loss = self._loss(images[part], labels[part]) / weight
                # The team's gradient is the mean of its processes' gradients.
                self._scaler.scale(part_loss * self._team.size).backward()
                loss += part_loss.detach()
        return float(self._team.summed(loss))

    def _loss(self, images: Tensor, labels: Tensor) -> Tensor:
        labels = labels.to(self._device, non_blocking=True)
        pixels = images.to(self._device, non_blocking=True).float()
        pixels = pixels.sub_(self._mean).div_(self._std)
        with torch.autocast(
            torch.device(self._device).type, dtype=self._type, enabled=self._type is not None
        ):
            logits, auxiliary = self._learner.forward(pixels)
        return segmentation_loss(
            logits,
            auxiliary,
            labels,
            class_weights=self._class_weights,
            auxiliary_weight=self._recipe.auxiliary_weight,
        )

    def _take_smaller_parts(self, error: Exception) -> None:
        if self._team.size > 1:  # the others wait for gradients that will not come
            raise MaskwrightError(
                "Memory ran out in one of the processes: take --set micro_batch="
                f"{max(SMALLEST_PART, self._part // 2)} or a smaller crop (--crop)."
            ) from error
        if self._part <= SMALLEST_PART:
            raise MaskwrightError(
                "Not even two crops fit into memory: take a smaller crop or a smaller model."
            ) from error
        self._optimiser.zero_grad(set_to_none=True)
        release_memory(self._device)
        self._part = max(SMALLEST_PART, self._part // 2)
        self._on_note(f"Memory ran out: batches go through it {self._part} crops at a time now.")


def _parts(count: int, size: int) -> list[slice]:
    """Slices of about ``size``, none of a single crop."""
    starts = list(range(0, count, size))
    if len(starts) > 1 and count - starts[-1] < SMALLEST_PART:
        starts.pop()
    return [slice(a, b) for a, b in zip(starts, [*starts[1:], count], strict=True)]


def _seed_torch(numbers: Sequence[int]) -> None:
    torch.manual_seed(int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0]))


def _mixed_type(device: str) -> torch.dtype | None:
    if not device.startswith("cuda"):
        return None
    return torch.bfloat16 if torch.cuda.is_bf16_supported(False) else torch.float16
