"""How learning at once goes: every number of ``quick`` in one frozen dataclass. No torch."""

from __future__ import annotations

from dataclasses import dataclass

from segmenter.training.any_recipe import AnyRecipe
from segmenter.training.recipe_numbers import number, switch


@dataclass(frozen=True)
class QuickRecipe(AnyRecipe):
    """The backbone is frozen; a head learns on its features for some seconds.

    Raises :class:`segmenter.errors.MaskwrightError` with one sentence where a value makes no sense.
    """

    name: str = "quick"

    # Learning at once uses every image; the command line may hold some out.
    validation_fraction: float = number(
        0.0, 0, 0.9, "Share of the images that is held out to score by."
    )

    # From the call to the new network, whatever the machine does.
    seconds: float = number(7.5, 0.1, 36_000, "Time for one image, …")
    seconds_per_image: float = number(0.5, 0, 3600, "… so much more for each further one, …")
    most_seconds: float = number(40.0, 0.1, 36_000, "… but no more than this.")
    gpu_share: float = number(0.2, 0.001, 1, "On a GPU this share of that time.")
    steps: int = number(
        0, 0, 10_000_000, "Exactly so many steps instead: the same seed, the same model; 0 = time."
    )
    # Too few of them are worse than none; no longer than PATIENCE times the time, though.
    least_steps: int = number(
        60, 0, 10_000_000, "Take no fewer steps than these, where the machine is slow or busy."
    )
    # Views of images that then are missing wait for the next time.
    reading_share: float = number(
        0.4, 0.05, 0.95, "At most this share of the time goes into reading images."
    )

    views: int = number(
        4, 1, 64, "Of each image: as it is, mirrored, and random scales, windows and colours."
    )
    scale_low: float = number(
        0.7, 0.05, 20, "Smallest random scale; at 1 the short side is the model's input size."
    )
    scale_high: float = number(1.6, 0.05, 20, "Largest random scale.")

    batch_size: int = number(4, 1, 256, "Views in one step of the optimiser.")
    points: int = number(
        1024, 16, 1_000_000, "Labelled pixels of each view that a step compares, drawn at random."
    )
    balance: float = number(
        0.5, 0, 1, "0 = all pixels count the same, 1 = all classes do, however small."
    )
    # Four times faster there.
    coarse_share: float = number(
        0.8, 0, 1, "Share of the time in which the decoder learns at half its resolution."
    )
    window: float = number(
        0.5, 0.1, 1, "After that: sides of windows at full resolution, as a share of the view's."
    )

    # With twice as many a step takes nearly twice the time.
    head_channels: int = number(64, 1, 4096, "Filters of the new head.")
    atrous_rate: int = number(
        6, 2, 1024, "The one rate of the new head's pyramid, at output stride 16."
    )
    image_pooling: bool = switch(False, "The new head has image-level features.")
    rate: float = number(5e-3, 0, 10, "Highest learning rate of a new head.")
    # At ten times this rate, one photo is enough to forget what it knows.
    warm_rate: float = number(
        5e-4, 0, 10, "Highest learning rate of a head that goes on from what it knows."
    )
    # See segmenter.training.quick_head.names_by_elimination; with more, a new head does better.
    few_images: int = number(
        3, 0, 1_000_000, "From no more than these, a head goes on that lacks one class only."
    )
    warmup_share: float = number(
        0.08, 0, 1, "The learning rate rises for this share of the time, then falls to 0."
    )

    memory_megabytes: int = number(512, 0, 1_000_000, "Features kept in memory.")
    disk_megabytes: int = number(2048, 0, 1_000_000, "Features kept on the disk.")

    def _check(self) -> None:
        super()._check()
        self._check_above_zero("rate", "warm_rate")

    def time_for(self, images: int, device: str) -> float:
        """Seconds to take for so many images on this device."""
        seconds = min(self.seconds + self.seconds_per_image * (images - 1), self.most_seconds)
        return seconds if device == "cpu" else seconds * self.gpu_share


QUICK = QuickRecipe()
