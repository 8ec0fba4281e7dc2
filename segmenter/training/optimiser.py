"""The optimiser, with a rate of its own for the backbone, and averaged weights."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.recipes import Recipe


def make_optimiser(network: DeepLabV3, recipe: Recipe) -> torch.optim.Optimizer:
    """Four groups of what has gradients: backbone and head, each with and without weight decay."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            key = (name.startswith("backbone."), parameter.ndim > 1)
            groups.setdefault(key, []).append(parameter)
    settings = [
        {
            "params": parameters,
            "factor": recipe.backbone_factor if in_backbone else 1.0,
            "weight_decay": recipe.weight_decay if decays else 0.0,
        }
        for (in_backbone, decays), parameters in groups.items()
    ]
    if recipe.optimiser == "sgd":
        return torch.optim.SGD(settings, lr=recipe.rate, momentum=recipe.momentum)
    return torch.optim.AdamW(settings, lr=recipe.rate)


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """The head's learning rate; the backbone's follows."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group["factor"]


class WeightAverage:
    """A running average of a network's weights: steadier than the weights of the last step.

    Of step n at most n/(n + 9) is kept, so that the first steps, which are far off, are soon gone.
    Statistics of batch normalisation are averaged with the weights.
    """

    def __init__(self, network: DeepLabV3, kept: float) -> None:
        """``kept``: share of the average that stays at each step, 0–1."""
        self.network = copy.deepcopy(network).eval()
        self._kept = kept
        self._steps = 0

    @torch.no_grad()
    def update(self, network: DeepLabV3) -> None:
        """Take the weights after a step in."""
        self._steps += 1
        kept = min(self._kept, self._steps / (self._steps + 9))
        for average, value in zip(
            self.network.state_dict().values(), network.state_dict().values(), strict=True
        ):
            if average.is_floating_point():
                average.lerp_(value, 1 - kept)
            else:
                average.copy_(value)

    def state_dict(self) -> dict[str, Any]:
        """The averaged weights and how many steps they average."""
        return {"network": self.network.state_dict(), "steps": self._steps}

    def load_state_dict(self, values: dict[str, Any]) -> None:
        """What :meth:`state_dict` gave."""
        self.network.load_state_dict(values["network"])
        self._steps = values["steps"]
