"""How a format is read: is it this one; open it; labels are decoded when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from segmenter.formats.dataset import Incoming
from segmenter.formats.source import Source
from segmenter.project.classes import UNLABELLED


@dataclass(frozen=True)
class ReadOptions:
    """What a person says about the files."""

    ignore: int | None = None
    """The value of unlabelled pixels in files of label values; None: as the format has it."""

    @property
    def ignore_value(self) -> int:
        return UNLABELLED if self.ignore is None else self.ignore


class Reader(Protocol):
    """Both look at nothing but the source, which refuses what leads out of it and what is too
    large, and end with :class:`segmenter.errors.Cancelled` once its ``cancel`` is set; see
    :mod:`segmenter.formats.source`."""

    def looks_like(self, source: Source) -> bool:
        """Whether it is this format, told from names and the beginnings of few files. Raises
        nothing else: a damaged file is found when it is opened."""

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        """Read classes and names of images, no pixels.

        Raises:
            MaskwrightError: one sentence with file and place (line, entry) of what is wrong.
        """
