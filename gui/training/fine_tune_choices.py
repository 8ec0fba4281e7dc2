"""What a person chose in the dialog, kept until the next time: of this folder, and of any."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from gui.kept_choices import keep, recalled
from gui.settings import Settings
from segmenter.errors import MaskwrightError
from segmenter.training.quick_recipe import QuickRecipe
from segmenter.training.recipes import RECIPES, STANDARD, Recipe

if TYPE_CHECKING:
    from segmenter.project.project import Project

_NAME = "fine_tune"


@dataclass(frozen=True)
class Choices:
    """Everything but the name of the new model, which is another one each time."""

    recipe: str = STANDARD.name
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Recipe → its numbers that differ from the preset."""
    device: str = "auto"
    model: str = ""
    """Where to start; empty: the current model."""
    shows_advanced: bool = False

    def changed(self, recipe: str) -> Mapping[str, Any]:
        """What differs in this recipe, without what makes no sense (any more)."""
        return sensible(RECIPES[recipe], self.changes.get(recipe, {}))

    def to_text(self) -> str:
        return json.dumps(
            {
                "recipe": self.recipe,
                "changes": {name: dict(each) for name, each in self.changes.items() if each},
                "device": self.device,
                "model": self.model,
                "shows_advanced": self.shows_advanced,
            }
        )

    @classmethod
    def from_text(cls, text: str) -> Choices | None:
        """None for anything that :meth:`to_text` did not make."""
        try:
            values = json.loads(text)
            made = cls(
                str(values["recipe"]),
                {str(name): dict(each) for name, each in values["changes"].items()},
                str(values["device"]),
                str(values["model"]),
                bool(values["shows_advanced"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return made if made.recipe in RECIPES else replace(made, recipe=STANDARD.name)


def sensible(preset: Recipe | QuickRecipe, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the changes that the recipe still takes."""
    kept: dict[str, Any] = {}
    for name, value in changes.items():
        try:
            preset.replace(**kept, **{name: value})
        except (MaskwrightError, TypeError):
            continue
        kept[name] = value
    return kept


def remembered(project: Project, settings: Settings) -> Choices:
    """Of this folder; where it was never fine-tuned, the last of any, but for the model."""
    found = recalled(
        _NAME, project, settings, Choices.from_text, lambda of_any: replace(of_any, model="")
    )
    return found or Choices()


def remember(project: Project, settings: Settings, choices: Choices) -> None:
    """For the next time."""
    keep(_NAME, project, settings, choices.to_text())
