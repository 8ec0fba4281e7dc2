"""What a run is told at its start: from what it learns, by which numbers, and where to. No torch.

It is kept as ``settings.json`` in the run's folder, so that the run can go on without being told
again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.catalogue import MODELS
from segmenter.nn.config import ModelConfig
from segmenter.project.split import Split
from segmenter.project.state import Side
from segmenter.training.material import split_by
from segmenter.training.recipes import RECIPES, STANDARD, Recipe

if TYPE_CHECKING:
    from segmenter.nn.deeplabv3 import DeepLabV3
    from segmenter.project.project import Project
    from segmenter.training.quick_recipe import QuickRecipe


@dataclass(frozen=True)
class RunSettings:
    """The arguments of :func:`segmenter.training.fine_tune.fine_tune`, explained there."""

    out: Path
    project: Project | None = None
    images: Path | None = None
    masks: Path | None = None
    classes: tuple[str, ...] | None = None
    model: str | Path | DeepLabV3 | None = "starter"
    config: ModelConfig | None = None
    recipe: Recipe | QuickRecipe = STANDARD
    validation: tuple[str, ...] | None = None
    device: str = "auto"
    half: bool = False
    threads: int | None = None
    card: ModelCard = field(default_factory=ModelCard)
    command: str = ""

    def split(self, available: Sequence[str], pinned: Mapping[str, Side]) -> Split:
        """Which of the images are held out: those that were named, else as the recipe says.

        Raises :class:`MaskwrightError` where an image is missing on a side.
        """
        if self.validation is None:
            return split_by(self.recipe, available, pinned)
        wanted = set(self.validation)
        held_out = tuple(name for name in available if name in wanted)
        training = tuple(name for name in available if name not in wanted)
        if wanted and not held_out:
            raise MaskwrightError(
                "None of the images that were named for validation has a mask, "
                f"for example {self.validation[0]}."
            )
        if not training:
            raise MaskwrightError(
                "All images with a mask were named for validation: leave some to learn from."
            )
        return Split(training, held_out)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON. A network that was given itself is left out."""
        return {
            "out": str(self.out.absolute()),
            "folder": _path(self.project.folder if self.project else None),
            "data_folder": _path(self.project.data_folder if self.project else None),
            "images": _path(self.images),
            "masks": _path(self.masks),
            "classes": self.classes,
            "model": _model(self.model),
            "config": self.config.to_dict() if self.config else None,
            "recipe": self.recipe.to_dict(),
            "validation": self.validation,
            "device": self.device,
            "half": self.half,
            "threads": self.threads,
            "card": self.card.to_dict(),
            "command": self.command,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], project: Project | None) -> RunSettings:
        """What :meth:`to_dict` made, with the project opened again.

        Raises :class:`MaskwrightError`, KeyError, TypeError or ValueError for anything else.
        """
        return cls(
            out=Path(values["out"]),
            project=project,
            images=Path(values["images"]) if values["images"] else None,
            masks=Path(values["masks"]) if values["masks"] else None,
            classes=_names(values["classes"]),
            model=values["model"],
            config=ModelConfig.from_dict(values["config"]) if values["config"] else None,
            recipe=recipe_from_dict(values["recipe"]),
            validation=_names(values["validation"]),
            device=values["device"],
            half=values["half"],
            threads=values["threads"],
            card=ModelCard.from_dict(values["card"]),
            command=values["command"],
        )


def recipe_from_dict(values: Mapping[str, Any]) -> Recipe | QuickRecipe:
    """What a recipe's ``to_dict`` made. Numbers it doesn't name are as in the recipe of its name;
    those that this version doesn't know are passed over.

    Raises :class:`MaskwrightError` where a number makes no sense.
    """
    base = RECIPES.get(values["name"], STANDARD)
    known = {number.name for number in dataclasses.fields(base)}
    return base.replace(**{name: value for name, value in values.items() if name in known})


def _path(path: str | Path | None) -> str | None:
    return None if path is None else str(Path(path).absolute())


def _model(model: str | Path | DeepLabV3 | None) -> str | None:
    if isinstance(model, Path):
        return str(model.absolute())
    if isinstance(model, str):  # a name of the zoo, or a path as it was typed
        return model if model in {known.name for known in MODELS} else str(Path(model).absolute())
    return None


def _names(values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
