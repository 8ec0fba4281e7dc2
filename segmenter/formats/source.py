"""What an import reads from: a folder, a zip file, or one file with the folder it lies in.

The one place that touches files of strangers: a name that leads out of the source is refused, so is
a file that unpacks to more than it may.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from segmenter.cancel import CancelToken
from segmenter.closing import Closing
from segmenter.errors import MaskwrightError
from segmenter.formats.safe_zip import SafeZip
from segmenter.project.file_bytes import read_bytes
from segmenter.project.listing import natural_key
from segmenter.wording import cause, shown

MAX_TEXT_BYTES = 2**30
"""A JSON or XML file; larger ones were written by mistake."""


class Source(Closing):
    """Files by their names relative to it, with ``/`` between the parts."""

    def __init__(self, path: Path, cancel: CancelToken | None = None) -> None:
        """
        Args:
            cancel: stops whoever reads, see :attr:`cancel`.

        Raises:
            MaskwrightError: there is no such file or folder, or it is a damaged zip file.
        """
        self.path = path
        """What a person named."""
        self.cancel = cancel or CancelToken()
        """Once it is set, reading a file raises :class:`segmenter.errors.Cancelled`. Who goes
        through a large one asks it too."""
        self.file = ""
        """The name of the one file that was meant; empty for a folder or a zip file."""
        self._zip: SafeZip | None = None
        if path.is_dir():
            self._root = path
        elif path.is_file():
            self._root = path.parent
            if SafeZip.is_zip(path):
                self._zip = SafeZip(path)
            else:
                self.file = path.name
        else:
            raise MaskwrightError(f"There is no file or folder {shown(path)} to import.")

    def close(self) -> None:
        if self._zip is not None:
            self._zip.close()

    @property
    def is_zip(self) -> bool:
        return self._zip is not None

    @cached_property
    def names(self) -> Sequence[str]:
        """All files, in natural order; of a single file the one alone. Hidden ones are left out,
        and so is what macOS puts beside."""
        if self.file:
            return (self.file,)
        found = self._zip.names if self._zip is not None else _files_under(self._root, self.cancel)
        kept = [name for name in found if not _is_hidden(name)]
        return tuple(sorted(kept, key=lambda n: [natural_key(part) for part in n.split("/")]))

    def has(self, name: str) -> bool:
        """Whether there is a file of this name; also beside a single file."""
        name = self._place(name)
        if self._zip is not None:
            return name in self._zip.names
        return (self._root / name).is_file()

    def normal(self, name: str) -> str:
        """A name as it stands in somebody's file, made relative to the source.

        Raises:
            MaskwrightError: it leads out of the source.
        """
        slashed = name.replace("\\", "/")
        plain = posixpath.normpath(slashed)
        drive = len(slashed) > 1 and slashed[1] == ":" and slashed[0].isalpha()
        if (
            not name
            or "\0" in name
            or drive
            or plain.startswith(("/", "../"))
            or plain in ("..", ".")
        ):
            raise MaskwrightError(f"{shown(name)} leads out of {shown(self.path.name)}.")
        return plain

    def read(self, name: str) -> bytes:
        """A file's contents.

        Raises:
            MaskwrightError: it is missing, leads out of the source, is damaged or too large.
        """
        self.cancel.check()
        name = self._place(name)
        if self._zip is not None:
            return self._zip.read(name)
        path = self._file(name)
        # Empty files are nothing unusual here: a label file of YOLO for an image without objects.
        return read_bytes(path) if path.stat().st_size else b""

    def archive(self, name: str) -> SafeZip:
        """A zip file that is one of the files, opened; the caller closes it. Raises as
        :meth:`read`."""
        name = self._place(name)
        if self._zip is not None:
            return SafeZip(self._zip.read(name), self.shown(name))
        path = self._root / name
        if not path.is_file():
            raise MaskwrightError(f"{self.shown(name)} is not there.")
        return SafeZip(path, self.shown(name))

    def read_start(self, name: str, size: int) -> bytes:
        """At most the first ``size`` bytes; raises as :meth:`read`."""
        self.cancel.check()
        name = self._place(name)
        if self._zip is not None:
            return self._zip.read(name, at_most=size)
        path = self._file(name)
        try:
            with path.open("rb") as file:
                return file.read(size)
        except OSError as error:
            raise MaskwrightError(f"{self.shown(name)} can't be read ({cause(error)}).") from error

    def read_text(self, name: str) -> str:
        """A UTF-8 text file, with or without a mark at its beginning.

        Raises:
            MaskwrightError: as :meth:`read`, or it is no such text.
        """
        try:
            return self.read_encoded_text(name).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise MaskwrightError(
                f"{self.shown(name)} is no UTF-8 text (byte {error.start}); save it as UTF-8."
            ) from error

    def read_encoded_text(self, name: str) -> bytes:
        """A text file as it is, whatever its encoding.

        Raises:
            MaskwrightError: as :meth:`read`, or it is too large for a text.
        """
        self.cancel.check()
        place = self._place(name)
        if self._zip is not None:
            self._zip.refuse_swollen_text(place)
            return self._zip.read(place)  # which lets no member of more than 1 GB through
        path = self._root / place
        if path.is_file() and path.stat().st_size > MAX_TEXT_BYTES:
            raise MaskwrightError(f"{self.shown(name)} is larger than 1 GB, too large for a text.")
        return self.read(name)

    def shown(self, name: str) -> str:
        """A file of the source, as a sentence names it."""
        return f"{shown(name)} in {shown(self.path.name)}" if self.is_zip else shown(name)

    def _file(self, place: str) -> Path:
        """Of a folder; opening a pipe would wait for who writes into it."""
        path = self._root / place
        if not path.is_file():
            why = "is a folder, a pipe or a device" if path.exists() else "is not there"
            raise MaskwrightError(f"{self.shown(place)} {why}.")
        return path

    def _place(self, name: str) -> str:
        """Where it lies: what the source itself has is no name of a stranger. Linux allows names
        like ``x:1.jpg`` and ``a\\b.jpg``, which lead elsewhere on Windows alone."""
        return name if name in self._own else self.normal(name)

    @cached_property
    def _own(self) -> frozenset[str]:
        return frozenset(self.names)


def _files_under(root: Path, cancel: CancelToken) -> list[str]:
    found = []
    for path, folders, files in os.walk(root):
        cancel.check()
        folders[:] = [name for name in folders if not name.startswith(".")]
        prefix = os.path.relpath(path, root).replace(os.sep, "/") + "/"
        prefix = "" if prefix == "./" else prefix
        found += [prefix + file for file in files]
    return found


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))
