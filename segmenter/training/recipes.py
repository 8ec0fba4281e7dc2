"""How a fine-tuning goes: every number of it in one frozen dataclass. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

from segmenter.errors import MaskwrightError
from segmenter.training.any_recipe import AnyRecipe
from segmenter.training.quick_recipe import QUICK, QuickRecipe
from segmenter.training.recipe_numbers import choice, number, switch

OPTIMISERS = ("adamw", "sgd")
SCHEDULES = ("poly", "cosine", "constant")
CLASS_WEIGHTS = ("equal", "balanced")
OUTPUT_STRIDES = (0, 8, 16, 32)
SMALLEST_CROP = 33
SMALLEST_PART = 2
"""Crops at a time: batch normalisation of the image-level features needs two values a channel."""


@dataclass(frozen=True)
class Recipe(AnyRecipe):
    """The defaults are ``standard``: everything trains, the backbone gently.

    Sections are those of the paper (arXiv 1706.05587). Raises :class:`MaskwrightError` with one
    sentence where a value makes no sense.
    """

    name: str = "standard"

    epochs: int = number(
        60, 1, 100_000, "Passes over the images, at most: patience may end it before."
    )
    patience: int = number(
        12, 0, 100_000, "Stop after so many epochs without a better score; 0 = never."
    )
    steps_per_epoch: int = number(
        10, 1, 1_000_000, "At least so many steps make an epoch, however few images there are."
    )

    batch_size: int = number(8, SMALLEST_PART, 4096, "Crops in one step of the optimiser.")
    micro_batch: int = number(
        0, 0, 4096, "Crops in memory at a time; 0 = all, and fewer once memory runs out."
    )
    # Crops much smaller than the images leave the outer taps of large atrous rates beyond their
    # edges, untrained (section 3.3), and then whole images meet them.
    crop: int = number(0, 0, 8192, "Side of the square crops, pixels; 0 = the model's input size.")
    flip: float = number(0.5, 0, 1, "Probability of a left–right flip.")
    copy_paste: float = number(
        0.0, 0, 1, "Probability of pasting another crop's things onto one (arXiv 2012.07177)."
    )
    rare_below: float = number(
        0.25, 0, 1, "Images whose rarest class is in fewer than this share are drawn more often."
    )

    optimiser: str = choice("adamw", OPTIMISERS, "What moves the weights: adamw or sgd.")
    momentum: float = number(0.9, 0, 0.9999, "Of sgd: the share of each move that goes on.")
    rate: float = number(1e-3, 0, 10, "Highest learning rate of all that is not backbone.")
    backbone_factor: float = number(
        0.1, 0, 10, "The backbone's learning rate divided by that of the rest."
    )
    schedule: str = choice(
        "poly", SCHEDULES, "How the learning rate falls: poly, (1 − share done)^power, or cosine."
    )
    poly_power: float = number(
        0.9, 0, 10, "Of poly: 1 = in a straight line, more = faster at first."
    )
    warmup_steps: int = number(
        20, 0, 1_000_000, "The learning rate rises linearly for so many steps first."
    )

    output_stride: int = number(
        0, 0, 32, "While learning and afterwards: 8, 16 or 32; 0 = the model's own."
    )
    freeze_backbone_statistics: bool = switch(
        True, "The backbone's batch normalisation keeps its statistics: for small batches."
    )
    freeze_normalisation: bool = switch(
        False, "All batch normalisation stands still: statistics, scales and shifts."
    )
    statistics_decay: float = number(
        0.9, 0, 0.99999, "Share of batch normalisation's statistics that a step keeps."
    )
    weight_average: float = number(
        0.99, 0, 0.99999, "The model is a running average that keeps this share a step; 0 = none."
    )
    mixed_precision: bool = switch(True, "On a GPU: 16-bit arithmetic where that is safe.")

    class_weights: str = choice(
        "equal", CLASS_WEIGHTS, "In the loss: equal, or balanced, by 1/√ of a class's pixels."
    )
    auxiliary_weight: float = number(
        0.4, 0, 10, "Of the auxiliary classifier's loss, where the model has one."
    )

    second_epochs: int = number(
        0, 0, 100_000, "Epochs of a second stage with a schedule of its own; 0 = none."
    )
    second_rate: float = number(0.001, 0, 10, "Second stage: highest learning rate.")
    second_output_stride: int = number(8, 0, 32, "Second stage: 8, 16 or 32; 0 = the model's own.")
    second_freeze_normalisation: bool = switch(
        True, "Second stage: all batch normalisation stands still."
    )

    cache_megabytes: int = number(1024, 0, 1_000_000, "Decoded training images kept in memory.")

    def _check(self) -> None:
        super()._check()
        self._check_above_zero("rate", *(("second_rate",) if self.second_epochs else ()))
        if 0 < self.crop < SMALLEST_CROP:
            raise MaskwrightError(f"crop of a recipe must be 0 or at least {SMALLEST_CROP}.")
        for name in ("output_stride", "second_output_stride"):
            if getattr(self, name) not in OUTPUT_STRIDES:
                raise MaskwrightError(f"{name} of a recipe is 8, 16, 32 or 0.")

    @property
    def all_epochs(self) -> int:
        """Of both stages."""
        return self.epochs + self.second_epochs

    def steps_of_epoch(self, draws: int) -> int:
        """How many steps make an epoch of so many draws from the images."""
        return max(self.steps_per_epoch, -(-draws // self.batch_size))

    def fitted(self, input_size: int) -> Recipe:
        """With the numbers that follow from the model filled in."""
        return self if self.crop else self.replace(crop=max(input_size, SMALLEST_CROP))


STANDARD = Recipe()

PAPER = Recipe(
    name="paper",
    # 10,582 images in batches of 16: 46 epochs are the 30,000 iterations of either stage, and some
    # more for what is drawn more often.
    epochs=46,
    patience=0,
    batch_size=16,
    crop=513,
    scale_low=0.5,
    scale_high=2.0,
    flip=0.5,
    rare_below=0.1,
    brightness=0.0,
    contrast=0.0,
    saturation=0.0,
    hue=0.0,
    optimiser="sgd",
    momentum=0.9,
    rate=0.007,
    backbone_factor=1.0,
    # Not in the paper; its authors' code has it.
    weight_decay=4e-5,
    schedule="poly",
    poly_power=0.9,
    warmup_steps=0,
    gradient_clip=0.0,
    output_stride=16,
    freeze_backbone_statistics=False,
    statistics_decay=0.9997,
    weight_average=0.0,
    auxiliary_weight=0.0,
    second_epochs=46,
    second_rate=0.001,
    second_output_stride=8,
    second_freeze_normalisation=True,
)
"""Section 4.1 ("Training protocol") of the paper.

Where the paper duplicates the images of five classes that it found hard, ``rare_below`` finds by
itself what is rare. The random scale is relative to the model's input size, not to each photo's own
size, since that is how images will be predicted.
"""

RECIPES: dict[str, Recipe | QuickRecipe] = {
    recipe.name: recipe for recipe in (QUICK, STANDARD, PAPER)
}


def find_recipe(name: str) -> Recipe | QuickRecipe:
    """Raises :class:`MaskwrightError` with the choices where no recipe has this name."""
    if name not in RECIPES:
        raise MaskwrightError(f"There is no recipe {name!r}; the choices are {', '.join(RECIPES)}.")
    return RECIPES[name]
