"""What a drag brings: a folder, or images of which the folder is opened."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QMimeData

from segmenter.errors import MaskwrightError
from segmenter.project.listing import images_of

LABEL_SUFFIXES = (".zip", ".json", ".xml", ".yaml", ".yml", ".npz")


def dropped_folder(data: QMimeData) -> tuple[Path, str] | None:
    """(folder, name of the image to show or ""); None where nothing of it is on this disk."""
    for url in data.urls():
        if url.isLocalFile():
            with contextlib.suppress(MaskwrightError):
                return folder_of(Path(url.toLocalFile()))
    return None


def dropped_files(data: QMimeData) -> list[Path]:
    """All of it that lies on this disk: files and folders."""
    paths = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return [path for path in paths if path.exists()]


def dropped_labels(data: QMimeData) -> Path | None:
    """A file that holds labels for many images and is no image itself: to be imported, where a
    folder is open to import into."""
    files = dropped_files(data)
    is_one = len(files) == 1 and files[0].is_file()
    return files[0] if is_one and files[0].suffix.lower() in LABEL_SUFFIXES else None


def folder_of(path: Path) -> tuple[Path, str]:
    """A folder itself, or that of a file with the file's name; of what a project keeps, the folder
    of its images.

    Raises:
        MaskwrightError: there is no such file or folder.
    """
    path = path.absolute()
    try:
        if path.exists() and (images := images_of(path)) is not None:
            return images, ""
        if path.is_dir():
            return path, ""
        if path.exists():
            return path.parent, path.name
    except OSError as error:
        raise MaskwrightError(f"{path} can't be opened ({error.strerror}).") from error
    raise MaskwrightError(f"There is no folder {path}; it may have been moved or renamed.")
