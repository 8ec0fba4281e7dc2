"""Reading labelme's JSON, also as older versions and X-AnyLabeling write it.

Shapes are drawn one over the other in their order, each by labelme's own rule, which is Pillow's.
Lines and points have no area and are left out.
"""

from __future__ import annotations

import base64
import binascii
import io
import math
import posixpath
from collections import Counter
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from segmenter.formats.cut_off import CutOff
from segmenter.formats.damaged import DamagedError, placed
from segmenter.formats.dataset import Incoming, IncomingImage, Labels, Size
from segmenter.formats.json_node import Node, read_json
from segmenter.formats.json_sniffing import begins_with, json_files
from segmenter.formats.lists import sides_of
from segmenter.formats.objects import (
    UNCOVERED_NOTE,
    NamedClasses,
    check_stated,
    classes_beside,
    drawn,
)
from segmenter.formats.patches import NOTHING, Patch
from segmenter.formats.polygon_fill import check_points, check_touches, leads_out
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.project.classes import UNLABELLED
from segmenter.wording import counted

IGNORED = "__ignore__"
"""labelme's label of pixels that don't count."""

_POLYGONS = ("polygon", "oriented_rectangle", "rotation")
_AREAS = (*_POLYGONS, "rectangle", "circle", "mask")


class LabelmeReader:
    def looks_like(self, source: Source) -> bool:
        return any(_is_labelme(source, name) for name in json_files(source)[:20])

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        names = NamedClasses(classes_beside(source))
        sides = sides_of(source)
        images, without_area = [], Counter[str]()
        # A class file beside it may know a class of that name.
        ids = {IGNORED: UNLABELLED} | {each.name: each.id for each in names.classes}
        # The folder of the images may hold more JSON than labelme's: a project of ours, say.
        every = json_files(source)
        files = [name for name in every if _is_labelme(source, name)] or every
        for file in files:
            document = read_json(source, file)
            for shape in document["shapes"]:
                kind = _kind(shape)
                if kind not in _AREAS:
                    without_area[kind] += 1
                    continue
                label = shape["label"]
                if label.text not in ids:
                    ids[label.text] = names.id_of(label.text, f"{label.file}, {label.place}")
            images.append((file, _image_of(document, file), _stated(document)))
        notes = [UNCOVERED_NOTE]
        if len(files) < len(every):
            others = counted(len(every) - len(files), "JSON file")
            notes.append(f"Passed over: {others} that labelme did not write.")
        notes += [
            f"{counted(number, 'shape')} of the kind “{kind}” were left out: they have no area."
            for kind, number in sorted(without_area.items())
        ]
        found, cut = [], CutOff()
        for file, name, stated in images:
            read = partial(_read, source, file, ids, partial(cut.add, name))
            side = sides.get(file.removesuffix(".json"))
            found.append(IncomingImage(name, read, size=stated, side=side))
        return Incoming(names.classes, tuple(found), notes=tuple(notes), found=cut.notes)


def _is_labelme(source: Source, name: str) -> bool:
    return begins_with(source, name, "{", ("shapes", "imagePath"))


def _kind(shape: Node) -> str:
    """Before labelme 3 all shapes were polygons, and none was told to be one."""
    return shape["shape_type"].text if shape.has("shape_type") else "polygon"


def _image_of(document: Node, file: str) -> str:
    """The image's name, relative to the source as far as it is inside of it."""
    path = document["imagePath"].text.replace("\\", "/")
    if path.startswith("/") or path[1:2] == ":":
        path = posixpath.basename(path)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    while joined.startswith("../"):
        joined = joined[3:]
    return joined


def _stated(document: Node) -> Size | None:
    if not document.has("imageHeight") or not document.has("imageWidth"):
        return None
    return document["imageHeight"].integer, document["imageWidth"].integer


def _read(
    source: Source, file: str, ids: dict[str, int], note_cut: Callable[[], None], size: Size
) -> Labels:
    document = read_json(source, file)
    stated = _stated(document)
    if stated is not None:
        check_stated(stated, size, document.file)
    shapes = [shape for shape in document["shapes"] if _kind(shape) in _AREAS]
    objects = ((ids[each["label"].text], _patch(each, size)) for each in shapes)
    return drawn(objects, size, note_cut)


def _patch(shape: Node, size: Size) -> Patch:
    kind = _kind(shape)
    points = np.array([_point(each) for each in shape["points"]], float).reshape(-1, 2)
    with placed(shape.file, f"{shape.place}.points"):
        check_points(points, size, least=3 if kind in _POLYGONS else 2)
    if kind == "mask":
        return _of_mask(shape, points, size)
    if kind == "circle":
        (x, y), (edge_x, edge_y) = points[:2].tolist()
        radius = math.hypot(edge_x - x, edge_y - y)
        points = np.array([(x - radius, y - radius), (x + radius, y + radius)])
    elif kind == "rectangle":
        # Two corners; X-AnyLabeling has all four.
        points = np.array([points.min(axis=0), points.max(axis=0)])
    with placed(shape.file, f"{shape.place}.points"):
        check_touches(points, size)
    return _filled(kind, points, size)


def _point(point: Node) -> tuple[float, float]:
    numbers = point.numbers
    if len(numbers) != 2:
        point.fail("is no point [x, y]")
    return numbers[0], numbers[1]


def _filled(kind: str, points: NDArray[np.float64], size: Size) -> Patch:
    """As ``labelme.utils.shape_to_mask`` does it, of the rectangle around the shape alone."""
    height, width = size
    left, top = np.maximum(np.floor(points.min(axis=0)), 0).astype(int).tolist()
    last = np.ceil(points.max(axis=0)).astype(int) + 1
    right, bottom = np.minimum(last, (width, height)).tolist()
    if right <= left or bottom <= top:
        return NOTHING
    canvas = Image.new("L", (right - left, bottom - top))
    pen = ImageDraw.Draw(canvas)
    corners = [(x - left, y - top) for x, y in points.tolist()]
    if kind == "circle":
        pen.ellipse(corners, outline=1, fill=1)
    elif kind == "rectangle":
        pen.rectangle(corners, outline=1, fill=1)
    else:
        pen.polygon(corners, outline=1, fill=1)
    return Patch(left, top, np.array(canvas) == 1, leads_out(points, size))


def _of_mask(shape: Node, points: NDArray[np.float64], size: Size) -> Patch:
    (left, top), (right, bottom) = np.trunc(points[:2]).astype(int).tolist()
    height, width = bottom + 1 - top, right + 1 - left
    if not (0 <= left <= right < size[1] and 0 <= top <= bottom < size[0]):
        shape["points"].fail("the mask's rectangle goes beyond the image")
    with placed(shape.file, f"{shape.place}.mask"):
        return Patch(left, top, _decoded(shape["mask"].text, height, width))


def _decoded(text: str, height: int, width: int) -> NDArray[np.bool_]:
    try:
        contents = base64.b64decode(text, validate=True)
        with Image.open(io.BytesIO(contents), formats=("PNG",)) as image:
            stated = image.size
            # A small file may claim to be a huge picture.
            pixels = np.array(image) if stated == (width, height) else np.empty((0, 0))
    except binascii.Error as error:
        raise DamagedError("is no base64") from error
    except Exception as error:  # whatever a damaged PNG makes the decoder raise
        raise DamagedError("is no PNG, or a damaged one") from error
    if stated != (width, height):
        raise DamagedError(
            f"is of {stated[0]} × {stated[1]} pixels, but its points say {width} × {height}"
        )
    if pixels.ndim != 2:
        raise DamagedError("is a PNG with colours")
    return pixels != 0
