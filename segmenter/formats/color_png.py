"""Colour PNGs: one RGB picture an image, each class in its colour.

::

    palette.csv              id,name,red,green,blue; 255 is the colour of unlabelled pixels
    images/dogs/rex.jpg
    masks/dogs/rex.png
    train.txt, val.txt       the masks' names without suffix, where lists were asked for

Two classes of one colour could not be told apart afterwards, so one of them gets another.
"""

from __future__ import annotations

from functools import partial

from segmenter.errors import MaskwrightError
from segmenter.formats.class_file import CLASS_FILE, as_csv, read_palette_file
from segmenter.formats.color_table import ColorTable, colors_of, distinct, painted
from segmenter.formats.dataset import Incoming, IncomingImage, Labelled, Labels, Size
from segmenter.formats.file_writing import write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.label_pixels import check_size, is_color_picture, read_colors, write_colors
from segmenter.formats.lists import SideLists, sides_of
from segmenter.formats.mask_folder import masks_below, root_with
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.formats.writer import FolderWriting
from segmenter.project.classes import UNLABELLED, LabelClass
from segmenter.project.label_png import UNLABELLED_COLOR
from segmenter.wording import shown

PALETTE_FILE = "palette.csv"


class _Writing(FolderWriting):
    def __post_init__(self) -> None:
        self._classes = distinct(self.classes, self.note)
        self._colors = colors_of(self._classes)
        self._lists = SideLists()

    def add(self, item: Labelled) -> None:
        place_image(item, self.folder / "images", item.stem, self.options.images, self.note)
        picture = painted(item.labels, self._colors)
        write_colors(self.folder / "masks" / f"{item.stem}.png", picture)
        self._lists.add(item.side, item.stem)

    def finish(self) -> None:
        unlabelled = LabelClass(UNLABELLED, "unlabelled", UNLABELLED_COLOR)
        write_text(self.folder / PALETTE_FILE, as_csv((*self._classes, unlabelled)))
        self._lists.write(self.folder)


class _Reader:
    def looks_like(self, source: Source) -> bool:
        root = root_with(source, PALETTE_FILE, CLASS_FILE)
        masks = masks_below(source, root)
        return (
            any(source.has(root + name) for name in (PALETTE_FILE, CLASS_FILE))
            and bool(masks)
            and is_color_picture(source, next(iter(masks.values())))
        )

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        root = root_with(source, PALETTE_FILE, CLASS_FILE)
        files = [root + name for name in (PALETTE_FILE, CLASS_FILE) if source.has(root + name)]
        if not files:
            raise MaskwrightError(
                f"{shown(source.path.name)} has no {PALETTE_FILE} that says which colour is which "
                "class; write one with the lines id,name,red,green,blue."
            )
        classes, unlabelled = read_palette_file(source, files[0])
        by_color = {each.color: each.id for each in classes}
        if len(by_color) < len(classes):
            raise MaskwrightError(
                f"{source.shown(files[0])} has two classes of the same colour, which can't be "
                "told apart in the masks."
            )
        table = ColorTable({unlabelled or UNLABELLED_COLOR: UNLABELLED, **by_color})
        sides = sides_of(source, root)

        def read(file: str, size: Size) -> Labels:
            where = source.shown(file)
            return check_size(table.labels_of(read_colors(source, file), where), size, where)

        return Incoming(
            classes,
            tuple(
                IncomingImage(name, partial(read, file), side=sides.get(name))
                for name, file in masks_below(source, root).items()
            ),
        )


FORMAT = Format(
    key="color-png",
    title="Colour PNG",
    summary="RGB PNGs in the colours of the classes, with palette.csv; for older tools",
    is_exact=True,
    writer=_Writing,
    reader=_Reader(),
)
