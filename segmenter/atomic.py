"""Writing a file so that there is always a whole one: the previous, or the new."""

from __future__ import annotations

import errno
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from segmenter.errors import MaskwrightError, is_disk_full
from segmenter.wording import cause, shown

_PREFIX = ".maskwright-"
_SUFFIX = ".tmp"
_OWN_PREFIX = f"{_PREFIX}{secrets.token_hex(4)}-"
"""Of this process's files, told apart from leftovers of others."""


def write_atomically(
    path: str | os.PathLike[str], *contents: bytes | memoryview, durable: bool = True
) -> None:
    """Write the whole file, or leave what was there as it was.

    The contents, one piece after the other, go to a temporary file in the same folder, which
    then replaces the old one. Missing folders are made. With ``durable`` the file also survives a
    power cut that follows at once; without, it may then be found damaged (for what can be
    computed again).

    Raises:
        MaskwrightError: it could not be written, and why. Nothing is left behind.
    """
    with written_atomically(path, durable=durable) as file:
        for piece in contents:
            file.write(piece)


@contextmanager
def written_atomically(path: str | os.PathLike[str], *, durable: bool = True) -> Iterator[BinaryIO]:
    """:func:`write_atomically` for a file that is written piece by piece, inside of the block.

    Whatever is raised in the block leaves what was there as it was; an OSError comes out as
    :class:`MaskwrightError`.
    """
    path = Path(path)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(_SUFFIX, _OWN_PREFIX, path.parent)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            if hasattr(os, "fchmod"):
                # mkstemp makes it the owner's alone; a mask is as shared as other files are.
                os.fchmod(descriptor, 0o666 & ~_UMASK)
            yield file
            if durable:
                file.flush()
                os.fsync(descriptor)
        os.replace(temporary, path)  # noqa: PTH105 - reads better with both paths as arguments
        temporary = None
        if durable:
            _sync_folder(path.parent)
    except OSError as error:
        raise MaskwrightError(_sentence(error, path)) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108


def make_durable(paths: Iterable[Path]) -> None:
    """What was written to these files without ``durable`` survives a power cut from now on, as
    far as the system can tell."""
    folders = set()
    for path in paths:
        with suppress(OSError), path.open("r+b") as file:
            os.fsync(file.fileno())
            folders.add(path.parent)
    for folder in folders:
        _sync_folder(folder)


def is_leftover(name: str) -> bool:
    """Whether a file of this name is the unfinished one of another process."""
    is_temporary = name.startswith(_PREFIX) and name.endswith(_SUFFIX)
    return is_temporary and not name.startswith(_OWN_PREFIX)


def _read_umask() -> int:
    """It can only be read by setting it, for all threads; so once, at import."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


_UMASK = _read_umask()


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut; Windows does not know this."""
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sentence(error: OSError, path: Path) -> str:
    name = shown(path.name)
    if is_disk_full(error):
        return f"{name} could not be saved: the disk is full; free some space and save again."
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return (
            f"{name} could not be saved: the folder {shown(path.parent)} may not be written to; "
            "change its permissions."
        )
    return f"{name} could not be saved in {shown(path.parent)} ({cause(error)})."
