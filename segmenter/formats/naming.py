"""Names of images without their suffixes, told apart."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from segmenter.project.listing import IMAGE_SUFFIXES
from segmenter.wording import shown

_LONGEST = 255 - 40
"""Bytes of the last part of a path: what the usual file systems allow, and room for a suffix."""


def unique_stems(names: Sequence[str]) -> dict[str, str]:
    """Name → its stem: ``dogs/rex.jpg`` → ``dogs/rex``. Where another name has the same stem, also
    by other cases of its letters, the suffix stays; where that does not tell them apart either
    (``REX.jpg``, ``rex.jpg``), a number is added."""
    counts = Counter(_key(stem_of(name)) for name in names)
    stems = {name: stem_of(name) if counts[_key(stem_of(name))] == 1 else name for name in names}
    taken: set[str] = set()
    for name, stem in stems.items():
        number = 1
        free = stem
        while _key(free) in taken:
            number += 1
            free = f"{stem}-{number}"
        taken.add(_key(free))
        stems[name] = free
    return stems


def stem_of(name: str) -> str:
    """The name without the suffix of an image: ``a/b.jpg`` → ``a/b``, ``a/b.v2`` stays."""
    dot = name.rfind(".")
    if dot > name.rfind("/") + 1 and name[dot:].lower() in IMAGE_SUFFIXES:
        return name[:dot]
    return name


def problem_of(name: str) -> str:
    """Why an image of this name can't be exported: one sentence; empty where it can. Lists have a
    name a line, formats add up to 40 characters to it, and JSON and zip files are Unicode."""
    if any(unicodedata.category(character) == "Cc" for character in name):
        return f"The name {shown(name)} has a line break or another control character; rename it."
    if "\\" in name:
        return f"The name {shown(name)} has a backslash, which is a folder's on Windows; rename it."
    try:
        length = len(name.rpartition("/")[2].encode())
    except UnicodeEncodeError:
        return f"The name {shown(name)} is not valid Unicode; rename the file."
    return f"The name {shown(name)} is too long; rename the file." if length > _LONGEST else ""


def normal(name: str) -> str:
    """One spelling for what systems spell in several: Unicode NFC, ``/``."""
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _key(stem: str) -> str:
    return unicodedata.normalize("NFC", stem).casefold()
