"""How long a run will take, before it is begun. Imports no torch.

A pass of a network takes time for its arithmetic and time for writing down what its layers put
out; the second is what small networks with many thin layers spend most of their time on. On one
core of the computer this was measured on (Xeon with AVX-512, torch 2.15, channels last; seconds
of CPU time per megapixel of crop, forward and backward) the two together tell:

=============================================  ========  ====
network                                        measured  told
=============================================  ========  ====
EfficientNet-Lite0, decoder, output stride 16  4.4       4.4
EfficientNet-Lite0, decoder, output stride 8   11.5      10.3
MobileNetV3, decoder, output stride 16         3.2       3.3
ResNet-50, ASPP, output stride 16              13.1      14.2
ResNet-50, ASPP, output stride 8               41.6      42.1
=============================================  ========  ====

Another computer is faster or slower as a whole: its :class:`Pace`. A small matrix product tells
it roughly; the first epoch of a run tells it, and it is remembered from then on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from segmenter.nn.config import ModelConfig
from segmenter.prediction.plan import trained_size
from segmenter.training.drawing import draws_of, repeat_factors
from segmenter.training.events import Epoch
from segmenter.training.network_cost import Cost, network_cost
from segmenter.training.quick_recipe import QuickRecipe
from segmenter.training.recipes import Recipe
from segmenter.training.stages import stages

_CORE_PRODUCT = 135e9
"""Operations a second of :func:`core_speed` on the core that the constants below are of."""
_SECONDS_TO_START = 7.0
"""Python, torch, the model; on a CPU."""
_READING = 0.02
"""Seconds for a megapixel of an image and its mask, on one core."""
_SCORING, _SCORING_A_CLASS = 0.1, 0.04
"""Seconds for a megapixel of a held-out image, beside the network: labels at full size, and the
outlines of each class."""
_HEADROOM = 0.8
"""Of more cores this power of their number is had: two threads do the work of 1.7."""


@dataclass(frozen=True)
class _Rate:
    """Of a kind of device."""

    operations: float
    """A second; a multiply-add is two."""
    forward: float
    """Seconds for one value that a layer puts out, …"""
    training: float
    """… and with its way back."""


_RATES = {
    "cpu": _Rate(110e9, 1.3e-9, 5.7e-9),
    # A GPU of a few years ago; nobody knows which one it is before it has run.
    "cuda": _Rate(20e12, 0.03e-9, 0.12e-9),
    "mps": _Rate(3e12, 0.1e-9, 0.5e-9),
}


@dataclass(frozen=True)
class Pace:
    """How this computer compares with what the constants are of: times as many seconds."""

    training: float
    scoring: float
    is_measured: bool = False
    """By a run; else it is a guess."""


@dataclass(frozen=True)
class Task:
    """What decides how long a run takes."""

    recipe: Recipe | QuickRecipe
    config: ModelConfig
    """Of the network that learns, with the classes it will have."""
    training: int
    """Images to learn from."""
    held_out: int
    size: tuple[int, int]
    """Width and height of a typical image."""
    classes_of: tuple[frozenset[int], ...] = ()
    """Of each image to learn from: rare ones are drawn more often. Not given, all alike."""
    starts_from_model: bool = True
    """It is scored before the first step."""

    @property
    def steps(self) -> int:
        """Of one epoch."""
        assert isinstance(self.recipe, Recipe)
        draws = self.training
        if self.classes_of:
            draws = _draws(self.classes_of, self.recipe.rare_below)
        return self.recipe.steps_of_epoch(draws)


@dataclass(frozen=True)
class Work:
    """Seconds at a pace of 1."""

    reading: float
    training: float
    scoring: float


@dataclass(frozen=True)
class Estimate:
    """From … to … seconds."""

    low: float
    high: float
    is_measured: bool
    """By a run with such a network on this computer, or by the recipe itself."""
    is_most: bool
    """It may end earlier by itself."""

    @property
    def middle(self) -> float:
        return (self.low * self.high) ** 0.5


@lru_cache(maxsize=8)
def _draws(classes_of: tuple[frozenset[int], ...], rare_below: float) -> int:
    """Asked again with every number that a person changes."""
    return draws_of(repeat_factors(classes_of, rare_below))


def kind_of(device: str) -> str:
    """``cuda:1`` → ``cuda``."""
    kind = device.partition(":")[0]
    return kind if kind in _RATES else "cpu"


def estimate(task: Task, device: str, pace: Pace) -> Estimate:
    """How long the run takes on ``device``, which is not ``auto`` here."""
    kind = kind_of(device)
    parts = work(task, device)
    if isinstance(task.recipe, QuickRecipe):
        return _of_quick(task.recipe, task, device, pace, parts)
    seconds = (
        _SECONDS_TO_START
        + parts.reading
        + pace.training * parts.training
        + pace.scoring * parts.scoring
    )
    if pace.is_measured:
        low = high = seconds
    else:
        doubt = 1.6 if kind == "cpu" else 4.0
        low, high = seconds / doubt, seconds * doubt
    return Estimate(low, high, pace.is_measured, bool(task.recipe.patience))


def work(task: Task, device: str) -> Work:
    """All that a run does, each epoch of it."""
    rate = _RATES[kind_of(device)]
    megapixels = task.size[0] * task.size[1] / 1e6
    reading = _READING * megapixels * (task.training + task.held_out)
    if isinstance(task.recipe, QuickRecipe):
        reading += task.recipe.views * _forward(task, task.training, task.config, rate)
        return Work(reading, 0.0, _scoring(task, task.config, rate))
    recipe = task.recipe.fitted(task.config.input_size)
    crops = task.steps * recipe.batch_size
    training = scoring = 0.0
    for stage in stages(recipe):
        config = _at_stride(task.config, stage.recipe.output_stride)
        a_pixel = _seconds(network_cost(config), rate, passes=3, a_value=rate.training)
        training += stage.recipe.epochs * crops * recipe.crop**2 * a_pixel
        scoring += stage.recipe.epochs * _scoring(task, config, rate)
    if task.starts_from_model:
        scoring += _scoring(task, task.config, rate)
    return Work(reading, training, scoring)


def measured_pace(task: Task, device: str, epoch: Epoch, batches: int) -> Pace | None:
    """What an epoch of a run tells about this computer.

    Args:
        task: the run's, with its own recipe.
        epoch: what it told of one, …
        batches: … which had so many steps.

    Returns:
        None where it tells nothing: in the last epoch, in a second stage (its network is another
        one), and where nothing was trained.
    """
    recipe = task.recipe
    left = epoch.epochs - epoch.epoch
    if not isinstance(recipe, Recipe) or left < 1 or not epoch.images_per_s:
        return None
    if not 1 <= epoch.epoch <= recipe.epochs:
        return None
    one = work(_one_epoch(task), device)
    crops = batches * recipe.batch_size
    expected = one.training * crops / (task.steps * recipe.batch_size)
    training = crops / epoch.images_per_s
    scoring = max(0.0, epoch.eta_s / left - training)
    return Pace(
        training / expected,
        scoring / one.scoring if one.scoring else training / expected,
        is_measured=True,
    )


def guessed_pace(device: str, threads: int) -> Pace:
    """Before any run; takes some milliseconds. ``threads``: that a run may use on the CPU."""
    if kind_of(device) != "cpu":
        return Pace(1.0, 1.0)
    factor = _CORE_PRODUCT / core_speed()
    return Pace(factor / threads**_HEADROOM, factor / threads**_HEADROOM)


def core_speed() -> float:
    """Operations a second of one core: the best of some small matrix products, by the time that
    this thread had the core for itself."""
    side, times = 64, 100  # so small that no library uses more than one thread for it
    a = np.linspace(0, 1, side * side, dtype=np.float32).reshape(side, side)
    out = np.empty_like(a)
    best = float("inf")
    for _ in range(6):
        began = time.thread_time_ns()
        for _ in range(times):
            np.dot(a, a, out)
        best = min(best, max(1, time.thread_time_ns() - began))
    return 2 * side**3 * times / best * 1e9


def _one_epoch(task: Task) -> Task:
    assert isinstance(task.recipe, Recipe)
    recipe = task.recipe.replace(epochs=1, second_epochs=0)
    return replace(task, recipe=recipe, starts_from_model=False)


def _of_quick(recipe: QuickRecipe, task: Task, device: str, pace: Pace, parts: Work) -> Estimate:
    """It takes the time that it says, and longer where reading takes more than its share."""
    planned = recipe.time_for(max(task.training, 1), device)
    reading = pace.scoring * parts.reading
    learning = max(planned, reading + planned * (1 - recipe.reading_share))
    seconds = _SECONDS_TO_START + learning + pace.scoring * parts.scoring
    doubt = 1.0 if learning == planned or pace.is_measured else 1.6
    if recipe.steps:
        doubt = 3.0
    return Estimate(seconds / doubt, seconds * doubt, doubt == 1.0, False)


def _scoring(task: Task, config: ModelConfig, rate: _Rate) -> float:
    """Of all held-out images, once."""
    width, height = task.size
    beside = _READING + _SCORING + _SCORING_A_CLASS * len(config.classes)
    beside *= task.held_out * width * height / 1e6
    return _forward(task, task.held_out, config, rate) + beside


def _forward(task: Task, images: int, config: ModelConfig, rate: _Rate) -> float:
    """Of so many images through the network, once, at the size it sees them in."""
    width, height = task.size
    if not images or not width or not height:
        return 0.0
    seen = trained_size((height, width), config.input_size)
    a_pixel = _seconds(network_cost(config), rate, passes=1, a_value=rate.forward)
    return images * seen[0] * seen[1] * a_pixel


def _seconds(cost: Cost, rate: _Rate, *, passes: int, a_value: float) -> float:
    """For one pixel."""
    return 2 * passes * cost.multiply_adds / rate.operations + cost.values * a_value


def _at_stride(config: ModelConfig, output_stride: int) -> ModelConfig:
    return config.replace(output_stride=output_stride) if output_stride else config
