"""What a person asked for in the dialog: everything a fine-tuning needs to be started with."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from segmenter.nn.config import ModelConfig
from segmenter.training.quick_recipe import QuickRecipe
from segmenter.training.recipes import Recipe, find_recipe

_NETWORK_OPTIONS = (
    "head", "output_stride", "decoder", "head_channels", "separable", "atrous_rates", "input_size",
)  # fmt: skip
"""Fields of a configuration that ``maskwright train`` has options for."""


@dataclass(frozen=True)
class RunRequest:
    """A fine-tuning that is wanted; it says nothing of the folder, nor where the run is kept."""

    recipe: Recipe | QuickRecipe
    model: str
    """Where to start: a name of the zoo or the path of a model file. Does not count where there
    is a ``network``."""
    device: str = "auto"
    name: str = ""
    """What the new model is to be called; empty: it is named by whoever starts the run."""
    network: ModelConfig | None = None
    """A new network on a backbone that knows ImageNet, in place of ``model``."""

    def arguments(self) -> list[str]:
        """What to add to ``maskwright train FOLDER …`` for this run, and nothing that says the
        same as a default."""
        arguments = ["--recipe", self.recipe.name]
        preset = find_recipe(self.recipe.name).to_dict()
        for key, value in self.recipe.to_dict().items():
            if value != preset[key]:
                arguments += ["--set", f"{key}={_text(value)}"]
        if self.network is None:
            arguments += ["--model", self.model]
        else:
            arguments += _network_arguments(self.network)
        if self.device != "auto":
            arguments += ["--device", self.device]
        if self.name:
            arguments += ["--name", self.name]
        return arguments


def _network_arguments(network: ModelConfig) -> list[str]:
    """Raises ValueError for a choice that the command line has no option for: a bug."""
    plain = ModelConfig(backbone=network.backbone, classes=network.classes)
    arguments = ["--backbone", network.backbone.replace("_", "-")]
    for field in dataclasses.fields(network):
        value = getattr(network, field.name)
        if value == getattr(plain, field.name) or field.name == "backbone":
            continue
        if field.name not in _NETWORK_OPTIONS:
            raise ValueError(f"maskwright train has no option for {field.name} of a new network")
        option = "--" + field.name.replace("_", "-")
        if isinstance(value, bool):
            arguments.append(option if value else f"--no-{option.removeprefix('--')}")
        elif isinstance(value, tuple):
            arguments += [option, ",".join(map(str, value))]
        else:
            arguments += [option, str(value)]
    return arguments


def _text(value: str | bool | int | float) -> str:
    """As :meth:`Recipe.with_text` reads it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
