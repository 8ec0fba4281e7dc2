"""``CHANGELOG.md``, from which the packages tell what is new."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from linux.bundle_folder import PackagingError

_HEADING = re.compile(r"## (?P<version>\S+) \((?P<date>\d{4}-\d{2}-\d{2})\)")


@dataclass(frozen=True)
class ChangelogEntry:
    """What the file tells of one version."""

    version: str
    date: datetime
    """Midnight, UTC."""
    points: tuple[str, ...]
    """What is new, a sentence each, without Markdown."""


def read_changes(path: Path, version: str) -> list[ChangelogEntry]:
    """All entries, the newest first, which has to be ``version``.

    Raises :class:`PackagingError` where the file tells nothing about that version.
    """
    entries: list[ChangelogEntry] = []
    text = path.read_text("utf-8")
    for section in re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        found = _HEADING.fullmatch(heading.strip())
        if found is None:
            raise PackagingError(f"{path}: “{heading}” is not of the form “## 1.2.3 (2026-01-31)”.")
        points = tuple(
            _plain(point) for point in re.split(r"^- ", body, flags=re.MULTILINE)[1:]
        )  # fmt: skip
        date = datetime.fromisoformat(found["date"]).replace(tzinfo=UTC)
        entries.append(ChangelogEntry(found["version"], date, points))
    if not entries or entries[0].version != version:
        raise PackagingError(
            f"{path} does not begin with version {version}; say there what is new in it."
        )
    if not all(entry.points for entry in entries):
        raise PackagingError(f"{path}: a version has no points; each begins with “- ”.")
    return entries


def _plain(markdown: str) -> str:
    text = " ".join(markdown.split())
    text = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", text)
    return re.sub(r"[*`]", "", text)
