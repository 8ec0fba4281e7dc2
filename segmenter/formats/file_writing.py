"""Files of an export, and why one could not be written."""

from __future__ import annotations

from pathlib import Path

from segmenter.errors import MaskwrightError, is_disk_full
from segmenter.wording import cause, shown


def write_bytes(path: Path, contents: bytes | memoryview) -> None:
    """Plainly, with the folders that are missing.

    Raises:
        MaskwrightError: it could not be written, and why.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)
    except OSError as error:
        raise not_exported(path, error) from error


def write_text(path: Path, text: str) -> None:
    """UTF-8, lines ending in a line feed on every system; raises as :func:`write_bytes`."""
    write_bytes(path, text.encode("utf-8", "surrogateescape"))


def not_exported(path: Path, error: OSError) -> MaskwrightError:
    """The sentence to raise about a file that could not be written."""
    if is_disk_full(error):
        why = "the disk is full; free some space and export again"
    else:
        why = cause(error)
    return MaskwrightError(f"{shown(path.name)} could not be exported: {why}.")
