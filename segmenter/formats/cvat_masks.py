"""CVAT's "Segmentation mask 1.1": PASCAL VOC's folders with colours of one's own.

::

    labelmap.txt                        name:red,green,blue::
    ImageSets/Segmentation/default.txt  or train.txt and val.txt
    JPEGImages/dogs/rex.jpg
    SegmentationClass/dogs/rex.png      RGB, each class in its colour
    SegmentationObject/dogs/rex.png     RGB, each object in a colour of VOC's palette
    classes.csv                         ids, which CVAT does not know

Names that the label map can't hold, or that mean something there, are changed (``void`` →
``void_``); classes.csv has the true ones. Black is ``background``, which CVAT has for pixels that
nobody has labelled. Where the project has a class ``background``, it is that one, and unlabelled
pixels get VOC's colour for what is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from segmenter.errors import MaskwrightError
from segmenter.formats.class_file import CLASS_FILE, as_csv
from segmenter.formats.color_table import Color, ColorTable, colors_of, distinct, painted
from segmenter.formats.dataset import Classes, Incoming, IncomingImage, Labelled, Labels, Size
from segmenter.formats.file_writing import write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.label_pixels import check_size, read_colors, write_colors
from segmenter.formats.lists import SideLists, as_lines, sides_of
from segmenter.formats.mask_folder import folders_named, masks_in
from segmenter.formats.objects import NamedClasses, classes_beside, objects_of
from segmenter.formats.patches import class_patches
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.formats.voc_palette import voc_palette
from segmenter.formats.writer import FolderWriting
from segmenter.project.classes import BACKGROUND, UNLABELLED
from segmenter.project.label_png import UNLABELLED_COLOR
from segmenter.wording import shown

LABEL_MAP = "labelmap.txt"
CLASS_MASKS, OBJECT_MASKS = "SegmentationClass/", "SegmentationObject/"
LISTS = "ImageSets/Segmentation/"
IGNORED = ("ignored", "void")
"""VOC's own names for pixels that don't count."""
BLACK: Final[Color] = (0, 0, 0)
_MOST_OBJECTS = 255


class _Writing(FolderWriting):
    def __post_init__(self) -> None:
        background = next((each for each in self.classes if each.name == BACKGROUND), None)
        self._background = None if background is None else background.id
        unlabelled = BLACK if background is None else UNLABELLED_COLOR
        # The background comes first, so that it is black whatever else was to be.
        ordered = sorted(self.classes, key=lambda each: each.id != self._background)
        ordered = [replace(e, color=BLACK) if e is background else e for e in ordered]
        colored = {e.id: e for e in distinct(tuple(ordered), self.note, unlabelled)}
        self._classes = tuple(colored[each.id] for each in self.classes)
        self._colors = colors_of(self._classes, unlabelled)
        self._palette = voc_palette()
        self._lists = SideLists()

    def add(self, item: Labelled) -> None:
        images = self.folder / "JPEGImages"
        place_image(item, images, item.stem, self.options.images, self.note)
        name = f"{item.stem}.png"
        write_colors(self.folder / CLASS_MASKS / name, painted(item.labels, self._colors))
        write_colors(self.folder / OBJECT_MASKS / name, self._palette[self._objects(item)])
        self._lists.add(item.side, item.stem)

    def finish(self) -> None:
        named = label_names(self.classes)
        names = [named[each.id] for each in self._classes]
        if names != [each.name for each in self._classes]:
            self.note(
                "CVAT's label map can't hold some names of classes, or has a meaning of its own "
                "for them, so they were changed."
            )
        unlabelled = BACKGROUND if self._background is None else IGNORED[0]
        colors = [self._colors[UNLABELLED], *(each.color for each in self._classes)]
        lines = [
            f"{name}:{','.join(map(str, color))}::"
            for name, color in zip([unlabelled, *names], colors, strict=True)
        ]
        write_text(self.folder / LABEL_MAP, as_lines(["# label:color_rgb:parts:actions", *lines]))
        if self._lists.is_split:
            self._lists.write(self.folder / LISTS)
        else:
            write_text(self.folder / LISTS / "default.txt", as_lines(self._lists.all))
        write_text(self.folder / CLASS_FILE, as_csv(self.classes))

    def _objects(self, item: Labelled) -> Labels:
        """The number of the object each pixel belongs to, 0 for none."""
        objects = list(objects_of(item, self.options))
        if len(objects) > _MOST_OBJECTS:
            self.note(
                f"CVAT's masks can hold {_MOST_OBJECTS} objects an image; where there are more "
                "regions, all of a class became one."
            )
            objects = list(class_patches(item.labels))
        numbers = np.zeros(item.size, np.uint8)
        objects = [(id, patch) for id, patch in objects if id != self._background]
        for number, (_, patch) in enumerate(objects, start=1):
            patch.paint(numbers, number)
        return numbers


class _Reader:
    def looks_like(self, source: Source) -> bool:
        return any(source.has(root + LABEL_MAP) for root in folders_named(source, CLASS_MASKS))

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        roots = [r for r in folders_named(source, CLASS_MASKS) if source.has(r + LABEL_MAP)]
        if len(roots) != 1:
            raise MaskwrightError(
                f"{shown(source.path.name)} should hold one {LABEL_MAP} with a folder "
                f"SegmentationClass beside it, but there are {len(roots)}."
            )
        root = roots[0]
        names = NamedClasses(classes_beside(source, root))
        lines = _label_map(source, root + LABEL_MAP)
        where = source.shown(root + LABEL_MAP)
        ids = _ids(lines, names, where)
        sides = sides_of(source, root + LISTS)
        by_color = {color: ids[name] for name, color in lines.items()}
        by_index = tuple(ids[name] for name in lines)
        meaning = _Meaning(ColorTable(by_color), frozenset(by_color), by_index)
        images = []
        for stem, file in masks_in(source, (".png",), (root + CLASS_MASKS,)).items():
            read = partial(_read, source, file, meaning)
            images.append(IncomingImage(stem, read, side=sides.get(stem)))
        return Incoming(names.classes, tuple(images))


def label_names(classes: Classes) -> dict[int, str]:
    """Id → the class's name in the label map: as it is where the map can hold it and has no meaning
    of its own for it, otherwise changed, so that no two are equal."""
    found: dict[int, str] = {}
    taken = {*IGNORED, BACKGROUND}
    # What can stay as it is comes first, so that nothing takes its name.
    for each in sorted(classes, key=lambda c: (_plain(c.name) != c.name, c.id)):
        name = _plain(each.name)
        while name in taken and each.name != BACKGROUND:
            name += "_"
        taken.add(name)
        found[each.id] = name
    return found


def _plain(name: str) -> str:
    plain = " ".join(name.replace(":", "_").split())
    return f"_{plain}" if plain.startswith("#") else plain


def _ids(lines: Mapping[str, Color], names: NamedClasses, where: str) -> dict[str, int]:
    """Name in the label map → label. A class file beside it says which changed name is whose."""
    named = label_names(names.classes)
    written = {named[each.id]: each.name for each in names.classes}
    # A class of such a name that bears no other one in the map is meant by it.
    own = {each.name for each in names.classes if named[each.id] not in lines}
    nothing = {*IGNORED, BACKGROUND} - written.keys() - own
    return {
        name: UNLABELLED if name in nothing else names.id_of(written.get(name, name), where, color)
        for name, color in lines.items()
    }


def _label_map(source: Source, file: str) -> Mapping[str, Color]:
    """Name → colour, in the order of the lines. A label without one has its line's of VOC, as
    datumaro has it."""
    found: dict[str, Color] = {}
    taken: dict[Color, str] = {}
    palette = voc_palette()
    for number, line in enumerate(source.read_text(file).splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        where = f"{source.shown(file)}, line {number}"
        name, _, rest = line.strip().partition(":")
        of_line = ",".join(map(str, palette[len(found) % len(palette)]))
        parts = (rest.split(":")[0].strip() or of_line).split(",")
        if not name or len(parts) != 3 or not all(p.strip().isdecimal() for p in parts):
            raise MaskwrightError(f"{where}: this is no label name:red,green,blue::.")
        red, green, blue = (int(part) for part in parts)
        if max(red, green, blue) > 255:
            raise MaskwrightError(f"{where}: a colour has values of 0 to 255.")
        if name in found or (red, green, blue) in taken:
            raise MaskwrightError(f"{where}: the name {shown(name)} or its colour comes twice.")
        found[name] = taken_color = (red, green, blue)
        taken[taken_color] = name
    return found


@dataclass(frozen=True)
class _Meaning:
    """What pixels of a mask stand for."""

    table: ColorTable
    colors: frozenset[Color]
    by_index: tuple[int, ...]
    """The label of each line of the label map."""


def _read(source: Source, file: str, meaning: _Meaning, size: Size) -> Labels:
    where = source.shown(file)
    picture = read_colors(source, file)
    values = check_size(np.ascontiguousarray(picture[..., 0]), size, where)
    # A mask of one channel holds the numbers of the label map's lines. Read as colours they are
    # shades of grey, and not all of them are colours of labels.
    greys = {(value, value, value) for value in np.unique(values).tolist()}
    is_grey = (picture == picture[..., :1]).all()
    if is_grey and not greys <= meaning.colors:
        if int(values.max()) >= len(meaning.by_index):
            raise MaskwrightError(f"{where} has the value {values.max()}, which no label has.")
        return np.array(meaning.by_index, np.uint8)[values]
    return meaning.table.labels_of(picture, where)


FORMAT = Format(
    key="cvat-masks",
    title="CVAT segmentation mask 1.1",
    summary="a zip of colour masks of classes and objects with a label map, for CVAT",
    is_exact=True,
    writer=_Writing,
    reader=_Reader(),
    zipped=True,
    has_objects=True,
)
