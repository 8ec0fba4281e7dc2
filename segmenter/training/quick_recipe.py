"""How learning at once goes: every number of ``quick`` in one frozen dataclass. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from segmenter.training.recipe_numbers import Limits, RecipeNumbers


@dataclass(frozen=True)
class QuickRecipe(RecipeNumbers):
    """The backbone is frozen; a head learns on its features for some seconds.

    Raises :class:`segmenter.errors.MaskwrightError` with one sentence where a value makes no sense.
    """

    limits: ClassVar[Limits] = {
        "seconds": (0.1, 36_000),
        "seconds_per_image": (0, 3600),
        "most_seconds": (0.1, 36_000),
        "gpu_share": (0.001, 1),
        "steps": (0, 10_000_000),
        "reading_share": (0.05, 0.95),
        "seed": (0, 2**63 - 1),
        "views": (1, 64),
        "scale_low": (0.05, 20),
        "scale_high": (0.05, 20),
        "brightness": (0, 1),
        "contrast": (0, 1),
        "saturation": (0, 1),
        "hue": (0, 0.5),
        "batch_size": (1, 256),
        "points": (16, 1_000_000),
        "balance": (0, 1),
        "coarse_share": (0, 1),
        "window": (0.1, 1),
        "head_channels": (1, 4096),
        "atrous_rate": (2, 1024),
        "rate": (0, 10),
        "warm_rate": (0, 10),
        "few_images": (0, 1_000_000),
        "weight_decay": (0, 10),
        "warmup_share": (0, 1),
        "gradient_clip": (0, 1e6),
        "memory_megabytes": (0, 1_000_000),
        "disk_megabytes": (0, 1_000_000),
        "validation_fraction": (0, 0.9),
        "validation_count": (0, 1_000_000),
    }

    name: str = "quick"

    seconds: float = 7.5
    """From the call to the new network, whatever the machine does, …"""
    seconds_per_image: float = 0.5
    """… and so many more for each image, …"""
    most_seconds: float = 40.0
    """… but no more than these."""
    gpu_share: float = 0.2
    """On a GPU this share of that time."""
    steps: int = 0
    """Take exactly so many steps instead, whatever time they take: then the same seed gives the
    same network."""
    reading_share: float = 0.4
    """At most this share of the time goes into reading images and computing features; views of
    images that then are missing wait for the next time."""
    seed: int = 0
    """Of everything random: the new layers' start, views, the order of images, points, dropout."""

    views: int = 4
    """Of each image: as it is, mirrored, and random scales, windows and colours."""
    scale_low: float = 0.7
    scale_high: float = 1.6
    """Random scale, relative to the image with its short side at the model's ``input_size``."""
    brightness: float = 0.3
    contrast: float = 0.3
    saturation: float = 0.3
    """Colour jitter: a factor drawn from 1 − x to 1 + x."""
    hue: float = 0.03
    """Colour jitter: a turn of the hue drawn from −x to x, where 1 is the whole circle."""

    batch_size: int = 4
    """Views in one step of the optimiser."""
    points: int = 1024
    """Labelled pixels of each view that a step compares, drawn at random."""
    balance: float = 0.5
    """Weight of a class in the loss: its share of the pixels to the power of −balance. 0 = all
    pixels count the same, 1 = all classes do."""
    coarse_share: float = 0.8
    """The decoder learns at half its resolution for this share of the time, which is four times
    faster; then on windows of the full one."""
    window: float = 0.5
    """Sides of those windows, as a share of the view's."""

    head_channels: int = 64
    """Filters of the new head: with twice as many a step takes nearly twice the time, …"""
    atrous_rate: int = 6
    """… the one rate of its pyramid at output stride 16, …"""
    image_pooling: bool = False
    """… and whether it has image-level features."""
    rate: float = 5e-3
    """AdamW's highest learning rate for a new head."""
    warm_rate: float = 5e-4
    """The same where the head goes on from what it knows: at ten times this rate, one photo is
    enough to forget it."""
    few_images: int = 3
    """From no more than these, a head that knows all classes but one goes on, too (see
    :func:`segmenter.training.quick_head.names_by_elimination`); with more, a new one does better.
    """
    weight_decay: float = 0.01
    """Not on biases and batch normalisation."""
    warmup_share: float = 0.08
    """The learning rate rises linearly for this share of the time, then falls as a half cosine."""
    gradient_clip: float = 5.0
    """Longest gradient; 0 = any."""

    memory_megabytes: int = 512
    """Features kept in memory."""
    disk_megabytes: int = 2048
    """Features kept on the disk, where the caller names a folder."""

    validation_fraction: float = 0.0
    validation_count: int = 0
    """Images held out to score by: for the command line. Learning at once uses every image."""

    def _check(self) -> None:
        self._check_order("scale_low", "scale_high")

    def time_for(self, images: int, device: str) -> float:
        """Seconds to take for so many images on this device."""
        seconds = min(self.seconds + self.seconds_per_image * (images - 1), self.most_seconds)
        return seconds if device == "cpu" else seconds * self.gpu_share


QUICK = QuickRecipe()
