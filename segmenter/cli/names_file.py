"""A text file that names images, one a line."""

from __future__ import annotations

from pathlib import Path

from segmenter.errors import MaskwrightError
from segmenter.wording import cause, shown


def read_names(path: Path) -> tuple[str, ...]:
    """The names in the file's order, each once; empty lines count for nothing.

    Raises :class:`MaskwrightError` where it can't be read, is no text, or names nothing.
    """
    try:
        lines = path.read_text("utf-8-sig", "surrogateescape").splitlines()
    except OSError as error:
        raise MaskwrightError(
            f"The list of names {shown(path)} can't be read: {cause(error)}."
        ) from error
    names = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not names:
        raise MaskwrightError(f"The list {shown(path)} names no image; write one a line.")
    return names
