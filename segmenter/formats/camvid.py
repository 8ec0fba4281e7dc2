"""CamVid, in the layout of SegNet, with CamVid's own colour masks beside.

::

    train/dogs/rex.png                    the image
    trainannot/dogs/rex.png               8-bit grey, the value is the id
    LabeledApproved_full/dogs/rex_L.png   the same in the classes' colours
    val/, valannot/                       where lists were asked for; otherwise all is in train
    train.txt, val.txt                    "train/dogs/rex.png trainannot/dogs/rex.png" a line
    label_colors.txt                      CamVid's: "64 128 64<TAB>Animal" a line
    classes.csv                           ours: the ids, which label_colors.txt does not have

Read are such folders, and those of CamVid itself: colour masks ``*_L.png`` with label_colors.txt,
whose classes are numbered in the order of its lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from segmenter.errors import MaskwrightError
from segmenter.formats.class_file import CLASS_FILE, as_csv, read_value_file
from segmenter.formats.color_table import ColorTable, colors_of, distinct, painted
from segmenter.formats.dataset import Classes, Incoming, IncomingImage, Labelled, Labels, Size
from segmenter.formats.file_writing import write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.label_pixels import (
    check_size,
    read_colors,
    read_values,
    with_value,
    write_colors,
    write_grey,
)
from segmenter.formats.lists import LIST_OF, as_lines, read_lines
from segmenter.formats.mask_folder import root_with
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.formats.value_classes import as_labels
from segmenter.formats.writer import FolderWriting
from segmenter.project.classes import MAX_CLASS_ID, UNLABELLED, LabelClass
from segmenter.project.state import Side
from segmenter.wording import shown

COLOR_FILE = "label_colors.txt"
VOID = (0, 0, 0)
"""CamVid's colour of pixels without a label, under the name Void."""

_ANNOT = re.compile(r"(?P<root>(?:.*/)?)(?P<split>train|val|test)annot/(?P<stem>.+)\.png")
_COLORED = re.compile(r"(?:.*/)?(?P<stem>[^/]+)_L\.png")

# fmt: off
_SEGNET = (
    ("Sky", (128, 128, 128)), ("Building", (128, 0, 0)), ("Pole", (192, 192, 128)),
    ("Road", (128, 64, 128)), ("Pavement", (60, 40, 222)), ("Tree", (128, 128, 0)),
    ("SignSymbol", (192, 128, 128)), ("Fence", (64, 64, 128)), ("Car", (64, 0, 128)),
    ("Pedestrian", (64, 64, 0)), ("Bicyclist", (0, 128, 192)),
)
# fmt: on
SEGNET_CLASSES = tuple(LabelClass(id, *each) for id, each in enumerate(_SEGNET))
SEGNET_UNLABELLED = 11

_Read = Callable[[str, Size], Labels]


class _Writing(FolderWriting):
    def __post_init__(self) -> None:
        self._classes = distinct(self.classes, self.note, VOID)
        self._colors = colors_of(self._classes, VOID)
        self._lines: dict[Side, list[str]] = {side: [] for side in LIST_OF}

    def add(self, item: Labelled) -> None:
        side = item.side or Side.TRAINING
        split = LIST_OF[side]
        image = place_image(
            item, self.folder / split, item.stem, self.options.images, self.note, kind="PNG"
        )
        values = with_value(item.labels, self.options.ignore)
        write_grey(self.folder / f"{split}annot" / f"{item.stem}.png", values)
        colored = self.folder / "LabeledApproved_full" / f"{item.stem}_L.png"
        write_colors(colored, painted(item.labels, self._colors))
        if " " in item.stem:
            self.note("SegNet's lists can't tell a space in a name from the one after it.")
        self._lines[side].append(f"{split}/{image} {split}annot/{item.stem}.png")

    def finish(self) -> None:
        for side, lines in self._lines.items():
            if lines:
                write_text(self.folder / f"{LIST_OF[side]}.txt", as_lines(lines))
        colors = [
            f"{r} {g} {b}\t{' '.join(each.name.split())}"
            for each in self._classes
            for r, g, b in [each.color]
        ]
        write_text(self.folder / COLOR_FILE, as_lines([*colors, "0 0 0\tVoid"]))
        write_text(self.folder / CLASS_FILE, as_csv(self.classes, self.options.ignore))


