"""One format: its name, what it is for, and its two ways."""

from __future__ import annotations

from dataclasses import dataclass

from segmenter.formats.reader import Reader
from segmenter.formats.writer import Writer


@dataclass(frozen=True)
class Format:
    """A module of this package offers one or more as ``FORMAT`` (or ``FORMATS``), listed in
    :mod:`segmenter.formats.registry`."""

    key: str
    """As typed after ``--format``: lower case, with hyphens."""
    title: str
    """As its users call it."""
    summary: str
    """What is written, and who reads it: one line."""
    is_exact: bool
    """Whether labels come back as they went out, pixel by pixel."""
    writer: Writer | None
    """None: it is only read."""
    reader: Reader | None
    """None: it is only written."""
    zipped: bool = False
    """Whether the peer wants it as a zip file; any format can be written to ``….zip``."""
    has_ignore: bool = False
    """Whether the value of unlabelled pixels can be chosen, on either way."""
    has_objects: bool = False
    """Whether labels go as objects, so that :attr:`ExportOptions.separate` counts."""
    caution: str = ""
    """What a person should know before exporting: one sentence, empty where there is nothing."""
