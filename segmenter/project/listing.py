"""Which images lie in a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.wording import cause, shown

# fmt: off
IMAGE_SUFFIXES = frozenset([
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".bmp", ".dib", ".gif", ".webp",
    ".ppm", ".pgm", ".pbm", ".pnm", ".jp2", ".avif",
])
# fmt: on
"""Lower case, with the dot. A file without one of them is not looked at."""

DATA_FOLDER_NAME = "maskwright"
"""The subfolder that holds a project; never searched for images."""

DATABASE_NAME = "project.sqlite3"

_DIGITS = re.compile(r"\d+")


def natural_key(text: str) -> str:
    """Sorts names as people do: img2 before img10, upper and lower case together."""
    # One string instead of a list of parts: sorts 100,000 names in half the time.
    return f"{_DIGITS.sub(_padded, text.casefold())}\0{text}"


def in_order(names: Iterable[str]) -> list[str]:
    """Names of images in the order in which :func:`list_images` gives them."""
    by_folder: dict[str, list[str]] = {}
    for name in names:
        by_folder.setdefault(name[: name.rfind("/") + 1], []).append(name)
    ordered: list[str] = []
    for folder in sorted(by_folder, key=_folder_key):
        ordered += sorted(by_folder[folder], key=natural_key)
    return ordered


def images_of(path: Path) -> Path | None:
    """The folder of images whose data folder ``path`` is, or lies in; None where it is in none."""
    for each in (path, *path.parents):
        with suppress(OSError):
            if each.name == DATA_FOLDER_NAME and (each / DATABASE_NAME).exists():
                return each.parent
    return None


def _folder_key(folder: str) -> list[str]:
    return [natural_key(part) for part in folder.split("/")[:-1]]


def _padded(digits: re.Match[str]) -> str:
    return digits[0].zfill(24)


def is_image_name(name: str) -> bool:
    """Whether a file of this name counts as an image: not hidden, and with a known suffix."""
    return not name.startswith(".") and name[name.rfind(".") :].lower() in IMAGE_SUFFIXES


def list_images(
    folder: str | os.PathLike[str], recursive: bool = True, cancel: CancelToken | None = None
) -> Iterator[str]:
    """Names of the images of a folder, relative to it, with ``/`` between their parts.

    In natural order, a folder's own images before those of its subfolders. Everything with the
    suffix of an image counts, also what turns out not to be one. Left out: hidden files and
    folders, project data, links that lead back into the folder, subfolders that can't be read.

    Raises:
        MaskwrightError: the folder itself can't be read.
        Cancelled: ``cancel`` was set.
    """
    for name, _ in Walk(folder, recursive, cancel):
        yield name


@dataclass
class Walk:
    """One pass over a folder: iterates over (name, directory entry)."""

    folder: str | os.PathLike[str]
    recursive: bool = True
    cancel: CancelToken | None = None
    unreadable: list[str] = field(default_factory=list)
    """Names of the subfolders that could not be read, filled while walking."""

    def __iter__(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        root = os.fspath(self.folder)
        self._real_root = os.path.realpath(root)
        self._seen: set[tuple[int, int]] = set()
        # A stack, not recursion: folders can be nested deeper than Python's calls.
        waiting = [("", root)]
        while waiting:
            prefix, path = waiting.pop()
            try:
                files, folders = self._entries(prefix, path)
            except (OSError, ValueError) as error:
                if not prefix:
                    raise MaskwrightError(folder_sentence(root, error)) from error
                self.unreadable.append(prefix)
                continue
            for index, entry in enumerate(files):
                if self.cancel is not None and index % 256 == 0:
                    self.cancel.check()
                yield prefix + entry.name, entry
            # Last to first, so that they are popped first to last.
            waiting.extend((f"{prefix}{entry.name}/", entry.path) for entry in reversed(folders))

    def _entries(
        self, prefix: str, path: str
    ) -> tuple[list[os.DirEntry[str]], list[os.DirEntry[str]]]:
        """The images and the subfolders to search, each in natural order."""
        if self.cancel is not None:
            self.cancel.check()
        files: list[os.DirEntry[str]] = []
        folders: list[os.DirEntry[str]] = []
        if self.recursive and self._was_here(path):
            return files, folders
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if _is_folder(entry):
                    if self.recursive and self._is_searched(entry, prefix):
                        folders.append(entry)
                elif is_image_name(entry.name):
                    files.append(entry)
        files.sort(key=lambda entry: natural_key(entry.name))
        folders.sort(key=lambda entry: natural_key(entry.name))
        return files, folders

    def _was_here(self, path: str) -> bool:
        """Each folder once, however many links lead to it."""
        status = os.stat(path)  # noqa: PTH116 - thousands of times, where Path is slow
        identity = (status.st_dev, status.st_ino)
        # Some network file systems number nothing.
        if status.st_ino and identity in self._seen:
            return True
        self._seen.add(identity)
        return False

    def _is_searched(self, entry: os.DirEntry[str], prefix: str) -> bool:
        if entry.name == DATA_FOLDER_NAME and (
            not prefix or Path(entry.path, DATABASE_NAME).exists()
        ):
            return False
        if not entry.is_symlink():
            return True
        # A link into the folder itself would show the same images under two names.
        real = os.path.realpath(entry.path)
        root = self._real_root
        leads_into = real == root or real.startswith(root.rstrip(os.sep) + os.sep)
        return not (leads_into or root.startswith(real.rstrip(os.sep) + os.sep))


def folder_sentence(folder: str | os.PathLike[str], error: Exception) -> str:
    """Why a folder can't be opened, for a person."""
    name = shown(folder)
    if isinstance(error, FileNotFoundError):
        return f"The folder {name} is not there; it was moved, renamed, or its drive is away."
    if isinstance(error, NotADirectoryError):
        return f"{name} is a file, not a folder; choose the folder it lies in."
    if isinstance(error, PermissionError):
        return f"The folder {name} may not be read by this user; change its permissions."
    why = cause(error) if isinstance(error, OSError) else "impossible name"
    return f"The folder {name} can't be read ({why})."


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads back to itself
        return False
