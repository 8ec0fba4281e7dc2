"""Whose work the app stands on, and under which terms: the texts that came along with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from segmenter.paths import resource


@dataclass(frozen=True)
class Notice:
    """The terms of one part of the app."""

    name: str
    files: tuple[Path, ...]

    def text(self) -> str:
        """All of its files, one after another. One that can't be read is said in its place."""
        return "\n\n".join(_read(path) for path in self.files)


def notices(beside: Path | None = None) -> list[Notice]:
    """The app itself first, then what it brings along, by name.

    ``beside``: the folder that ``resources/`` lies in. An installed app has the licences of all
    its libraries there; from the source tree, they lie with the libraries.
    """
    beside = beside or resource().parent
    own = [path for path in (beside / "LICENSE",) if path.is_file()]
    found = [
        Notice("Maskwright", tuple(own)),
        Notice("Photos and models", (beside / "resources" / "NOTICES.md",)),
    ]
    folder = beside / "licenses"
    parts = sorted(folder.iterdir(), key=lambda path: path.name.lower()) if folder.is_dir() else []
    found += [Notice(part.name, tuple(sorted(part.iterdir()))) for part in parts if part.is_dir()]
    return [notice for notice in found if notice.files]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip("\r\n")
    except OSError as error:
        return f"{path} can't be read: {error.strerror or error}."
