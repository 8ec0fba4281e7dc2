"""What a person chose for an export, kept until the next time: of this folder, and of any."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gui.formats.export_classes import Chosen
from gui.kept_choices import keep, recalled
from gui.settings import Settings
from segmenter.formats import registry
from segmenter.formats.dataset import ExportOptions, ImageFiles, Lists
from segmenter.formats.format import Format
from segmenter.formats.target import is_export
from segmenter.project.classes import MAX_CLASS_ID, UNLABELLED
from segmenter.project.state import State

if TYPE_CHECKING:
    from segmenter.project.project import Project

EXPORTED_STATES = (State.CORRECTED, State.APPROVED, State.PREDICTED)
"""Images in other states have nothing to export."""
_NAME = "export"


@dataclass(frozen=True)
class ExportChoices:
    """What the dialog begins with, and ends with."""

    format: str = ""
    """Its key; empty: the first."""
    states: frozenset[State] = frozenset({State.CORRECTED, State.APPROVED})
    lists: Lists = Lists.NONE
    share: float = 0.2
    ignore: int = UNLABELLED
    images: ImageFiles = ImageFiles.COPY
    separate: bool = True
    classes: Chosen = field(default_factory=dict)
    zipped: bool = False
    place: str = ""
    """The folder in which the last export was put; empty: beside the images."""

    def options(self, class_map: Mapping[int, int]) -> ExportOptions:
        """``class_map``: what :attr:`classes` mean for those of the project."""
        return ExportOptions(
            class_map=class_map,
            separate=self.separate,
            states=self.states,
            lists=self.lists,
            validation_share=self.share,
            ignore=self.ignore,
            images=self.images,
        )

    def to_text(self) -> str:
        plain = {"states": sorted(self.states), "classes": dict(self.classes)}
        return json.dumps(vars(self) | plain)

    @classmethod
    def from_text(cls, text: str) -> ExportChoices | None:
        """None for anything that :meth:`to_text` did not make."""
        try:
            values = json.loads(text)
            made = cls(
                str(values["format"]),
                frozenset(State(each) for each in values["states"]),
                Lists(values["lists"]),
                float(values["share"]),
                int(values["ignore"]),
                ImageFiles(values["images"]),
                bool(values["separate"]),
                _chosen_of(values["classes"]),
                bool(values["zipped"]),
                str(values["place"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        makes_sense = 0 <= made.ignore <= UNLABELLED and 0 <= made.share <= 1
        return made if makes_sense and made.states <= set(EXPORTED_STATES) else None


def _chosen_of(values: Mapping[str, object]) -> Chosen:
    """Raises ValueError for a number that no class can have."""
    found: dict[str, str | int] = {}
    for name, value in values.items():
        if isinstance(value, int):
            if not 0 <= value <= MAX_CLASS_ID:
                raise ValueError(value)
            found[name] = value
        else:
            found[name] = str(value)
    return found


def writable_formats() -> list[Format]:
    """Those that can be exported, as the dialog lists them."""
    return [each for each in registry.FORMATS if each.writer is not None]


def remembered(project: Project, settings: Settings) -> ExportChoices:
    """Of this folder; where nothing was exported from it, the last of any, but for the place and
    what became of its classes."""
    found = recalled(
        _NAME,
        project,
        settings,
        ExportChoices.from_text,
        lambda of_any: replace(of_any, place="", classes={}),
    )
    return found or ExportChoices()


def remember(project: Project, settings: Settings, choices: ExportChoices) -> None:
    """For the next time."""
    keep(_NAME, project, settings, choices.to_text())


def offered_target(folder: Path, place: str, key: str, *, zipped: bool) -> Path:
    """Where an export of ``folder`` is put unless a person says otherwise: beside it, or where the
    last one went; never in the place of anything but an earlier export."""
    parent = next(
        each
        for each in (Path(place) if place else None, folder.parent, Path.home())
        if each is not None and (each == Path.home() or _takes_files(each, folder))
    )
    stem = f"{folder.name or 'images'}-{key}"
    suffix = ".zip" if zipped else ""
    target = parent / f"{stem}{suffix}"
    number = 1
    while os.path.lexists(target) and not is_export(target):
        number += 1
        target = parent / f"{stem}-{number}{suffix}"
    return target


def _takes_files(parent: Path, folder: Path) -> bool:
    inside = folder == parent or folder in parent.parents
    return not inside and parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)
