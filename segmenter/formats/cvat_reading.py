"""Reading "CVAT for images 1.1": masks, polygons, boxes and ellipses, in the order of ``z_order``.

Attributes don't count; lines, points, cuboids and skeletons have no pixels and are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.formats.cut_off import CutOff
from segmenter.formats.damaged import DamagedError
from segmenter.formats.dataset import Incoming, IncomingImage, Labels, Size
from segmenter.formats.lists import LIST_OF
from segmenter.formats.objects import (
    UNCOVERED_NOTE,
    NamedClasses,
    check_stated,
    classes_beside,
    drawn,
)
from segmenter.formats.patches import Patch
from segmenter.formats.polygon_fill import filled
from segmenter.formats.reader import ReadOptions
from segmenter.formats.run_lengths import patch_of_rows
from segmenter.formats.source import Source
from segmenter.formats.xml_events import read_xml
from segmenter.project.state import Side
from segmenter.wording import counted

_WITH_PIXELS = ("mask", "polygon", "box", "ellipse")
_WITHOUT = ("polyline", "points", "cuboid", "skeleton")
_BEGINNING = 1 << 12
_ELLIPSE_POINTS = 180


class CvatReader:
    def looks_like(self, source: Source) -> bool:
        return any(_is_cvat(source, name) for name in _xml_files(source)[:5])

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        names = NamedClasses(classes_beside(source))
        notes = [UNCOVERED_NOTE]
        images: list[_Image] = []
        left_out = Counter[str]()
        files = [name for name in _xml_files(source) if _is_cvat(source, name)]
        for file in files or _xml_files(source):
            document = _Document(source.shown(file), names, source.cancel)
            read_xml(source, file, document)
            images += document.images
            left_out += document.left_out
        notes += [
            f"{counted(number, 'shape')} of the kind “{kind}” were left out: they have no pixels."
            for kind, number in sorted(left_out.items())
        ]
        cut = CutOff()
        found = tuple(
            IncomingImage(
                each.name,
                partial(_read, each, partial(cut.add, each.name)),
                each.size,
                each.side,
            )
            for each in images
        )
        return Incoming(names.classes, found, notes=tuple(notes), found=cut.notes)


@dataclass(frozen=True)
class _Element:
    """An element with attributes, and where it stands."""

    tag: str
    attributes: Mapping[str, str]
    file: str
    line: int

    @property
    def where(self) -> str:
        return f"{self.file}, line {self.line}"

    def fail(self, why: str) -> NoReturn:
        raise MaskwrightError(f"{self.where}: {why}.")

    def text(self, key: str) -> str:
        if key not in self.attributes:
            self.fail(f"<{self.tag}> has no “{key}”")
        return self.attributes[key]

    def integer(self, key: str) -> int:
        try:
            # Some versions of CVAT write 13.0.
            number = float(self.text(key))
        except ValueError:
            number = float("nan")
        if not number.is_integer():
            self.fail(f"“{key}” of <{self.tag}> is no whole number")
        return int(number)

    def number(self, key: str, default: float | None = None) -> float:
        if default is not None and key not in self.attributes:
            return default
        return self.numbers(self.text(key), key)[0]

    def numbers(self, text: str, key: str) -> list[float]:
        try:
            return [float(part) for part in text.split(",")]
        except ValueError:
            self.fail(f"“{key}” of <{self.tag}> is no number")


@dataclass
class _Image:
    name: str
    size: Size
    side: Side | None
    where: str
    shapes: list[tuple[int, _Element]] = field(default_factory=list)
    """Class and shape, in the order of the file."""


class _Document:
    """Listens to one file."""

    def __init__(self, file: str, names: NamedClasses, cancel: CancelToken) -> None:
        self.images: list[_Image] = []
        self.left_out = Counter[str]()
        self._file, self._names, self._cancel = file, names, cancel
        self._label: dict[str, str] = {}
        self._known: set[str] = set()

    def start(self, path: str, attributes: Mapping[str, str], line: int) -> None:
        root, _, rest = path.partition("/")
        element = _Element(path.rpartition("/")[2], attributes, self._file, line)
        if root != "annotations":
            element.fail(f"it begins with <{root}>; CVAT's begins with <annotations>")
        if rest == "track":
            element.fail("it is “CVAT for video”; export the task as “CVAT for images 1.1”")
        if rest == "image":
            self._cancel.check()
            self._add_image(element)
        elif rest.startswith("image/") and rest.count("/") == 1:
            self._add_shape(element)

    def end(self, path: str, text: str, line: int) -> None:
        """The names of labels stand at different places for a task, a job and a project."""
        head, _, tag = path.rpartition("/")
        if head.endswith("/labels/label") and tag in ("name", "color"):
            self._label[tag] = text
        elif path.endswith("/labels/label"):
            name = self._label.get("name", "")
            self._names.id_of(name, f"{self._file}, line {line}", _color(self._label.get("color")))
            self._known.add(name)
            self._label = {}

    def _add_image(self, element: _Element) -> None:
        subset = element.attributes.get("subset", "").lower()
        side = next((side for side, word in LIST_OF.items() if subset.startswith(word)), None)
        size = element.integer("height"), element.integer("width")
        name = element.text("name").replace("\\", "/")
        self.images.append(_Image(name, size, side, element.where))

    def _add_shape(self, element: _Element) -> None:
        if element.tag in _WITHOUT:
            self.left_out[element.tag] += 1
        if element.tag not in _WITH_PIXELS:
            return
        label = element.text("label")
        if self._known and label not in self._known:
            element.fail(f"there is no label “{label}” among the labels of the task")
        self.images[-1].shapes.append((self._names.id_of(label, element.where), element))


def _xml_files(source: Source) -> list[str]:
    return [name for name in source.names if name.lower().endswith(".xml")]


def _is_cvat(source: Source, name: str) -> bool:
    try:
        return b"<annotations>" in source.read_start(name, _BEGINNING)
    except MaskwrightError:
        return False


def _color(text: str | None) -> tuple[int, int, int] | None:
    """``#rrggbb``; None for anything else."""
    try:
        red, green, blue = bytes.fromhex((text or "").strip().removeprefix("#"))
    except ValueError:
        return None
    return red, green, blue


