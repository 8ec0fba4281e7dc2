"""Which JSON files of a source are of a format, without reading them whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from segmenter.errors import Cancelled
from segmenter.formats.lists import SIDE_OF
from segmenter.formats.source import Source
from segmenter.project.state import Side

_BEGINNING = 1 << 16
_WORDS = re.compile(r"[a-z]+")


def json_files(source: Source) -> list[str]:
    """In natural order."""
    return [name for name in source.names if name.lower().endswith(".json")]


def begins_with(source: Source, name: str, bracket: str, keys: Sequence[str]) -> bool:
    """Whether the file begins as an object (``bracket`` is ``{``) or a list (``[``) and any of the
    keys stands in its first 64 KB. What can't be read begins with nothing."""
    try:
        beginning = source.read_start(name, _BEGINNING).decode("utf-8", "replace")
    except Cancelled:
        raise
    except Exception:  # what can't be read is none
        return False
    return beginning.lstrip("\ufeff \t\r\n").startswith(bracket) and any(
        f'"{key}"' in beginning for key in keys
    )


def side_by_name(name: str) -> Side | None:
    """The list that a file belongs to after a whole word of its name (``instances_train2017.json``)
    or, where that has none, of its folders', the innermost first."""
    for part in reversed(name.lower().split("/")):
        for word in _WORDS.findall(part):
            if word in SIDE_OF:
                return SIDE_OF[word]
    return None
