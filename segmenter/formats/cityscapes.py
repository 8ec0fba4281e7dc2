"""Cityscapes: ``gtFine`` label maps of label ids beside ``leftImg8bit`` images.

::

    leftImg8bit/train/<city>/<image>_leftImg8bit.png
    gtFine/train/<city>/<image>_gtFine_labelIds.png      8-bit grey, the value is the id
    gtFine/train/<city>/<image>_gtFine_color.png         the same in the classes' colours
    classes.csv                                          ours: the ids need not be Cityscapes' own

The city is the image's subfolder (``default`` for images without one, ``a_b`` for ``a/b``). Without
lists, all images are in ``train``. ``torchvision.datasets.Cityscapes`` reads it.
"""

from __future__ import annotations

import re
from functools import partial

from segmenter.errors import MaskwrightError
from segmenter.formats.cityscapes_labels import CITYSCAPES_CLASSES, UNLABELED
from segmenter.formats.class_file import CLASS_FILE, as_csv, read_value_file
from segmenter.formats.color_table import colors_of, painted
from segmenter.formats.dataset import Incoming, IncomingImage, Labelled, Labels, Size
from segmenter.formats.file_writing import write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.label_pixels import (
    check_size,
    read_values,
    with_value,
    write_colors,
    write_grey,
)
from segmenter.formats.lists import LIST_OF
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.formats.value_classes import as_labels
from segmenter.formats.writer import FolderWriting
from segmenter.project.state import Side
from segmenter.wording import shown

NO_CITY = "default"
IMAGE = "_leftImg8bit"
_MASK = re.compile(
    r"(?P<root>(?:.*/)?)(?P<kind>gtFine|gtCoarse)/(?P<split>[^/]+)/(?P<city>[^/]+)/(?P<stem>[^/]+)"
    r"_(?P=kind)_labelIds\.png"
)


class _Writing(FolderWriting):
    def __post_init__(self) -> None:
        self._colors = colors_of(self.classes, (0, 0, 0))
        self._taken: set[str] = set()

    def add(self, item: Labelled) -> None:
        split = LIST_OF[item.side or Side.TRAINING]
        place = self._free(f"{split}/{_in_city(item.stem, NO_CITY)}")
        images = self.folder / "leftImg8bit"
        place_image(item, images, place + IMAGE, self.options.images, self.note, kind="PNG")
        masks = self.folder / "gtFine"
        values = with_value(item.labels, self.options.ignore)
        write_grey(masks / f"{place}_gtFine_labelIds.png", values)
        write_colors(masks / f"{place}_gtFine_color.png", painted(item.labels, self._colors))

    def finish(self) -> None:
        write_text(self.folder / CLASS_FILE, as_csv(self.classes, self.options.ignore))

    def _free(self, place: str) -> str:
        """``a/b/c.jpg`` and ``a_b/c.jpg`` would be the same."""
        free, number = place, 1
        while free.casefold() in self._taken:
            number += 1
            free = f"{place}-{number}"
        self._taken.add(free.casefold())
        return free


class _Reader:
    def looks_like(self, source: Source) -> bool:
        return any(_MASK.fullmatch(name) for name in source.names)

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        found = [match for name in source.names if (match := _MASK.fullmatch(name))]
        if not found:
            raise MaskwrightError(
                f"{shown(source.path.name)} has no gtFine/<split>/<city>/…_gtFine_labelIds.png; "
                "choose the folder that gtFine lies in."
            )
        has_fine = any(match["kind"] == "gtFine" for match in found)
        class_file = found[0]["root"] + CLASS_FILE
        named = source.has(class_file)
        if named:
            classes, ignore = read_value_file(source, class_file, options)
        else:  # what Cityscapes calls unlabeled is no class here
            ignore = UNLABELED if options.ignore is None else options.ignore
            classes = CITYSCAPES_CLASSES
        classes = tuple(each for each in classes if each.id != ignore)

        def read(file: str, size: Size) -> Labels:
            where = source.shown(file)
            values = check_size(read_values(source, file), size, where)
            return as_labels(values, classes, ignore, where)

        sides = {stem: side for side, stem in LIST_OF.items()}
        images = []
        for match in found:
            if has_fine and match["kind"] != "gtFine":
                continue
            city, stem = match["city"], match["stem"]
            name = stem if city == NO_CITY else f"{city}/{stem}"
            longer = f"{match['split']}/{city}/{stem}{IMAGE}"
            images.append(
                IncomingImage(
                    name,
                    partial(read, match[0]),
                    side=sides.get(match["split"]),
                    aliases=(longer, f"{city}/{stem}{IMAGE}"),
                )
            )
        return Incoming(classes, tuple(images), has_named_classes=named, written=_in_city)


def _in_city(stem: str, otherwise: str = "") -> str:
    """``a/b/c`` → ``a_b/c``; ``otherwise``: the city of an image without a folder."""
    parent, _, last = stem.rpartition("/")
    city = parent.replace("/", "_") or otherwise
    return f"{city}/{last}" if city else last


FORMAT = Format(
    key="cityscapes",
    title="Cityscapes",
    summary="gtFine label ids as grey PNGs beside leftImg8bit; read by torchvision, mmseg, …",
    is_exact=True,
    writer=_Writing,
    reader=_Reader(),
    has_ignore=True,
    caution="Images that are no PNGs are converted: the format has no others.",
)
