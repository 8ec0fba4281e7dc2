"""Which stage an epoch belongs to, and the learning rate of each step. Imports no torch."""

from __future__ import annotations

import math
from dataclasses import dataclass

from segmenter.training.recipes import Recipe


@dataclass(frozen=True)
class Stage:
    """Epochs with a schedule, an output stride and a state of batch normalisation of their own."""

    recipe: Recipe
    """Of this stage alone: it has no second one."""
    epochs_before: int
    """Of the stages before it."""
    is_last: bool

    @property
    def last_epoch(self) -> int:
        """Counted from the first epoch of the run, which is 1."""
        return self.epochs_before + self.recipe.epochs


def stages(recipe: Recipe) -> tuple[Stage, ...]:
    """One stage, or two (section 4.1: first at output stride 16 with batch normalisation trained,
    then at 8 with it frozen, since large batches fit no more)."""
    first = recipe.replace(second_epochs=0)
    if not recipe.second_epochs:
        return (Stage(first, 0, True),)
    second = first.replace(
        epochs=recipe.second_epochs,
        rate=recipe.second_rate,
        output_stride=recipe.second_output_stride,
        freeze_normalisation=recipe.second_freeze_normalisation,
    )
    return Stage(first, 0, False), Stage(second, recipe.epochs, True)


def stage_at(epoch: int, recipe: Recipe) -> Stage:
    """The stage of an epoch, counted from 1; beyond the last one it is the last stage."""
    every = stages(recipe)
    return next((stage for stage in every if epoch <= stage.last_epoch), every[-1])


def rate_at(step: int, steps: int, recipe: Recipe) -> float:
    """The head's learning rate for step 0 … steps − 1 of a stage."""
    left = 1 - step / steps
    shape = {
        "poly": left**recipe.poly_power,
        "cosine": (1 - math.cos(math.pi * left)) / 2,
        "constant": 1.0,
    }[recipe.schedule]
    warmup = min(1.0, (step + 1) / (recipe.warmup_steps + 1))
    return recipe.rate * shape * warmup