def _read(image: _Image, note_cut: Callable[[], None], size: Size) -> Labels:
    check_stated(image.size, size, image.where)
    # Sorting keeps the order of the file where z_order is the same.
    shapes = sorted(image.shapes, key=lambda shape: shape[1].number("z_order", 0))
    objects = ((class_id, _patch(shape, size)) for class_id, shape in shapes)
    return drawn(objects, size, note_cut)


def _patch(shape: _Element, size: Size) -> Patch:
    try:
        if shape.tag == "mask":
            return _of_mask(shape, size)
        return filled(_corners(shape), size)
    except DamagedError as error:
        shape.fail(f"<{shape.tag}>: {error}")


def _of_mask(shape: _Element, size: Size) -> Patch:
    left, top = shape.integer("left"), shape.integer("top")
    width, height = shape.integer("width"), shape.integer("height")
    if not (0 <= left < left + width <= size[1] and 0 <= top < top + height <= size[0]):
        shape.fail("the mask's rectangle goes beyond the image")
    try:
        counts = [int(count) for count in shape.text("rle").split(",")]
    except ValueError:
        raise DamagedError("its run lengths are no whole numbers") from None
    found = patch_of_rows(counts, (height, width))
    return replace(found, left=left + found.left, top=top + found.top)


def _corners(shape: _Element) -> NDArray[np.float64]:
    if shape.tag == "polygon":
        pairs = [shape.numbers(pair, "points") for pair in shape.text("points").split(";")]
        if any(len(pair) != 2 for pair in pairs):
            shape.fail("“points” of <polygon> are no pairs x,y;x,y;…")
        return np.array(pairs, float)
    if shape.tag == "box":
        left, top, right, bottom = (shape.number(key) for key in ("xtl", "ytl", "xbr", "ybr"))
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
        return _turned(corners, ((left + right) / 2, (top + bottom) / 2), shape)
    center = shape.number("cx"), shape.number("cy")
    angle = np.linspace(0, 2 * np.pi, _ELLIPSE_POINTS, endpoint=False)
    radii = np.array((shape.number("rx"), shape.number("ry")))
    return _turned(center + radii * np.stack((np.cos(angle), np.sin(angle)), 1), center, shape)


def _turned(
    points: NDArray[np.float64], center: Sequence[float], shape: _Element
) -> NDArray[np.float64]:
    """Turned clockwise by the shape's rotation, in degrees."""
    angle = np.deg2rad(shape.number("rotation", 0))
    cos, sin = np.cos(angle), np.sin(angle)
    return (points - center) @ np.array([(cos, sin), (-sin, cos)]) + center
