"""Reading Label Studio's JSON: brush labels, polygons, rectangles and ellipses of image tasks.

Of a task the newest annotation that was not cancelled counts, or else the newest prediction.
Coordinates there are per cent of width and height. Regions are drawn in their order.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from segmenter.formats.brush_run_lengths import patch_of_brush
from segmenter.formats.cut_off import CutOff
from segmenter.formats.damaged import placed
from segmenter.formats.dataset import Incoming, IncomingImage, Labels, Size
from segmenter.formats.json_node import Node, read_json
from segmenter.formats.json_sniffing import begins_with, json_files, side_by_name
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
from segmenter.formats.source import Source
from segmenter.wording import counted

_IMAGES = "images/"
"""Where an export has the images; a class file beside the tasks tells one."""
LOCAL_FILES = "/data/local-files/?d="

_KINDS = ("brushlabels", "polygonlabels", "rectanglelabels", "ellipselabels")
_UPLOAD_MARK = re.compile(r"^[0-9a-f]{8}-")
"""What Label Studio puts before the name of an uploaded file."""
_ELLIPSE_POINTS = 180

_Region = tuple[str, Node]
"""The name of its class, and the result."""


class LabelStudioReader:
    def looks_like(self, source: Source) -> bool:
        return any(_is_label_studio(source, name) for name in json_files(source)[:20])

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        ours = classes_beside(source)
        names = NamedClasses(ours)
        left_out = Counter[str]()
        tasks = []
        files = [name for name in json_files(source) if _is_label_studio(source, name)]
        for file in files or json_files(source):
            side = side_by_name(posixpath.basename(file))
            for task in read_json(source, file):
                source.cancel.check()
                regions = []
                for result in _results(task):
                    kind = str(result.find("type").value)
                    # "labels" is what <Brush> and <Labels> write together, also of polygons.
                    is_brush = kind == "labels" and result["value"].has("rle")
                    if kind not in _KINDS and not is_brush:
                        left_out[kind] += 1
                        continue
                    label = _label(result, kind)
                    names.id_of(label.text, f"{label.file}, {label.place}")
                    regions.append((label.text, result))
                name = _image_of(task)
                tasks.append(
                    (name.removeprefix(_IMAGES) if ours else name, _stated(regions), side, regions)
                )
        ids = {each.name: each.id for each in names.classes}
        cut = CutOff()
        images = tuple(
            IncomingImage(name, partial(_read, regions, ids, partial(cut.add, name)), stated, side)
            for name, stated, side, regions in tasks
        )
        notes = [UNCOVERED_NOTE]
        notes += [
            f"{counted(number, 'result')} of the kind “{kind}” were left out: no pixels are known."
            for kind, number in sorted(left_out.items())
        ]
        written = _alone if ours else _served
        return Incoming(names.classes, images, notes=tuple(notes), found=cut.notes, written=written)


def _alone(stem: str) -> str:
    return stem


def _served(stem: str) -> str:
    """Where an export has the image, also when it comes back from Label Studio."""
    return f"{_IMAGES}{stem}"


def _is_label_studio(source: Source, name: str) -> bool:
    return begins_with(source, name, "[", ("data", "annotations"))


def _results(task: Node) -> list[Node]:
    for key in ("annotations", "completions", "predictions"):
        found = list(task[key]) if task.has(key) else []
        valid = [each for each in found if not each.find("was_cancelled").value]
        if valid:
            return list(valid[-1]["result"])
    return []


def _label(result: Node, kind: str) -> Node:
    labels = list(result["value"][kind])
    if not labels:
        result["value"][kind].fail("a region has no label")
    return labels[0]


def _image_of(task: Node) -> str:
    """The image's path as well as a task tells it: the value in ``data`` that names a file."""
    data = task["data"]
    if not isinstance(data.value, dict):
        data.fail("is no object {…}")
    texts = [value for value in data.value.values() if isinstance(value, str)]
    named = [text for text in texts if "." in posixpath.basename(_path(text))]
    if "image" in data.value and isinstance(data.value["image"], str):
        named.insert(0, data.value["image"])
    if not named:
        data.fail("no image is named")
    path = _path(named[0])
    folder, last = posixpath.split(path)
    is_upload = folder.startswith("data/upload")
    return _UPLOAD_MARK.sub("", last) if is_upload else path


def _path(address: str) -> str:
    """``/data/local-files/?d=a/b.jpg`` → ``a/b.jpg``; ``s3://bucket/a/b.jpg`` → ``a/b.jpg``."""
    try:
        parts = urlsplit(address.replace("\\", "/"))
    except ValueError:
        return address
    local = parse_qs(parts.query).get("d", [])
    path = local[0] if local else unquote(parts.path)
    return path.lstrip("/")


def _stated(regions: list[_Region]) -> Size | None:
    for _, result in regions:
        if result.has("original_height") and result.has("original_width"):
            return result["original_height"].integer, result["original_width"].integer
    return None


def _read(
    regions: list[_Region], ids: dict[str, int], note_cut: Callable[[], None], size: Size
) -> Labels:
    objects = ((ids[name], _patch(result, size)) for name, result in regions)
    return drawn(objects, size, note_cut)


def _patch(result: Node, size: Size) -> Patch:
    stated = result["original_height"].integer, result["original_width"].integer
    check_stated(stated, size, f"{result.file}, {result.place}")
    if result.find("image_rotation").value:
        result["image_rotation"].fail("the image was turned in Label Studio; turn it back there")
    value = result["value"]
    if result["type"].text in ("brushlabels", "labels"):
        rle = value["rle"]
        with placed(rle.file, rle.place):
            return patch_of_brush(rle.integers, size)
    corners = _corners(result["type"].text, value) * (size[1] / 100, size[0] / 100)
    with placed(value.file, value.place):
        return filled(corners, size)


def _corners(kind: str, value: Node) -> NDArray[np.float64]:
    """In per cent."""
    if kind == "polygonlabels":
        points = [point.numbers for point in value["points"]]
        if any(len(point) != 2 for point in points):
            value["points"].fail("a point is no pair [x, y]")
        return np.array(points, float).reshape(-1, 2)
    if value.find("rotation").value:
        value["rotation"].fail("turned rectangles and ellipses can't be read; draw a polygon")
    x, y = value["x"].number, value["y"].number
    if kind == "rectanglelabels":
        right, bottom = x + value["width"].number, y + value["height"].number
        return np.array([(x, y), (right, y), (right, bottom), (x, bottom)])
    angle = np.linspace(0, 2 * np.pi, _ELLIPSE_POINTS, endpoint=False)
    radii = np.array((value["radiusX"].number, value["radiusY"].number))
    return (x, y) + radii * np.stack((np.cos(angle), np.sin(angle)), axis=1)
