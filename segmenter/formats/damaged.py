"""What is wrong in somebody's file: said by who decodes it, placed by who knows the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from segmenter.errors import MaskwrightError


class DamagedError(ValueError):
    """Data that can't be decoded. Its text goes on after "file, place: …" and has no full stop."""


@contextmanager
def placed(file: str, place: str = "") -> Iterator[None]:
    """Turns a :class:`DamagedError` into a sentence with the file, as
    :meth:`segmenter.formats.source.Source.shown` names it, and the place in it."""
    try:
        yield
    except DamagedError as error:
        where = f"{file}, {place}" if place else file
        raise MaskwrightError(f"{where}: {error}.") from error
