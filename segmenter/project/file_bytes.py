"""Reading a whole file without ever blocking on something that is not one."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from segmenter.errors import MaskwrightError
from segmenter.wording import cause, shown

MAX_FILE_BYTES = 2**31
"""No photo is larger; a sparse or runaway file must not fill the memory."""


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The contents of a regular file.

    Pipes, devices and folders are refused before they are opened (opening a pipe waits for a
    writer, opening some devices has effects), and again after, in case the path changed.

    Raises:
        MaskwrightError: it is missing, not a file, empty, too large, or may not be read.
    """
    path = Path(path)
    name = shown(path.name)
    try:
        _refuse_unless_file(path.stat(), name)
        # O_NONBLOCK, O_CLOEXEC and O_BINARY exist on some systems only.
        flags = os.O_RDONLY
        for flag in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
            flags |= getattr(os, flag, 0)
        with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            _refuse_unless_file(os.fstat(file.fileno()), name)
            contents = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise MaskwrightError(_sentence(error, path)) from error
    except ValueError as error:  # a NUL in the path
        raise MaskwrightError(f"{name} is not a possible file name.") from error
    if not contents:
        raise MaskwrightError(f"{name} is empty (0 bytes); copy it again from where it came.")
    if len(contents) > MAX_FILE_BYTES:
        raise MaskwrightError(_too_large(name))
    return contents


def _refuse_unless_file(status: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise MaskwrightError(f"{name} is a folder, not an image.")
    if not stat.S_ISREG(status.st_mode):
        raise MaskwrightError(f"{name} is a pipe or a device, not an image file.")
    if status.st_size > MAX_FILE_BYTES:
        raise MaskwrightError(_too_large(name))


def _too_large(name: str) -> str:
    return f"{name} is larger than {MAX_FILE_BYTES // 2**30} GB; save it in a smaller size."


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