class _Reader:
    def looks_like(self, source: Source) -> bool:
        has_colors = source.has(root_with(source, COLOR_FILE) + COLOR_FILE)
        return any(
            _ANNOT.fullmatch(name) or (has_colors and _COLORED.fullmatch(name))
            for name in source.names
        )

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        annotated = [match for name in source.names if (match := _ANNOT.fullmatch(name))]
        if annotated:
            classes, named, read = _values_reader(source, annotated[0]["root"], options)
            sides = {stem: side for side, stem in LIST_OF.items()}
            images = [
                IncomingImage(
                    match["stem"], partial(read, match[0]), side=sides.get(match["split"])
                )
                for match in annotated
            ]
            return Incoming(classes, tuple(images), has_named_classes=named)
        colored = [match for name in source.names if (match := _COLORED.fullmatch(name))]
        color_file = root_with(source, COLOR_FILE) + COLOR_FILE
        if not colored or not source.has(color_file):
            raise MaskwrightError(
                f"{shown(source.path.name)} has neither trainannot/*.png, nor masks *_L.png with a "
                f"{COLOR_FILE} that says which colour is which class."
            )
        classes, table = _label_colors(source, color_file)

        def read_colored(file: str, size: Size) -> Labels:
            where = source.shown(file)
            return check_size(table.labels_of(read_colors(source, file), where), size, where)

        return Incoming(
            classes,
            tuple(IncomingImage(m["stem"], partial(read_colored, m[0])) for m in colored),
        )


def _values_reader(source: Source, root: str, options: ReadOptions) -> tuple[Classes, bool, _Read]:
    named = source.has(root + CLASS_FILE)
    if named:
        classes, ignore = read_value_file(source, root + CLASS_FILE, options)
    else:
        classes = SEGNET_CLASSES
        ignore = SEGNET_UNLABELLED if options.ignore is None else options.ignore

    def read(file: str, size: Size) -> Labels:
        where = source.shown(file)
        values = check_size(read_values(source, file), size, where)
        return as_labels(values, classes, ignore, where)

    return classes, named, read


def _label_colors(source: Source, file: str) -> tuple[Classes, ColorTable]:
    where = source.shown(file)
    classes: list[LabelClass] = []
    colors = {VOID: UNLABELLED}
    for number, line in enumerate(read_lines(source, file), start=1):
        words = line.split(maxsplit=3)
        try:
            red, green, blue = (int(word) for word in words[:3])
            name = words[3].strip()
        except (ValueError, IndexError) as error:
            raise MaskwrightError(
                f"Line {number} of {where} is no class: red green blue name."
            ) from error
        color = (red, green, blue)
        if not all(0 <= part <= 255 for part in color):
            raise MaskwrightError(f"Line {number} of {where} needs colour values of 0 to 255.")
        if name.lower() in ("void", "unlabelled", "unlabeled"):
            colors[color] = UNLABELLED
            continue
        if colors.get(color, UNLABELLED) != UNLABELLED or name in {each.name for each in classes}:
            raise MaskwrightError(f"Line {number} of {where} has a colour or a name once more.")
        if len(classes) > MAX_CLASS_ID:
            raise MaskwrightError(f"{where} has more than {MAX_CLASS_ID + 1} classes.")
        colors[color] = len(classes)
        classes.append(LabelClass(len(classes), name, color))
    return tuple(classes), ColorTable(colors)


FORMAT = Format(
    key="camvid",
    title="CamVid / SegNet",
    summary="grey and colour masks with label_colors.txt, in SegNet's folders and lists",
    is_exact=True,
    writer=_Writing,
    reader=_Reader(),
    has_ignore=True,
    caution="Images that are no PNGs are converted: the format has no others.",
)
