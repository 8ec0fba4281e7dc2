"""Where the files that belong to an image lie in the project's data folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath

from segmenter.errors import MaskwrightError
from segmenter.wording import shown

MASKS = "masks"
PREDICTIONS = "predictions"
MODELS = "models"
RUNS = "runs"

LABELS_SUFFIX = ".png"
CONFIDENCE_SUFFIX = ".confidence.png"

_MAX_NAME_BYTES = 255
"""What the usual file systems allow for one part of a path."""


def mask_file(data_folder: Path, name: str) -> Path:
    return data_folder / MASKS / (stored_name(name) + LABELS_SUFFIX)


def prediction_file(data_folder: Path, name: str) -> Path:
    return data_folder / PREDICTIONS / (stored_name(name) + LABELS_SUFFIX)


def confidence_file(data_folder: Path, name: str) -> Path:
    return data_folder / PREDICTIONS / (stored_name(name) + CONFIDENCE_SUFFIX)


def stored_name(name: str) -> str:
    """The image's name, with its suffix (``a.jpg`` and ``a.png`` are two images), as the
    beginning of the names of its files. The last part of a name that would become too long is
    cut and told apart by a hash of the whole.

    Raises:
        MaskwrightError: the name leads out of the folder.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise MaskwrightError(f"{shown(name)} lies outside of the opened folder.")
    last = os.fsencode(path.name)
    room = _MAX_NAME_BYTES - len(CONFIDENCE_SUFFIX)
    if len(last) <= room:
        return name
    mark = "~" + hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
    # Cut between characters, never inside of one.
    kept = path.name
    while len(os.fsencode(kept)) > room - len(mark):
        kept = kept[:-1]
    return name[: -len(path.name)] + kept + mark


def existing_files(folder: Path) -> set[str]:
    """Names of all files under a folder, relative to it, with ``/``; empty where it is not."""
    found: set[str] = set()
    for path, _, files in os.walk(folder):
        prefix = os.path.relpath(path, folder).replace(os.sep, "/") + "/"
        prefix = "" if prefix == "./" else prefix
        found.update(prefix + file for file in files)
    return found
