"""How classes, and what would change with them, are named in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from segmenter.project.class_usage import MergePreview
from segmenter.project.classes import LabelClass
from segmenter.wording import counted


def quoted(classes: Sequence[LabelClass]) -> str:
    """“a”, “b” and “c”; of many the first three and their number."""
    names = [f"“{each.name}”".replace("\n", " ") for each in classes]
    if len(names) > 4:
        names = [*names[:3], f"{len(names) - 3} more"]
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def in_files(found: MergePreview) -> str:
    """``12 images (8 masks and 12 predictions)``."""
    parts = [
        counted(number, noun)
        for number, noun in ((found.masks, "mask"), (found.predictions, "prediction"))
        if number
    ]
    return f"{counted(found.images, 'image')} ({' and '.join(parts)})"
