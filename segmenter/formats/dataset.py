"""What the project and a format exchange: labels on their way out, labels on their way in.

Everything here speaks of labels as the project does: uint8 H×W, class ids 0–254, 255 unlabelled.
Ids may have gaps, and are never renumbered on the way unless a person asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segmenter.errors import MaskwrightError
from segmenter.project.classes import UNLABELLED, LabelClass
from segmenter.project.state import Side, State

Labels = NDArray[np.uint8]
Size = tuple[int, int]
"""Height and width of the upright image."""
Classes = tuple[LabelClass, ...]
"""Sorted by id; gaps allowed."""


class SkippedError(MaskwrightError):
    """One image can't be taken along, and why; the others can."""


class ImageFiles(StrEnum):
    """What an export does with the images themselves."""

    COPY = "copy"
    HARD_LINK = "hardlink"
    SYMLINK = "symlink"
    NONE = "none"


class Lists(StrEnum):
    """Where the images of the training and validation lists come from."""

    NONE = "none"
    """No lists; :attr:`Labelled.side` is None."""
    SHARE = "share"
    """By chance: :attr:`ExportOptions.validation_share` and :attr:`ExportOptions.seed`."""
    PROJECT = "project"
    """As a fine-tuning of the project splits them, with what a person has pinned."""


@dataclass(frozen=True)
class ExportOptions:
    """What a person chose for an export; the engine follows all of it but what is marked."""

    states: frozenset[State] = frozenset({State.CORRECTED, State.APPROVED})
    """Images in these states are exported; of a predicted one the prediction."""
    lists: Lists = Lists.NONE
    validation_share: float = 0.2
    seed: int = 0
    class_map: Mapping[int, int] = field(default_factory=dict)
    """Project's class id → id in the export; others keep theirs. 255 leaves a class out: its
    pixels become unlabelled. Two classes with one id become one, with the name of that which keeps
    its id, or else of that which comes first here."""
    ignore: int = UNLABELLED
    """For the formats: the value that unlabelled pixels have in files of label values, where the
    format leaves a choice. Never the id of a class (checked by the engine)."""
    images: ImageFiles = ImageFiles.COPY
    """For the formats, see :func:`segmenter.formats.image_files.place_image`."""
    separate: bool = True
    """For the formats of objects: each connected region is an object of its own; otherwise all
    pixels of a class in an image are one."""


@dataclass(frozen=True)
class Labelled:
    """One image on its way out."""

    name: str
    """Path relative to the folder, with ``/`` between its parts."""
    stem: str
    """The name without its suffix, told apart from all others of the project also where letters'
    case does not count: ``dogs/rex``, or ``dogs/rex.jpg`` where there is a ``dogs/rex.png``."""
    image: Path
    """The image's file."""
    state: State
    side: Side | None
    """Which list it belongs to; None without lists."""
    labels: Labels
    """uint8 H×W in ids of the export, 255 = unlabelled; not to be changed. Of the upright
    image."""

    @property
    def size(self) -> Size:
        height, width = self.labels.shape
        return height, width


@dataclass(frozen=True)
class IncomingImage:
    """Labels of one image on their way in, not decoded yet."""

    name: str
    """The image as the format knows it: a relative path with ``/``, with or without suffix."""
    read: Callable[[Size], Labels]
    """Decode: given the size of the project's image, uint8 H×W of that very size in ids of
    :attr:`Incoming.classes`, 255 = unlabelled. Raises :class:`MaskwrightError` with file and
    place where the file is damaged, or was made for another size."""
    size: Size | None = None
    """As the format states it, where it does."""
    side: Side | None = None
    """The list it stands in, where there is one."""
    aliases: tuple[str, ...] = ()
    """Other names that the image may go by."""


@dataclass(frozen=True)
class Incoming:
    """A data set that was opened to be imported."""

    classes: Classes
    """With the format's own ids; the engine finds the project's class of the same name."""
    images: tuple[IncomingImage, ...]
    has_named_classes: bool = True
    """False: bare numbers stand for the classes, so only those that occur in pixels count."""
    notes: tuple[str, ...] = ()
    """What a person should know, one sentence each."""
    found: Callable[[], tuple[str, ...]] = tuple
    """More of them, of the images that were decoded until now."""
    written: Callable[[str], str] = lambda stem: stem
    """The name that the format has for :attr:`Labelled.stem`, for the way back."""
