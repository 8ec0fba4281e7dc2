"""What all formats of objects share: an image is a list of outlines or regions with a class each.

Pixels that no object covers are unlabelled; an import can fill them with a class. Our own exports
write the background out where it was labelled, so that nothing is taken for granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from segmenter.errors import MaskwrightError
from segmenter.formats.class_file import CLASS_FILE, read_class_file
from segmenter.formats.dataset import Classes, ExportOptions, Labelled, Labels, Size
from segmenter.formats.patches import Patch, class_patches, connected_patches
from segmenter.formats.source import Source
from segmenter.formats.writer import Note
from segmenter.project.classes import (
    BACKGROUND,
    MAX_CLASS_ID,
    UNLABELLED,
    LabelClass,
    default_color,
)

UNCOVERED_NOTE = (
    "What no object covers is unlabelled in this format; where it is the background, fill it with "
    "that class."
)


def classes_beside(source: Source, folder: str = "") -> Classes:
    """Those of the class file that our exports put beside files which don't know ids. ``folder``
    ends in ``/``."""
    name = folder + CLASS_FILE
    return read_class_file(source, name) if source.has(name) else ()


def objects_of(item: Labelled, options: ExportOptions) -> Iterator[tuple[int, Patch]]:
    """Class and pixels of each object on its way out."""
    return (connected_patches if options.separate else class_patches)(item.labels)


def drawn(
    objects: Iterable[tuple[int, Patch]], size: Size, note_cut: Callable[[], None] = lambda: None
) -> Labels:
    """The labels of an image: one object after the other, the later over the earlier ones.

    Args:
        note_cut: called where a part of any was cut off.
    """
    labels = np.full(size, UNLABELLED, np.uint8)
    is_cut = False
    for class_id, patch in objects:
        patch.paint(labels, class_id)
        is_cut |= patch.is_cut
    if is_cut:
        note_cut()
    return labels


def check_stated(stated: Size, size: Size, where: str) -> None:
    """
    Raises:
        MaskwrightError: the file was made for an image of another size.
    """
    if stated != size:
        (height, width), (h, w) = size, stated
        raise MaskwrightError(
            f"{where} is for an image of {w} × {h} pixels, but the image has {width} × {height}."
        )


class NamedClasses:
    """Classes of a format that knows them by name alone: ids in the order in which they come, but
    those of a class file beside it."""

    def __init__(self, known: Classes = ()) -> None:
        self._classes = {each.name: each for each in known}
        self._taken = {each.id for each in known}

    def id_of(self, name: str, where: str, color: tuple[int, int, int] | None = None) -> int:
        """The id of a class; a new one's where it has not come yet.

        Raises:
            MaskwrightError: there are more than 255 classes, or the name is empty.
        """
        found = self._classes.get(name)
        if found is not None:
            return found.id
        if not name.strip():
            raise MaskwrightError(f"{where}: the name of a class is empty.")
        free = next((id for id in range(MAX_CLASS_ID + 1) if id not in self._taken), None)
        if free is None:
            raise MaskwrightError(
                f"{where}: “{name}” is one class too many; there can be {MAX_CLASS_ID + 1}."
            )
        self._taken.add(free)
        self._classes[name] = LabelClass(free, name, color or default_color(free, name))
        return free

    @property
    def classes(self) -> Classes:
        return tuple(sorted(self._classes.values(), key=lambda each: each.id))


def note_background(classes: Classes, note: Note) -> None:
    """Tell who trains with the files that the background is among the objects."""
    if any(each.name == BACKGROUND for each in classes):
        note(
            f"The class “{BACKGROUND}” is exported as objects too; leave it out where a program "
            "is to learn the other classes alone."
        )
