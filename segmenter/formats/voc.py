"""PASCAL VOC segmentation, as in its development kit.

::

    VOCdevkit/VOC2012/
        JPEGImages/rex.jpg
        SegmentationClass/rex.png          indexed PNG with VOC's palette, 255 = unlabelled
        ImageSets/Segmentation/trainval.txt, and train.txt and val.txt where lists were asked for
        classes.csv                        ours: VOC itself has no place for names of classes

``torchvision.datasets.VOCSegmentation`` reads the folder that ``VOCdevkit`` lies in.
"""

from __future__ import annotations

from functools import partial

from segmenter.errors import MaskwrightError
from segmenter.formats.class_file import CLASS_FILE, as_csv, read_value_file
from segmenter.formats.dataset import Incoming, IncomingImage, Labelled, Labels, Size
from segmenter.formats.file_writing import write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.label_pixels import (
    check_size,
    is_label_picture,
    read_values,
    with_value,
    write_indexed,
)
from segmenter.formats.lists import SideLists, as_lines, sides_of
from segmenter.formats.mask_folder import folders_named, masks_in
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.formats.value_classes import as_labels
from segmenter.formats.voc_palette import voc_class, voc_palette
from segmenter.formats.writer import FolderWriting
from segmenter.project.classes import MAX_CLASS_ID
from segmenter.wording import shown

ROOT = "VOCdevkit/VOC2012"
MASKS = "SegmentationClass/"
LISTS = "ImageSets/Segmentation/"


class _Writing(FolderWriting):
    def __post_init__(self) -> None:
        self._root = self.folder / ROOT
        self._colors = voc_palette()
        self._lists = SideLists()

    def add(self, item: Labelled) -> None:
        images = self._root / "JPEGImages"
        place_image(item, images, item.stem, self.options.images, self.note, kind="JPEG")
        values = with_value(item.labels, self.options.ignore)
        write_indexed(self._root / MASKS / f"{item.stem}.png", values, self._colors)
        self._lists.add(item.side, item.stem)

    def finish(self) -> None:
        write_text(self._root / LISTS / "trainval.txt", as_lines(self._lists.all))
        self._lists.write(self._root / LISTS)
        write_text(self._root / CLASS_FILE, as_csv(self.classes, self.options.ignore))


class _Reader:
    def looks_like(self, source: Source) -> bool:
        for root in folders_named(source, MASKS):
            first = next(n for n in source.names if n.startswith(root + MASKS))
            return is_label_picture(source, first)
        return False

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        roots = folders_named(source, MASKS)
        if len(roots) != 1:
            found = ", ".join(shown(root or ".") for root in roots) or "none"
            raise MaskwrightError(
                f"{shown(source.path.name)} should hold one folder SegmentationClass, but there is "
                f"{found}; choose the folder around one."
            )
        root = roots[0]
        named = source.has(root + CLASS_FILE)
        if named:
            classes, ignore = read_value_file(source, root + CLASS_FILE, options)
        else:
            ignore = options.ignore_value
            classes = tuple(voc_class(id) for id in range(MAX_CLASS_ID + 1) if id != ignore)
        sides = sides_of(source, root + LISTS)
        masks = masks_in(source, (".png",), (root + MASKS,))
        missing = [name for name in sides if name not in masks]
        notes = []
        if missing:
            notes.append(
                f"The lists name images without a mask, {shown(missing[0])} "
                f"{'among them' if len(missing) > 1 else 'alone'}; they are passed over."
            )

        def read(file: str, size: Size) -> Labels:
            where = source.shown(file)
            values = check_size(read_values(source, file), size, where)
            return as_labels(values, classes, ignore, where)

        images = tuple(
            IncomingImage(name, partial(read, file), side=sides.get(name))
            for name, file in masks.items()
        )
        return Incoming(classes, images, has_named_classes=named, notes=tuple(notes))


FORMAT = Format(
    key="voc",
    title="Pascal VOC",
    summary="indexed PNGs with VOC's palette and ImageSets lists; read by torchvision, mmseg, …",
    is_exact=True,
    writer=_Writing,
    reader=_Reader(),
    has_ignore=True,
    caution="Images that are no JPEGs are converted: the format has no others.",
)
