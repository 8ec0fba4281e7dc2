"""A mask's file that is of no use any more may still be worth something to a person."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from segmenter.errors import MaskwrightError
from segmenter.links import link_or_copy
from segmenter.wording import cause, shown

SUFFIX = ".old"
_SIZE = slice(16, 24)
"""Width and height in a PNG file, big-endian; see its specification, 11.2.2."""


@contextmanager
def kept_beside(path: Path) -> Iterator[None]:
    """Keep the file as ``….png.old`` (or ``.old2``, …) beside what is written in its place within
    the block; should that fail, all is as it was.

    Raises:
        MaskwrightError: it can't be kept.
    """
    if not path.is_file():
        yield
        return
    kept = _free_name(path)
    try:
        link_or_copy(path, kept)
    except OSError as error:
        raise MaskwrightError(
            f"The old mask {shown(path)} can't be put aside ({cause(error)})."
        ) from error
    try:
        yield
    except BaseException:
        with suppress(OSError):
            kept.unlink()
        raise


def has_other_size(path: Path, shape: tuple[int, ...]) -> bool:
    """Whether there is a PNG file of another size than H×W, by its first bytes alone."""
    try:
        with path.open("rb") as file:
            head = file.read(_SIZE.stop)
    except OSError:
        return False
    if len(head) < _SIZE.stop:
        return True
    width, height = struct.unpack(">II", head[_SIZE])
    return (height, width) != tuple(shape)


def _free_name(path: Path) -> Path:
    for number in itertools.count(1):
        kept = path.with_name(path.name + SUFFIX + (str(number) if number > 1 else ""))
        if not kept.exists():
            break
    return kept
