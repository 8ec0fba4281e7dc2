"""What a drag brings: a folder, or images of which the folder is opened."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QMimeData

from segmenter.errors import MaskwrightError


def dropped_folder(data: QMimeData) -> tuple[Path, str] | None:
    """(folder, name of the image to show or ""); None where nothing of it is on this disk."""
    for url in data.urls():
        if url.isLocalFile():
            with contextlib.suppress(MaskwrightError):
                return folder_of(Path(url.toLocalFile()))
    return None


def folder_of(path: Path) -> tuple[Path, str]:
    """A folder itself, or that of a file with the file's name.

    Raises:
        MaskwrightError: there is no such file or folder.
    """
    path = path.absolute()
    try:
        if path.is_dir():
            return path, ""
        if path.exists():
            return path.parent, path.name
    except OSError as error:
        raise MaskwrightError(f"{path} can't be opened ({error.strerror}).") from error
    raise MaskwrightError(f"There is no folder {path}; it may have been moved or renamed.")
