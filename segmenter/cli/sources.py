"""FOLDER|FILES… of a command line → which images, and under which names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.project.listing import list_images
from segmenter.wording import shown


@dataclass
class Sources:
    """What was named, checked to be there."""

    folders: list[Path] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    @classmethod
    def of(cls, paths: Iterable[Path]) -> Sources:
        """Raises :class:`MaskwrightError` for the first path that is not there."""
        sources = cls()
        for path in paths:
            if path.is_dir():
                sources.folders.append(path)
            elif path.exists():
                sources.files.append(path)
            else:
                raise MaskwrightError(f"{shown(path)} is not there; check how it is spelled.")
        return sources

    def images(
        self, *, recursive: bool, leave_out: Path | None = None, cancel: CancelToken | None = None
    ) -> dict[str, Path]:
        """Name → file, in the order of the command line; the name is the path inside its folder.

        Where two images would have the same name, the later one's gets the name of its folder
        before it. ``leave_out`` is a folder that is not searched: the one that results go to.
        """
        found: dict[str, Path] = {}
        for folder in self.folders:
            for name in list_images(folder, recursive, cancel):
                path = folder / name
                if leave_out is None or not path.is_relative_to(leave_out):
                    found[_free(name, folder.resolve().name, found)] = path
        for path in self.files:
            found[_free(path.name, path.resolve().parent.name, found)] = path
        return found


def _free(name: str, folder: str, taken: dict[str, Path]) -> str:
    candidates: Sequence[str] = (name, f"{folder}/{name}")
    for candidate in candidates:
        if candidate not in taken:
            return candidate
    number = 2
    while f"{folder} {number}/{name}" in taken:
        number += 1
    return f"{folder} {number}/{name}"
