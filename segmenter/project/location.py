"""Where a folder's project lies, and whether it may be changed here."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from segmenter import paths
from segmenter.errors import MaskwrightError
from segmenter.project.listing import (
    DATA_FOLDER_NAME,
    DATABASE_NAME,
    folder_sentence,
    images_of,
)
from segmenter.wording import cause, shown

_LOCK_NAME = "project.lock"
_LONGEST_PATH = 504
"""Bytes of a database's path that SQLite opens, with its journal, on Linux and macOS."""


@dataclass
class Location:
    """The place of one opened project."""

    data_folder: Path
    read_only_reason: str = ""
    """One sentence; empty where the project may be changed."""
    note: str = ""
    """One sentence, where the data folder is not the usual one."""
    lock: FileLock | None = None

    def release(self) -> None:
        if self.lock is not None:
            self.lock.release()


def locate(folder: Path, data_folder: Path | None, read_only: bool) -> Location:
    """Find or make the data folder of an image folder, and lock it for this window.

    It is ``maskwright/`` in the folder; where that can't be made, or its path is too long for
    SQLite, a folder of the user's own.

    Raises:
        MaskwrightError: the folder can't be read, or no data folder can be made.
    """
    try:
        os.scandir(folder).close()
    except (OSError, ValueError) as error:
        raise MaskwrightError(folder_sentence(folder, error)) from error
    if (images := images_of(folder)) is not None:
        raise MaskwrightError(
            f"{shown(folder)} holds what Maskwright knows about the images in {shown(images)}; "
            "open that folder."
        )
    if data_folder is not None:
        place = Location(data_folder)
        if not read_only and (why := _why_not_writable(data_folder)):
            raise MaskwrightError(
                f"The project can't be kept in {shown(data_folder)} ({why}); choose another place."
            )
    else:
        place = _usual_place(folder, read_only)
    if read_only:
        place.read_only_reason = "This folder was opened to look at only."
    elif not place.read_only_reason:
        _lock(place)
    return place


def check_here(data_folder: Path) -> None:
    """Before something is written for an open project: a folder that was moved away, or whose
    drive was unplugged, is not made anew, where nobody would look for it. One that was made in
    its place has no project file.

    Raises:
        MaskwrightError: the data folder is gone.
    """
    if not _exists(data_folder / DATABASE_NAME):
        raise MaskwrightError(
            f"The folder {shown(data_folder)} is gone; put it back, or plug its drive in."
        )


def user_data_folder(folder: Path) -> Path:
    """The data folder for an image folder that may not be written to."""
    real = os.path.realpath(folder)
    mark = hashlib.sha256(os.fsencode(real)).hexdigest()[:12]
    name = Path(real).name[:40] or "folder"
    return paths.data_folder() / "projects" / f"{name}-{mark}"


def _usual_place(folder: Path, read_only: bool) -> Location:
    inside = folder / DATA_FOLDER_NAME
    elsewhere = user_data_folder(folder)
    has_project = _exists(inside / DATABASE_NAME)
    if read_only:
        own = not has_project and _exists(elsewhere / DATABASE_NAME)
        return Location(elsewhere if own else inside)
    why = _why_not_writable(inside)
    if not why:
        return Location(inside)
    if has_project:
        return Location(
            inside,
            read_only_reason=f"The project in {shown(folder)} can't be changed ({why}); "
            "copy the folder to another place to go on with it.",
        )
    if trouble := _why_not_writable(elsewhere):
        raise MaskwrightError(
            f"There is no place for the project: neither {shown(folder)} ({why}) nor "
            f"{shown(elsewhere)} ({trouble}) can be written to."
        )
    return Location(
        elsewhere,
        note=f"{shown(folder)} can't be written to ({why}), so masks are kept in "
        f"{shown(elsewhere)}.",
    )


def _why_not_writable(folder: Path) -> str:
    """Empty where a project can be kept in the folder, which is made too; else what stops it."""
    if os.name == "posix" and _bytes_of(folder / DATABASE_NAME) > _LONGEST_PATH:
        return "its path is too long"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return cause(error)
    return ""


def _bytes_of(path: Path) -> int:
    return len(os.fsencode(os.path.realpath(path)))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _lock(place: Location) -> None:
    # Opened on one thread, closed on another: the lock belongs to the process.
    lock = FileLock(place.data_folder / _LOCK_NAME, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        place.read_only_reason = (
            "This folder is already open in another window; here it can only be looked at."
        )
    except (OSError, NotImplementedError):
        # Some network drives know no locks. Nobody can tell, then, whether there is a second
        # window; each file is still replaced as a whole.
        pass
    else:
        place.lock = lock
