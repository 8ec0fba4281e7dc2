"""A source opened and looked through, for a pool thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from segmenter.cancel import CancelToken, Progress
from segmenter.formats.format import Format
from segmenter.formats.importing import Import, ImportPlan
from segmenter.formats.reader import ReadOptions

if TYPE_CHECKING:
    from segmenter.project.project import Project


@dataclass(frozen=True)
class Wanted:
    """What a person wants to import."""

    path: Path
    format: Format | None = None
    """None: the one that it looks like."""
    ignore: int | None = None
    """The value of unlabelled pixels; None: as the format has it."""
    by_name: bool = False
    """Also what fits an image of another folder by its name alone."""


@dataclass(frozen=True)
class Opened:
    """An open source and what importing it would do; to be closed."""

    wanted: Wanted
    source: Import
    plan: ImportPlan

    def close(self) -> None:
        self.source.close()


def read(project: Project, wanted: Wanted, progress: Progress, cancel: CancelToken) -> Opened:
    """Open it and decode every label once.

    Raises:
        MaskwrightError: it can't be opened as that, with file and place.
        Cancelled: ``cancel`` was set; nothing is left open.
    """
    source = Import.open(wanted.path, wanted.format, ReadOptions(wanted.ignore), cancel)
    try:
        plan = source.plan(project, by_name=wanted.by_name, progress=progress, cancel=cancel)
    except BaseException:
        source.close()
        raise
    return Opened(wanted, source, plan)
