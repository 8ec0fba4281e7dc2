"""The numbers that every recipe has. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

from segmenter.errors import MaskwrightError
from segmenter.training.recipe_numbers import RecipeNumbers, number


@dataclass(frozen=True)
class AnyRecipe(RecipeNumbers):
    """How images become random views, which of them are held out, what keeps weights small."""

    name: str = ""

    seed: int = number(
        0, 0, 2**63 - 1, "Of everything random: new layers, order of images, views, dropout."
    )
    validation_fraction: float = number(
        0.2, 0, 0.9, "Share of the images that is held out to score by."
    )
    validation_count: int = number(
        0, 0, 1_000_000, "Hold out exactly so many images instead; 0 = by that share."
    )

    scale_low: float = number(
        0.5, 0.05, 20, "Smallest random scale; at 1 the short side is the model's input size."
    )
    scale_high: float = number(2.0, 0.05, 20, "Largest random scale.")
    brightness: float = number(0.3, 0, 1, "Brightness times a factor from 1 − x to 1 + x.")
    contrast: float = number(0.3, 0, 1, "Contrast times a factor from 1 − x to 1 + x.")
    saturation: float = number(0.3, 0, 1, "Saturation times a factor from 1 − x to 1 + x.")
    hue: float = number(0.03, 0, 0.5, "Hue turned by −x to x, where 1 is the whole circle.")

    weight_decay: float = number(
        0.01, 0, 10, "Pulls weights towards 0; not biases and batch normalisation."
    )
    gradient_clip: float = number(
        5.0, 0, 1e6, "Gradients that are longer are shortened to this; 0 = none is."
    )

    def _check(self) -> None:
        if self.scale_low > self.scale_high:
            raise MaskwrightError("scale_low of a recipe can't be above its scale_high.")

    def _check_above_zero(self, *names: str) -> None:
        """Of learning rates."""
        for name in names:
            if getattr(self, name) == 0:
                raise MaskwrightError(
                    f"{name} of a recipe must be above 0: with 0 nothing would be learnt."
                )
