"""``train.txt`` and ``val.txt``: one name a line."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from pathlib import Path

from segmenter.formats.file_writing import write_text
from segmenter.formats.source import Source
from segmenter.project.state import Side

LIST_OF = {Side.TRAINING: "train", Side.VALIDATION: "val"}
SIDE_OF = {
    **dict.fromkeys(("train", "training"), Side.TRAINING),
    **dict.fromkeys(("val", "valid", "validation"), Side.VALIDATION),
}
"""By the words that others name lists and folders with, in lower case."""


class SideLists:
    """Collects what stands in either list, in the order of the images."""

    def __init__(self) -> None:
        self.lines: dict[Side, list[str]] = {side: [] for side in LIST_OF}
        self.all: list[str] = []
        self.is_split = False
        """Whether any image belongs to a list."""

    def add(self, side: Side | None, line: str) -> None:
        self.all.append(line)
        if side is not None:
            self.is_split = True
            self.lines[side].append(line)

    def write(self, folder: Path) -> None:
        """Both lists, or none where no image belongs to one."""
        if self.is_split:
            for side, stem in LIST_OF.items():
                write_text(folder / f"{stem}.txt", as_lines(self.lines[side]))


def as_lines(names: list[str]) -> str:
    return "".join(f"{name}\n" for name in names)


def read_lines(source: Source, name: str) -> list[str]:
    """The lines that are not empty, without spaces around them.

    Raises:
        MaskwrightError: it can't be read.
    """
    return [line.strip() for line in source.read_text(name).splitlines() if line.strip()]


def sides_of(source: Source, folder: str = "") -> Mapping[str, Side]:
    """Line → list, of the lists that are there. A line is compared with names, and opens nothing:
    one of a file elsewhere is in nobody's way."""
    found: dict[str, Side] = {}
    for side, stem in LIST_OF.items():
        name = f"{folder}{stem}.txt"
        if not source.file and source.has(name):
            for line in read_lines(source, name):
                found[posixpath.normpath(line.replace("\\", "/"))] = side
    return found
