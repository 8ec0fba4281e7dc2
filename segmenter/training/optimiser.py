"""AdamW with a gentler rate for the backbone, the learning rate's schedule, averaged weights."""

from __future__ import annotations

import copy
import math
from typing import Any

import torch
from torch import nn

from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.recipes import Recipe


def make_optimiser(network: DeepLabV3, recipe: Recipe) -> torch.optim.AdamW:
    """Four groups of parameters: backbone and head, each with and without weight decay."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        key = (name.startswith("backbone."), parameter.ndim > 1)
        groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "factor": recipe.backbone_factor if in_backbone else 1.0,
                "weight_decay": recipe.weight_decay if decays else 0.0,
            }
            for (in_backbone, decays), parameters in groups.items()
        ],
        lr=recipe.rate,
    )


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """The head's learning rate; the backbone's follows."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group["factor"]


def rate_at(step: int, steps: int, recipe: Recipe) -> float:
    """The head's learning rate for step 0 … steps − 1."""
    left = 1 - step / steps
    shape = {
        "poly": left**recipe.poly_power,
        "cosine": (1 - math.cos(math.pi * left)) / 2,
        "constant": 1.0,
    }[recipe.schedule]
    warmup = min(1.0, (step + 1) / (recipe.warmup_steps + 1))
    return recipe.rate * shape * warmup


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
