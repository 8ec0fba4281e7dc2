"""How a fine-tuning goes: every number of it in one frozen dataclass. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from segmenter.errors import MaskwrightError
from segmenter.training.quick_recipe import QUICK, QuickRecipe
from segmenter.training.recipe_numbers import Limits, RecipeNumbers

SCHEDULES = ("poly", "cosine", "constant")
CLASS_WEIGHTS = ("equal", "balanced")
SMALLEST_CROP = 33


@dataclass(frozen=True)
class Recipe(RecipeNumbers):
    """The defaults are ``standard``: everything trains, the backbone gently.

    Raises :class:`MaskwrightError` with one sentence where a value makes no sense.
    """

    limits: ClassVar[Limits] = {
        "epochs": (1, 100_000),
        "patience": (0, 100_000),
        "steps_per_epoch": (1, 1_000_000),
        "seed": (0, 2**63 - 1),
        # Batch normalisation of the image-level features needs two values a channel.
        "batch_size": (2, 4096),
        "micro_batch": (0, 4096),
        "crop": (0, 8192),
        "scale_low": (0.05, 20),
        "scale_high": (0.05, 20),
        "flip": (0, 1),
        "brightness": (0, 1),
        "contrast": (0, 1),
        "saturation": (0, 1),
        "hue": (0, 0.5),
        "copy_paste": (0, 1),
        "rate": (0, 10),
        "backbone_factor": (0, 10),
        "weight_decay": (0, 10),
        "poly_power": (0, 10),
        "warmup_steps": (0, 1_000_000),
        "gradient_clip": (0, 1e6),
        "weight_average": (0, 0.99999),
        "auxiliary_weight": (0, 10),
        "validation_fraction": (0, 0.9),
        "validation_count": (0, 1_000_000),
        "cache_megabytes": (0, 1_000_000),
    }

    name: str = "standard"

    epochs: int = 60
    """At most; early stopping may end it before."""
    patience: int = 12
    """Stop after so many epochs without a better validation score; 0 = never."""
    steps_per_epoch: int = 10
    """At least so many steps make an epoch, however few images there are."""
    seed: int = 0
    """Of everything random: the new layers' start, the order of images, augmentation, dropout."""

    batch_size: int = 8
    """Crops in one step of the optimiser."""
    micro_batch: int = 0
    """Crops in memory at a time; their gradients are added up. 0 = the whole batch. Halved by
    itself where memory runs out."""
    crop: int = 0
    """Side of the square crops, pixels; 0 = the model's ``input_size``. Much smaller ones leave
    the outer taps of large atrous rates beyond the crop's edge, untrained (section 3.3), and then
    whole images meet them."""
    scale_low: float = 0.5
    scale_high: float = 2.0
    """Random scale (section 4.1), relative to the image with its short side at the model's
    ``input_size``; drawn evenly on a logarithmic scale."""
    flip: float = 0.5
    """Probability of a left–right flip."""
    brightness: float = 0.3
    contrast: float = 0.3
    saturation: float = 0.3
    """Colour jitter: a factor drawn from 1 − x to 1 + x."""
    hue: float = 0.03
    """Colour jitter: a turn of the hue drawn from −x to x, where 1 is the whole circle."""
    copy_paste: float = 0.0
    """Probability that what is not background in another crop is pasted onto this one
    (arXiv 2012.07177); only where there is a class named "background"."""

    rate: float = 1e-3
    """AdamW's highest learning rate for all that is not backbone."""
    backbone_factor: float = 0.1
    """The backbone's learning rate divided by the head's."""
    weight_decay: float = 0.01
    """Not on biases and batch normalisation."""
    schedule: str = "poly"
    """Of the learning rate: ``poly``, (1 − step/steps)^0.9 (section 4.1), ``cosine`` or
    ``constant``."""
    poly_power: float = 0.9
    warmup_steps: int = 20
    """The learning rate rises linearly from 0 for so many steps."""
    gradient_clip: float = 5.0
    """Longest gradient; 0 = any."""
    freeze_backbone_statistics: bool = True
    """The backbone's batch normalisation keeps its statistics: crops of a small batch would
    estimate them badly."""
    weight_average: float = 0.99
    """Validated and saved is a running average of the weights that keeps this share at each step
    (less over the first steps); 0 = the weights themselves."""
    mixed_precision: bool = True
    """On CUDA: bfloat16 where the device has it, else float16 with loss scaling."""

    class_weights: str = "equal"
    """In the loss: ``equal``, or ``balanced``: by the square root of how rare a class is."""
    auxiliary_weight: float = 0.4
    """Of the auxiliary classifier's loss, where the model has one."""

    validation_fraction: float = 0.2
    """Share of the images held out to score by; see :mod:`segmenter.training.split`."""
    validation_count: int = 0
    """Hold out exactly so many instead; 0 = by ``validation_fraction``."""

    cache_megabytes: int = 1024
    """Decoded training images kept in memory."""

    def _check(self) -> None:
        if 0 < self.crop < SMALLEST_CROP:
            raise MaskwrightError(f"crop of a recipe is 0 or from {SMALLEST_CROP}.")
        self._check_order("scale_low", "scale_high")
        for name, choices in (("schedule", SCHEDULES), ("class_weights", CLASS_WEIGHTS)):
            if getattr(self, name) not in choices:
                raise MaskwrightError(
                    f"{name} of a recipe is one of {', '.join(choices)}, "
                    f"not {getattr(self, name)!r}."
                )

    def fitted(self, input_size: int) -> Recipe:
        """With the numbers that follow from the model filled in."""
        return self if self.crop else self.replace(crop=max(input_size, SMALLEST_CROP))


STANDARD = Recipe()
RECIPES: dict[str, Recipe | QuickRecipe] = {QUICK.name: QUICK, STANDARD.name: STANDARD}


def find_recipe(name: str) -> Recipe | QuickRecipe:
    """Raises :class:`MaskwrightError` with the choices where no recipe has this name."""
    if name not in RECIPES:
        raise MaskwrightError(f"There is no recipe {name!r}; the choices are {', '.join(RECIPES)}.")
    return RECIPES[name]
