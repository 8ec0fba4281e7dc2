"""From what a fine-tuning can start: a model that segments, or a backbone that knows ImageNet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gui.model_store import megabytes
from gui.models.entries import ModelEntry, model_entries
from gui.models.model_words import day_words
from segmenter.nn import zoo
from segmenter.nn.config import ModelConfig
from segmenter.training.sizing import new_network


@dataclass(frozen=True)
class StartPoint:
    """One of the choices."""

    model: str
    """What ``load_model`` takes; of a backbone its name in the zoo."""
    title: str
    about: str
    """One line."""
    config: ModelConfig
    """Of a new network, as long as nobody knows the images."""
    is_new: bool = False
    """A backbone alone."""
    is_current: bool = False

    def network(
        self, classes: tuple[str, ...], size: tuple[int, int], *, as_published: bool
    ) -> ModelConfig:
        """The network that will learn: with the project's classes, and a new one made for images
        of ``size`` (width, height)."""
        config = self.config
        if self.is_new:
            config = new_network(config.backbone, size, as_published=as_published)
        return config.replace(classes=classes) if classes else config


def start_points(current: str, models_folder: Path | None) -> list[StartPoint]:
    """The current model first, then the others that are here, then backbones. Reads headers from
    the disk: meant for a pool thread."""
    usable = [entry for entry in model_entries(models_folder, [current]) if entry.is_usable]
    models = [
        StartPoint(entry.name, _title(entry), _about(entry), entry.config, False, True)
        if entry.name == current
        else StartPoint(entry.name, _title(entry), _about(entry), entry.config)
        for entry in usable
        if entry.config is not None
    ]
    models.sort(key=lambda point: not point.is_current)
    return [*models, *backbones()]


def backbones() -> list[StartPoint]:
    """New networks; those whose weights are here come first."""
    found = [model for model in zoo.MODELS if model.is_backbone]
    found.sort(key=lambda model: not zoo.is_available(model.name))
    return [
        StartPoint(
            model.name,
            f"New, from {model.title}",
            _about_backbone(model),
            new_network(model.backbone, (0, 0)),
            is_new=True,
        )
        for model in found
    ]


def known_classes(point: StartPoint, classes: Sequence[str]) -> str:
    """How many of the project's classes it knows already: one sentence."""
    if point.is_new:
        return "It knows shapes and textures, and learns all of your classes."
    known = {name.casefold() for name in point.config.classes}
    number = sum(name.casefold() in known for name in classes)
    if not classes:
        return ""
    if number == len(classes):
        return "It knows all of your classes by name."
    if number == 0:
        return "It knows none of your classes by name, and learns them from the start."
    return f"It knows {number} of your {len(classes)} classes by name, and keeps what it knows."


def _title(entry: ModelEntry) -> str:
    if entry.is_own_file and entry.created is not None:
        return f"{entry.title}  ·  {day_words(entry.created)}"
    return entry.title


def _about(entry: ModelEntry) -> str:
    return "  ·  ".join(part for part in (entry.scores, entry.summary) if part)


def _about_backbone(model: zoo.ZooModel) -> str:
    if zoo.is_available(model.name):
        return model.summary
    size = megabytes(zoo.size_in_bytes(model.name))
    return f"{model.summary} {size} are downloaded first."
