"""A folder that was open lately, as the menu and the start page show it."""

from __future__ import annotations

from pathlib import Path


def short_path(path: Path) -> str:
    """With ``~`` for the person's own folder."""
    home = Path.home()
    return str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)


def is_there(folder: Path) -> bool:
    """Also False where nobody can look, on a drive that does not answer, say."""
    try:
        return folder.is_dir()
    except OSError:
        return False
