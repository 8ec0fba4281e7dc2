"""What batch normalisation does while a network learns: train, or stand still."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.recipes import Recipe


def normalisations(module: nn.Module) -> Iterator[_BatchNorm]:
    """All batch normalisation in it, also that which is shared among processes."""
    return (layer for layer in module.modules() if isinstance(layer, _BatchNorm))


def train_mode(network: DeepLabV3, recipe: Recipe) -> None:
    """Training behaviour, but for the batch normalisation that the recipe freezes."""
    network.train()
    frozen: nn.Module | None = None
    if recipe.freeze_normalisation:
        frozen = network
    elif recipe.freeze_backbone_statistics:
        frozen = network.backbone
    if frozen is not None:
        for layer in normalisations(frozen):
            layer.eval()


def freeze_scales(network: DeepLabV3, frozen: bool) -> None:
    """Whether scales and shifts of batch normalisation have gradients."""
    for layer in normalisations(network):
        layer.requires_grad_(not frozen)


def keep_statistics(network: DeepLabV3, decay: float, steps: int, parts: int = 1) -> None:
    """The share of its statistics that the next step keeps, after so many ``steps`` of a stage.

    At most n/(n + 9) in step n, so that what was there before the first one is soon gone. The
    paper's decay is the same rule at its end: 0.9997 = 1 − 9/30,000. Taken from the start,
    it would leave a run of 300 steps with the statistics of weights that are no more.

    ``parts``: how many times the network runs in the step. Each run keeps so much that together
    they keep that share.
    """
    kept = min(decay, (steps + 1) / (steps + 10)) ** (1 / parts)
    for layer in normalisations(network):
        layer.momentum = 1 - kept
