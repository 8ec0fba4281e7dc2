"""How many crops go through memory at a time, and on which network a new model is built: told by
the computer and the images. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

from segmenter.nn.config import ModelConfig
from segmenter.training.network_cost import network_cost
from segmenter.training.recipes import SMALLEST_PART, Recipe
from segmenter.training.stages import stages

SMALLEST_INPUT, LARGEST_INPUT = 224, 513
_SMALL_BACKBONES = ("efficientnet_lite0", "mobilenet_v3_large")
_BYTES_A_WEIGHT = 20
"""float32 weight, gradient, the optimiser's two averages, the running average of weights."""
_BEYOND_VALUES = 1.25
"""Gradients of values on their way back, and workspace, beside the values that are kept."""
_SHARE = {"cpu": 0.5, "cuda": 0.85, "mps": 0.5}
"""Of a device's memory that a run may take: the window and the system live there too."""
_FIXED = {"cpu": 1.0e9, "cuda": 1.5e9, "mps": 1.0e9}
"""Bytes of libraries and, on a GPU, of the model that goes on predicting in the window."""


@dataclass(frozen=True)
class Fit:
    """How a recipe goes into a device's memory."""

    crops: int
    """At a time; no more than a batch."""
    needed: float
    """Bytes with so many."""
    is_enough: bool
    """Whether it will do; not, where even two crops are too many."""


def fit(recipe: Recipe, config: ModelConfig, device: str, memory: int | None) -> Fit:
    """The largest equal parts of a batch that go into memory; the whole where nothing is known.

    Args:
        config: of the network, with the classes it will have.
        memory: bytes of the device; None: nobody knows.
    """
    kind = device.partition(":")[0]
    batch = recipe.batch_size
    fixed, a_crop = _bytes(recipe, config, kind)
    if memory is None:
        return Fit(batch, fixed + batch * a_crop, is_enough=True)
    room = memory * _SHARE.get(kind, 0.5) - fixed
    most = int(room / a_crop)
    if most >= batch:
        return Fit(batch, fixed + batch * a_crop, is_enough=True)
    crops = max(SMALLEST_PART, most)
    if crops < batch:
        crops = max(SMALLEST_PART, -(-batch // -(-batch // crops)))  # parts of about one size
    return Fit(crops, fixed + crops * a_crop, is_enough=most >= SMALLEST_PART)


def _bytes(recipe: Recipe, config: ModelConfig, kind: str) -> tuple[float, float]:
    """What a run takes however few crops it has in memory, and what each of them adds."""
    recipe = recipe.fitted(config.input_size)
    is_half = recipe.mixed_precision and kind == "cuda"
    a_value = 2 if is_half else 4
    most = 0.0
    for stage in stages(recipe):
        stride = stage.recipe.output_stride or config.output_stride
        cost = network_cost(config.replace(output_stride=stride))
        most = max(most, cost.values * a_value * _BEYOND_VALUES)
    # Logits at full size, their logarithms and gradients, in float32.
    a_pixel = most + 4 * 4 * len(config.classes)
    fixed = _FIXED.get(kind, 1e9) + network_cost(config).parameters * _BYTES_A_WEIGHT
    if kind != "cuda":
        fixed += recipe.cache_megabytes * 1e6
    return fixed, a_pixel * recipe.crop**2


def new_network(backbone: str, size: tuple[int, int], *, as_published: bool = False) -> ModelConfig:
    """The network that a new model on this backbone should be.

    Small backbones get a head as light as they are, all of them a decoder for sharper outlines;
    ``as_published`` is the paper's: ASPP with 256 filters and no decoder, output stride 16.

    Args:
        size: (width, height) of a typical image; (0, 0) where nobody knows. Images are seen at
            their own size, where that is not larger than the paper's 513 pixels.
    """
    short = min(size) or LARGEST_INPUT
    config = ModelConfig(
        backbone=backbone, input_size=min(max(short, SMALLEST_INPUT), LARGEST_INPUT)
    )
    if as_published:
        return config
    if backbone in _SMALL_BACKBONES:
        return config.replace(decoder=True, separable=True, head_channels=128)
    return config.replace(decoder=True)
