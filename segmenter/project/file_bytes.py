"""Opening and reading a file without ever blocking on something that is not one."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from segmenter.errors import MaskwrightError
from segmenter.wording import cause, shown

MAX_FILE_BYTES = 2**31
"""No photo is larger; a sparse or runaway file must not fill the memory."""


def open_file(path: str | os.PathLike[str]) -> BinaryIO:
    """A regular file that is not empty, opened for reading.

    Pipes, devices and folders are refused before they are opened (opening a pipe waits for a
    writer, opening some devices has effects), and again after, in case the path changed.

    Raises:
        MaskwrightError: it is missing, not a file, empty, too large, or may not be read.
    """
    path = Path(path)
    try:
        _refuse_unless_file(path.stat(), path)
        # O_NONBLOCK, O_CLOEXEC and O_BINARY exist on some systems only.
        flags = os.O_RDONLY
        for flag in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
            flags |= getattr(os, flag, 0)
        file = open(os.open(path, flags), "rb")  # noqa: PTH123, SIM115 - a descriptor; handed on
        try:
            _refuse_unless_file(os.fstat(file.fileno()), path)
        except BaseException:
            file.close()
            raise
    except OSError as error:
        raise MaskwrightError(_sentence(error, path)) from error
    except ValueError as error:  # a NUL in the path
        raise MaskwrightError(f"{shown(path.name)} is not a possible file name.") from error
    return file


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The contents of a regular file; of one that grows meanwhile, what it held at first.

    Raises:
        MaskwrightError: as :func:`open_file`, or there is no memory for it.
    """
    path = Path(path)
    with open_file(path) as file:
        try:
            # Python sets aside at once what may be read: the file's size, not the limit.
            return file.read(os.fstat(file.fileno()).st_size)
        except OSError as error:
            raise MaskwrightError(_sentence(error, path)) from error
        except MemoryError as error:
            raise MaskwrightError(f"{shown(path.name)} needs more memory than is free.") from error


def _refuse_unless_file(status: os.stat_result, path: Path) -> None:
    name = shown(path.name)
    if stat.S_ISDIR(status.st_mode):
        raise MaskwrightError(f"{name} is a folder, not an image.")
    if not stat.S_ISREG(status.st_mode):
        raise MaskwrightError(f"{name} is a pipe or a device, not an image file.")
    if not status.st_size:
        raise MaskwrightError(f"{name} is empty (0 bytes); copy it again from where it came.")
    if status.st_size > MAX_FILE_BYTES:
        raise MaskwrightError(
            f"{name} is larger than {MAX_FILE_BYTES // 2**30} GB; save it in a smaller size."
        )


def _sentence(error: OSError, path: Path) -> str:
    name = shown(path.name)
    if isinstance(error, FileNotFoundError):
        if path.is_symlink():
            return f"{name} is a link to a file that is no longer there."
        return f"{name} is no longer there; it was moved, renamed or deleted."
    if isinstance(error, PermissionError):
        return f"{name} may not be read by this user; change its permissions."
    if error.errno == errno.ELOOP:
        return f"{name} is a link that leads back to itself."
    return f"{name} can't be read ({cause(error)})."
