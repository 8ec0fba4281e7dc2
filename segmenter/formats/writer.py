"""How a format is written: start, add one image after the other, finish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from segmenter.formats.dataset import Classes, ExportOptions, Labelled

Note = Callable[[str], None]
"""Takes one sentence for the report; the same sentence counts once."""


class Writing(Protocol):
    """An export under way. Holds no labels of images that were added, but what it writes at the
    end (COCO: its annotations)."""

    def add(self, item: Labelled) -> None:
        """Write one image.

        Raises:
            SkippedError: this image can't be taken along, and nothing of it stands in a list; the
                export goes on and reports it.
            MaskwrightError: the export fails as a whole.
        """

    def finish(self) -> None:
        """Write what belongs to all: lists, classes."""


@dataclass
class FolderWriting:
    """What every export has at hand; a format's :class:`Writing` may begin with it."""

    folder: Path
    classes: Classes
    options: ExportOptions
    note: Note

    def __post_init__(self) -> None:
        """Where a format makes what it needs from the first image on."""


class Writer(Protocol):
    """Starts an export into ``folder``, which is empty, of the export alone and thrown away as a
    whole where anything is raised: files are written plainly, in any order, without thought of
    what was there. Cancel, progress, states, class mapping, zip files, fsync and the renaming at
    the end are the engine's (:mod:`segmenter.formats.exporting`)."""

    def __call__(
        self, folder: Path, classes: Classes, options: ExportOptions, note: Note
    ) -> Writing: ...
