"""Plain index PNGs: one 8-bit indexed PNG an image, a pixel's value is its class id.

::

    classes.csv              id,name,red,green,blue
    images/dogs/rex.jpg
    masks/dogs/rex.png
    train.txt, val.txt       the masks' names without suffix, one a line, where lists were asked for

Read is any folder of such PNGs, with or without the rest; in ``masks/`` or ``labels/``, or plainly.
Masks of another project say themselves what their classes are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from segmenter.formats.class_file import CLASS_FILE, as_csv, read_value_file
from segmenter.formats.dataset import Classes, Incoming, IncomingImage, Labelled, Labels, Size
from segmenter.formats.file_writing import write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.label_pixels import (
    check_size,
    is_label_picture,
    read_values,
    text_in,
    with_value,
    write_indexed,
)
from segmenter.formats.lists import SideLists, sides_of
from segmenter.formats.mask_folder import masks_below, root_with
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.formats.value_classes import as_labels, numbered_classes
from segmenter.formats.writer import FolderWriting
from segmenter.project.classes import LabelClass
from segmenter.project.label_png import CLASSES_TEXT, classes_noted, palette


class _Writing(FolderWriting):
    def __post_init__(self) -> None:
        self._colors = palette(self.classes)
        self._lists = SideLists()

    def add(self, item: Labelled) -> None:
        place_image(item, self.folder / "images", item.stem, self.options.images, self.note)
        values = with_value(item.labels, self.options.ignore)
        write_indexed(self.folder / "masks" / f"{item.stem}.png", values, self._colors)
        self._lists.add(item.side, item.stem)

    def finish(self) -> None:
        write_text(self.folder / CLASS_FILE, as_csv(self.classes, self.options.ignore))
        self._lists.write(self.folder)


class _Reader:
    def looks_like(self, source: Source) -> bool:
        masks = masks_below(source, root_with(source, CLASS_FILE))
        return bool(masks) and is_label_picture(source, next(iter(masks.values())))

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        root = root_with(source, CLASS_FILE)
        masks = masks_below(source, root)
        ignore = options.ignore_value
        if source.has(root + CLASS_FILE):
            classes, ignore = read_value_file(source, root + CLASS_FILE, options)
        else:
            classes = _noted_classes(source, masks.values())
        named = bool(classes)
        classes = classes or numbered_classes(ignore)
        sides = sides_of(source, root)

        def read(file: str, size: Size) -> Labels:
            where = source.shown(file)
            values = check_size(read_values(source, file), size, where)
            return as_labels(values, classes, ignore, where)

        return Incoming(
            classes,
            tuple(
                IncomingImage(name, partial(read, file), side=sides.get(name))
                for name, file in masks.items()
            ),
            has_named_classes=named,
        )


def _noted_classes(source: Source, files: Iterable[str]) -> Classes:
    """What the masks of a project say of their classes; none in foreign files."""
    found: dict[int, LabelClass] = {}
    for file in files:
        for each in classes_noted(text_in(source, file, CLASSES_TEXT)):
            found.setdefault(each.id, each)
    names = Counter(each.name for each in found.values())
    return tuple(
        each if names[each.name] == 1 else replace(each, name=f"{each.name} ({id})")
        for id, each in sorted(found.items())
    )


FORMAT = Format(
    key="index-png",
    title="Index PNG",
    summary="8-bit PNGs whose values are the class ids, with classes.csv; read by most scripts",
    is_exact=True,
    writer=_Writing,
    reader=_Reader(),
    has_ignore=True,
)
