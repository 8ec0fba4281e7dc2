"""The project that a command reads from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segmenter.project.project import Project


@contextmanager
def opened(folder: Path | None, data_folder: Path | None = None) -> Iterator[Project | None]:
    """The project of ``folder``, as it is now, to be read; None without one."""
    if folder is None:
        yield None
        return
    from segmenter.project.project import Project

    # A window may have it open, and go on changing it meanwhile.
    with Project.open(folder, data_folder=data_folder, read_only=True) as project:
        project.scan()
        yield project
