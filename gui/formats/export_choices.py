"""What a person chose for an export, kept until the next time: of this folder, and of any."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gui.settings import Settings
from segmenter.errors import MaskwrightError
from segmenter.formats import registry
from segmenter.formats.dataset import ExportOptions, ImageFiles, Lists
from segmenter.formats.format import Format
from segmenter.formats.target import is_export
from segmenter.project.classes import UNLABELLED
from segmenter.project.state import State

if TYPE_CHECKING:
    from segmenter.project.project import Project

log = logging.getLogger(__name__)

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
    drops_background: bool = False
    """Of formats of objects: the class ``background`` is left out."""
    zipped: bool = False
    place: str = ""
    """The folder in which the last export was put; empty: beside the images."""

    def options(self, background: int | None) -> ExportOptions:
        """``background``: the class of that name, where there is one and the format has
        objects."""
        left_out = (
            {} if background is None or not self.drops_background else {background: UNLABELLED}
        )
        return ExportOptions(
            class_map=left_out,
            separate=self.separate,
            states=self.states,
            lists=self.lists,
            validation_share=self.share,
            ignore=self.ignore,
            images=self.images,
        )

    def to_text(self) -> str:
        return json.dumps({**vars(self), "states": sorted(self.states)})

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
                bool(values["drops_background"]),
                bool(values["zipped"]),
                str(values["place"]),
            )
        except (ValueError, KeyError, TypeError):
            return None
        makes_sense = 0 <= made.ignore <= UNLABELLED and 0 <= made.share <= 1
        return made if makes_sense and made.states <= set(EXPORTED_STATES) else None


def writable_formats() -> list[Format]:
    """Those that can be exported, as the dialog lists them."""
    return [each for each in registry.FORMATS if each.writer is not None]


def remembered(project: Project, settings: Settings) -> ExportChoices:
    """Of this folder; where nothing was exported from it, the last of any, but for the place."""
    of_folder = ExportChoices.from_text(project.recall(_NAME))
    if of_folder is not None:
        return of_folder
    of_any = ExportChoices.from_text(settings.choice(_NAME, ""))
    return replace(of_any, place="") if of_any is not None else ExportChoices()


def remember(project: Project, settings: Settings, choices: ExportChoices) -> None:
    """For this folder, and as the last of any."""
    text = choices.to_text()
    settings.set_choice(_NAME, text)
    settings.save()
    if not project.read_only:
        try:
            project.remember(_NAME, text)
        except MaskwrightError as error:
            log.warning("the choices could not be kept: %s", error)


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
