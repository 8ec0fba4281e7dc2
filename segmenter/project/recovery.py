"""Going on after the loss of a project's database: what the masks themselves tell."""

from __future__ import annotations

import itertools
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from segmenter.errors import MaskwrightError
from segmenter.project.classes import UNLABELLED, LabelClass, default_color
from segmenter.project.database import move_aside
from segmenter.project.label_png import read_label_classes, read_label_png
from segmenter.project.stored_files import (
    CONFIDENCE_SUFFIX,
    LABELS_SUFFIX,
    MASKS,
    PREDICTIONS,
    existing_files,
)
from segmenter.wording import cause, shown


def set_aside(database: Path) -> str:
    """Keep a damaged database under another name, and return a sentence about it.

    Raises:
        MaskwrightError: it can't be renamed.
    """
    stem = f"project.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    kept = database.with_name(f"{stem}.sqlite3")
    for number in itertools.count(2):
        if not kept.exists():
            break
        kept = database.with_name(f"{stem}-{number}.sqlite3")
    try:
        move_aside(database, kept)
    except OSError as error:
        raise MaskwrightError(
            f"The project file {shown(database)} is damaged and can't be renamed ({cause(error)}); "
            "move it away and open the folder again."
        ) from error
    return (
        "The project file was damaged and has been rebuilt from the masks and predictions on "
        f"disk; the old one is kept as {shown(kept.name)}. Look through the class names; "
        "approvals have to be given again."
    )


def classes_on_disk(data_folder: Path) -> list[LabelClass]:
    """The classes that the stored masks and predictions use, under their ids.

    Where files disagree about a class, the newest one counts. Classes that no file names (the
    masks came from elsewhere) are named after their id.
    """
    found: dict[int, LabelClass] = {}
    nameless: list[Path] = []
    for path in _newest_first(data_folder):
        with suppress(MaskwrightError):
            noted = read_label_classes(path)
            for label_class in noted:
                found.setdefault(label_class.id, label_class)
            if not noted:
                nameless.append(path)
    for path in nameless:
        with suppress(MaskwrightError):
            for id in map(int, np.unique(read_label_png(path))):
                if id != UNLABELLED and id not in found:
                    found[id] = LabelClass(id, f"class {id}", default_color(id))
    return _with_distinct_names(found)


def _newest_first(data_folder: Path) -> list[Path]:
    paths = [
        data_folder / kind / file
        for kind in (MASKS, PREDICTIONS)
        for file in existing_files(data_folder / kind)
        if file.endswith(LABELS_SUFFIX) and not file.endswith(CONFIDENCE_SUFFIX)
    ]
    times: dict[Path, int] = {}
    for path in paths:
        with suppress(OSError):
            times[path] = path.stat().st_mtime_ns
    return sorted(times, key=lambda path: times[path], reverse=True)


def _with_distinct_names(found: dict[int, LabelClass]) -> list[LabelClass]:
    """A class that was renamed may be found under its old name, which another has now."""
    taken: set[str] = set()
    distinct = []
    for id, label_class in sorted(found.items()):
        name = label_class.name.strip() or f"class {id}"
        while name in taken:
            name = f"{name} ({id})"
        taken.add(name)
        distinct.append(LabelClass(id, name, label_class.color))
    return distinct


def has_stored_files(data_folder: Path) -> bool:
    """Whether there is anything to recover."""
    return any((data_folder / kind).is_dir() for kind in (MASKS, PREDICTIONS))
