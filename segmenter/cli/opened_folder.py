"""The project that a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from segmenter.cancel import CancelToken

if TYPE_CHECKING:
    from segmenter.project.project import Project


@contextmanager
def opened(
    folder: Path,
    cancel: CancelToken | None = None,
    *,
    data_folder: Path | None = None,
    read_only: bool = True,
) -> Iterator[Project]:
    """The project of ``folder``, as it is now; to be read alone, a window may have it open and go
    on changing it meanwhile.

    Raises:
        Cancelled: ``cancel`` was set while the folder was looked through.
        MaskwrightError: it can't be opened.
    """
    from segmenter.project.project import Project

    with Project.open(folder, data_folder=data_folder, read_only=read_only) as project:
        project.scan(cancel=cancel)
        yield project


@contextmanager
def opened_if_named(
    folder: Path | None, cancel: CancelToken | None = None, *, data_folder: Path | None = None
) -> Iterator[Project | None]:
    """As :func:`opened`; None where no folder was named."""
    if folder is None:
        yield None
        return
    with opened(folder, cancel, data_folder=data_folder) as project:
        yield project
