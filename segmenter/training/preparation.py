"""Before the first step: everything read and checked once, and what follows from it."""

from __future__ import annotations

import math
import time
from pathlib import Path

import torch

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.zoo import load_model
from segmenter.project.classes import BACKGROUND
from segmenter.project.split import Split
from segmenter.training import events
from segmenter.training.cache import ExampleCache
from segmenter.training.data import Examples
from segmenter.training.events import OnEvent
from segmenter.training.loss import balanced_weights
from segmenter.training.recipes import Recipe

SECONDS_BETWEEN_EVENTS = 0.5


def start_model(model: str | Path | DeepLabV3 | None, cancel: CancelToken) -> DeepLabV3:
    """The network to start from. Raises :class:`MaskwrightError` and Cancelled."""
    if isinstance(model, DeepLabV3):
        return model
    if model is None:
        raise MaskwrightError("Name a model to start from, or describe a new network.")
    return load_model(model, cancel=cancel)


def read_everything(
    examples: Examples,
    parts: Split,
    config: ModelConfig,
    recipe: Recipe,
    tell: OnEvent,
    *,
    cancel: CancelToken,
) -> ExampleCache:
    """Everything read and checked once. Raises :class:`MaskwrightError`."""
    cache = ExampleCache(
        examples,
        short_side=math.ceil(config.input_size * max(recipe.scale_high, 1.0)),
        max_bytes=recipe.cache_megabytes * 1_000_000,
        on_note=lambda text: tell(events.Note(text)),
    )
    cache.prepare(
        parts.training,
        parts.validation,
        _at_most_twice_a_second(lambda done, total: tell(events.Prepare(done, total))),
        cancel,
    )
    there = set(parts.training) - set(cache.unusable)
    if not there:
        raise MaskwrightError(
            f"None of the images to learn from can be used: {next(iter(cache.unusable.values()))}"
        )
    if not cache.labelled:
        raise MaskwrightError(
            "Nothing is labelled in the images to learn from: every pixel of their masks is 255."
        )
    left_out = len(there) - len(cache.labelled)
    if left_out:
        images = "1 image without a labelled pixel is"
        if left_out > 1:
            images = f"{left_out} images without a labelled pixel are"
        tell(events.Note(f"{images} left out."))
    unseen = [name for i, name in enumerate(examples.classes) if not cache.pixels[i]]
    if unseen:
        names = ", ".join(f"“{name}”" for name in unseen)
        tell(events.Note(f"No image to learn from has a pixel of {names}."))
    return cache


def background_of(classes: tuple[str, ...]) -> int | None:
    folded = [name.casefold() for name in classes]
    return folded.index(BACKGROUND) if BACKGROUND in folded else None


def class_weights_of(
    cache: ExampleCache, classes: tuple[str, ...], recipe: Recipe
) -> torch.Tensor | None:
    if recipe.class_weights == "equal":
        return None
    return balanced_weights(torch.from_numpy(cache.pixels[: len(classes)]))


def _at_most_twice_a_second(progress: Progress) -> Progress:
    """The last call always comes through."""
    last = -math.inf

    def throttled(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= SECONDS_BETWEEN_EVENTS or done == total:
            last = now
            progress(done, total)

    return throttled
