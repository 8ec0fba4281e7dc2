"""Zip files from strangers, read member by member into the memory and never unpacked to a disk."""

from __future__ import annotations

import io
import threading
import zipfile
import zlib
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

from segmenter.closing import Closing
from segmenter.errors import MaskwrightError
from segmenter.wording import cause, shown

MAX_MEMBER_BYTES: Final = 2**30
"""Of one file, unpacked. The largest mask (400 million pixels) is less."""
MAX_TOTAL_BYTES: Final = 2**37
"""Of all files: 128 GB."""
MAX_MEMBERS: Final = 2_000_000
SWOLLEN_BYTES: Final = 2**24
"""Unpacked; smaller texts may be as uniform as they like."""
SWOLLEN_TIMES: Final = 100
"""Labels that somebody made shrink to a fifth or a twentieth; zip's own limit is 1 in 1032."""
_CHUNK = 2**20

_DAMAGED: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # encrypted
    NotImplementedError,  # a compression that Python does not know
    ValueError,
)
with suppress(ImportError):  # Python can be built without it
    import lzma

    _DAMAGED = (*_DAMAGED, lzma.LZMAError)


class SafeZip(Closing):
    """May be read from several threads. What a member claims to be is not believed: reading stops
    at the limit."""

    @staticmethod
    def is_zip(path: Path) -> bool:
        return path.suffix.lower() == ".zip" or zipfile.is_zipfile(path)

    def __init__(self, file: Path | bytes, name: str = "") -> None:
        """A file, or the contents of one.

        Args:
            name: how a sentence names it; not given, by the file's name.

        Raises:
            MaskwrightError: it is no whole zip file, claims to unpack to more than the limits, or
                has a member whose name leads out of it.
        """
        self._name = name or (shown(file.name) if isinstance(file, Path) else "The zip file")
        self._lock = threading.Lock()
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            why = cause(error) if isinstance(error, OSError) else "it is damaged or cut off"
            raise MaskwrightError(f"{self._name} can't be read as a zip file: {why}.") from error
        try:
            self._check()
        except BaseException:
            self._zip.close()
            raise

    def close(self) -> None:
        self._zip.close()

    @cached_property
    def names(self) -> frozenset[str]:
        """All files, folders left out."""
        return frozenset(self._members)

    @cached_property
    def _members(self) -> dict[str, zipfile.ZipInfo]:
        return {
            each.filename.replace("\\", "/").removeprefix("./"): each
            for each in self._zip.infolist()
            if not each.is_dir()
        }

    def read(self, name: str, *, at_most: int | None = None) -> bytes:
        """A member's contents, or its first ``at_most`` bytes.

        Raises:
            MaskwrightError: there is none of this name, it is damaged, encrypted or too large.
        """
        where = f"{shown(name)} in {self._name}"
        member = self._members.get(name)
        if member is None:
            raise MaskwrightError(f"{where} is not there.")
        limit = MAX_MEMBER_BYTES if at_most is None else at_most
        pieces, size = [], 0
        try:
            with self._lock, self._zip.open(member) as file:
                while size <= limit and (piece := file.read(min(_CHUNK, limit + 1 - size))):
                    pieces.append(piece)
                    size += len(piece)
        except _DAMAGED as error:
            raise MaskwrightError(f"{where} is damaged or encrypted.") from error
        if at_most is None and size > limit:
            raise MaskwrightError(f"{where} unpacks to more than 1 GB; it is not a label file.")
        return b"".join(pieces)[:limit]

    def refuse_swollen_text(self, name: str) -> None:
        """
        Raises:
            MaskwrightError: a large text unpacks to so many times its size that it holds nothing
                but one thing over and over. Pictures and arrays may do so.
        """
        member = self._members.get(name)
        # A stated size that is too small ends the reading there.
        if member is None or member.file_size <= SWOLLEN_BYTES:
            return
        times = member.file_size / max(member.compress_size, 1)
        if times > SWOLLEN_TIMES:
            raise MaskwrightError(
                f"{shown(name)} in {self._name} unpacks to {times:,.0f} times its size "
                f"({member.file_size / 1e6:,.0f} MB); it is not a label file."
            )

    def _check(self) -> None:
        name = self._name
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise MaskwrightError(f"{name} has {len(members):,} files; too many for a data set.")
        for each in members:
            path = PurePosixPath(each.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts:
                raise MaskwrightError(
                    f"{name} holds a file {shown(each.filename)} that leads out of it; "
                    "it is not used."
                )
        total = sum(each.file_size for each in members)
        if total > MAX_TOTAL_BYTES:
            raise MaskwrightError(f"{name} unpacks to {total / 2**30:,.0f} GB; it is not used.")
