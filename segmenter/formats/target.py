"""Where an export goes: written beside it, then put in its place as a whole.

A folder of files can't be replaced in one step on any system. The new one is written under a hidden
name in the same folder and made durable; an older export is moved aside; the new one takes its
name; then the old one is deleted. Whatever fails before leaves the old one where it was. What a
killed process left is cleared away by a later export to the same place, an older export that it had
moved aside once the new one is there.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import stat
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from segmenter.atomic import make_durable, written_atomically
from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.formats.file_writing import not_exported
from segmenter.formats.safe_zip import SafeZip
from segmenter.project.project import Project
from segmenter.wording import cause, shown

MARK = ".maskwright-export"
"""A hidden file in each exported folder or zip file: what bears it may be replaced."""
_PREFIX = ".maskwright-export-"
_OLD = " (old "
"""Between the name of an export and a number, while another one takes its place."""
_LOCK = ".lock"
"""Ends the name of the file beside the hidden folder that is held until the export is in place."""
_LEFT_AFTER = 3600.0
"""Seconds after which a hidden folder that nobody holds counts as left behind."""
_PACKED_ALREADY = (".png", ".jpg", ".jpeg", ".webp", ".npz", ".zip", ".avif", ".jp2", ".gif")


def check_target(target: Path, project: Project, *, replace: bool) -> None:
    """
    Raises:
        MaskwrightError: nothing can be exported to there, and why.
    """
    real, folder = target.resolve(), project.folder.resolve()
    data_folder = project.data_folder.resolve()
    if real in (folder, data_folder) or real in folder.parents or real in data_folder.parents:
        raise MaskwrightError(
            f"The export can't take the place of {shown(target)}: the images or the project are in "
            "it; name a new folder."
        )
    if data_folder in real.parents:
        raise MaskwrightError(
            f"{shown(target)} lies among the project's own files in {shown(data_folder)}; choose a "
            "folder elsewhere."
        )
    if folder in real.parents and not is_zip(target):
        raise MaskwrightError(
            f"{shown(target)} lies among the images, so that the export would count as images; "
            "choose a folder elsewhere."
        )
    if not os.path.lexists(target) or _is_empty_folder(target):
        return
    if not replace:
        raise MaskwrightError(
            f"{shown(target)} is there already; name another place, or ask to replace it."
        )
    if target.is_dir() != (not is_zip(target)):
        kind = "a folder" if target.is_dir() else "a file"
        raise MaskwrightError(f"{shown(target)} is {kind} and is not replaced; name another place.")
    if not is_export(target):
        raise MaskwrightError(
            f"{shown(target)} is not an export of Maskwright, so it is not replaced; name another "
            f"{'file' if is_zip(target) else 'folder'}, or delete it yourself."
        )


def is_zip(target: Path) -> bool:
    return target.suffix.lower() == ".zip"


def is_export(target: Path) -> bool:
    """Whether an export of ours is there: a folder or zip file with the mark in it."""
    with suppress(OSError, MaskwrightError):
        if not is_zip(target):
            return (target / MARK).is_file()
        with SafeZip(target) as archive:
            return MARK in archive.names
    return False


@contextmanager
def exported_to(
    target: Path,
    about: dict[str, object],
    cancel: CancelToken,
    progress: Progress = lambda done, total: None,
) -> Iterator[Path]:
    """An empty folder to write the export to. When the block ends well, the export is at
    ``target`` as a whole, durable; otherwise nothing is left of it, and an older one is as it was.
    ``about`` goes into the mark; ``progress`` is told of files brought to the disk at the end.

    Raises:
        MaskwrightError: it can't be written there.
        Cancelled: ``cancel`` was set while the files were brought to the disk.
    """
    # What a link leads to is replaced, not the link.
    target = target.resolve()
    folder = target.parent / f"{_PREFIX}{secrets.token_hex(4)}"
    lock = FileLock(_lock_of(folder), timeout=0)
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _clear_leftovers(target.parent)
            # Some network drives know no locks; without the file nobody clears this away.
            with suppress(OSError, NotImplementedError):
                lock.acquire()
            if not lock.is_locked:
                _lock_of(folder).unlink(missing_ok=True)
            folder.mkdir()
        except OSError as error:
            raise MaskwrightError(
                f"Nothing can be exported to {shown(target.parent)} ({cause(error)})."
            ) from error
        yield folder
        try:
            (folder / MARK).write_text(json.dumps(about) + "\n", "utf-8")
            if is_zip(target):
                _pack(folder, target, cancel, progress)
            else:
                _bring_to_disk(folder, cancel, progress)
                _put_in_place(folder, target)
            _discard_replaced(target)
        except OSError as error:
            raise not_exported(target, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        # With something left of the folder, the file lets a later export clear it away.
        if not folder.exists():
            with suppress(OSError):
                _lock_of(folder).unlink()


def _put_in_place(folder: Path, target: Path) -> None:
    if _is_empty_folder(target):
        target.rmdir()
    if not target.exists():
        folder.rename(target)
    else:
        # In sight: should this process be killed at this very moment, the person finds it.
        old = target.with_name(f"{target.name}{_OLD}{folder.name.removeprefix(_PREFIX)})")
        target.rename(old)
        try:
            folder.rename(target)
        except OSError:
            old.rename(target)
            raise
    make_durable([target / MARK])


def _discard_replaced(target: Path) -> None:
    """Exports that were moved aside for one at this place, now or by a process that was killed."""
    beginning = f"{target.name}{_OLD}"
    beside: list[Path] = []
    with suppress(OSError):
        beside = list(target.parent.iterdir())
    for old in beside:
        number = old.name.removeprefix(beginning).removesuffix(")")
        ours = old.name == f"{beginning}{number})" and re.fullmatch("[0-9a-f]{8}", number)
        if not ours or not is_export(old):
            continue
        # Hidden first: of one that is half deleted nobody could tell what it was.
        hidden = old.with_name(f"{_PREFIX}{secrets.token_hex(4)}")
        with suppress(OSError):
            _lock_of(hidden).touch()
            old.rename(hidden)
            shutil.rmtree(hidden, ignore_errors=True)
        if not hidden.exists():
            with suppress(OSError):
                _lock_of(hidden).unlink()


def _bring_to_disk(folder: Path, cancel: CancelToken, progress: Progress) -> None:
    files = list(_files(folder))

    def written() -> Iterator[Path]:
        for done, file in enumerate(files):
            cancel.check()
            progress(done, len(files))
            status = file.lstat()
            # What is linked lay on the disk before.
            if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
                yield file

    make_durable(written())


def _pack(folder: Path, target: Path, cancel: CancelToken, progress: Progress) -> None:
    files = sorted(_files(folder))
    # In the hidden folder, so that a killed process leaves nothing elsewhere.
    whole = folder / target.name
    with (
        written_atomically(whole) as out,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        for done, file in enumerate(files):
            cancel.check()
            progress(done, len(files))
            packed = file.suffix.lower() in _PACKED_ALREADY
            archive.write(
                file,
                file.relative_to(folder).as_posix(),
                zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED,
            )
    whole.replace(target)
    make_durable([target])


def _clear_leftovers(parent: Path) -> None:
    for held in parent.glob(f"{_PREFIX}*{_LOCK}"):
        with suppress(OSError, Timeout):
            if time.time() - held.stat().st_mtime > _LEFT_AFTER:
                folder = held.with_name(held.name.removesuffix(_LOCK))
                with FileLock(held, timeout=0):
                    shutil.rmtree(folder, ignore_errors=True)
                if not folder.exists():
                    held.unlink(missing_ok=True)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)


def _files(folder: Path) -> Iterator[Path]:
    for path, _, files in os.walk(folder):
        yield from (Path(path, file) for file in files)


def _is_empty_folder(target: Path) -> bool:
    with suppress(OSError):
        if target.is_dir() and not target.is_symlink():
            return not any(target.iterdir())
    return False
