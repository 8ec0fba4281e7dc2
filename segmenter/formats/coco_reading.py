"""Reading COCO's JSON as many programs write it: run lengths packed or not, polygons, crowds.

Objects without pixels are counted and left out; a category or image that is not there is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from segmenter.cancel import CancelToken
from segmenter.formats.cut_off import CutOff
from segmenter.formats.damaged import placed
from segmenter.formats.dataset import Classes, Incoming, IncomingImage, Labels, Size
from segmenter.formats.json_node import Node, read_json
from segmenter.formats.json_sniffing import begins_with, json_files, side_by_name
from segmenter.formats.listed_color import listed_color
from segmenter.formats.objects import UNCOVERED_NOTE, check_stated, drawn
from segmenter.formats.patches import Patch, united
from segmenter.formats.polygon_fill import filled
from segmenter.formats.reader import ReadOptions
from segmenter.formats.run_lengths import patch_of_columns, unpacked
from segmenter.formats.source import Source
from segmenter.project.classes import MAX_CLASS_ID, LabelClass, default_color
from segmenter.project.state import Side
from segmenter.wording import counted


class CocoReader:
    def looks_like(self, source: Source) -> bool:
        return any(_is_coco(source, name) for name in json_files(source))

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        names = [name for name in json_files(source) if _is_coco(source, name)]
        # COCO's own folder has the same images also with captions and with key points.
        names = [name for name in names if "instances" in name.rsplit("/", 1)[-1]] or names
        if not names:
            names = json_files(source)
        documents = [read_json(source, name) for name in names]
        ids = _class_ids(documents)
        classes = _classes(documents, ids)
        images: list[IncomingImage] = []
        boxes, cut = 0, CutOff()
        for name, document in zip(names, documents, strict=True):
            found, without_pixels = _images(document, ids, side_by_name(name), cut, source.cancel)
            images += found
            boxes += without_pixels
        notes = [UNCOVERED_NOTE]
        if boxes:
            notes.append(f"{counted(boxes, 'object')} with a box alone were left out.")
        return Incoming(classes, tuple(images), notes=tuple(notes), found=cut.notes)


def _is_coco(source: Source, name: str) -> bool:
    return begins_with(source, name, "{", ("categories", "annotations", "images", "licenses"))


def _class_ids(documents: list[Node]) -> dict[int, int]:
    """Category → class: its own id, unless there are ids beyond 254."""
    categories = sorted({each["id"].integer for d in documents for each in d["categories"]})
    if categories and categories[0] >= 0 and categories[-1] <= MAX_CLASS_ID:
        return {id: id for id in categories}
    if len(categories) > MAX_CLASS_ID + 1:
        documents[0]["categories"].fail(
            f"has {len(categories):,} categories, but there can be {MAX_CLASS_ID + 1} classes"
        )
    return {id: index for index, id in enumerate(categories)}


def _classes(documents: list[Node], ids: Mapping[int, int]) -> Classes:
    found: dict[int, LabelClass] = {}
    for document in documents:
        for each in document["categories"]:
            id, name = ids[each["id"].integer], each["name"].text
            if not name.strip():
                each["name"].fail("is empty")
            known = found.get(id)
            if known is not None and known.name != name:
                each.fail(f"its id is that of “{known.name}” too")
            color = listed_color(each.find("color").value) or default_color(id, name)
            found[id] = LabelClass(id, name, color)
    return tuple(found[id] for id in sorted(found))


def _images(
    document: Node,
    ids: Mapping[int, int],
    side: Side | None,
    cut: CutOff,
    cancel: CancelToken,
) -> tuple[list[IncomingImage], int]:
    """The images of a file, and how many objects have no pixels."""
    objects: dict[int, list[tuple[int, Node]]] = {}
    images: dict[int, Node] = {}
    for image in document["images"]:
        id = image["id"].integer
        if id in images:
            image["id"].fail(f"the id {id} is that of an earlier image too")
        images[id], objects[id] = image, []
    boxes = 0
    for each in document["annotations"]:
        cancel.check()
        image_id, category = each["image_id"].integer, each["category_id"].integer
        if image_id not in objects:
            each["image_id"].fail(f"there is no image {image_id}")
        if category not in ids:
            each["category_id"].fail(f"there is no category {category}")
        if each.find("segmentation").value:
            objects[image_id].append((ids[category], each))
        else:
            boxes += 1
    found = []
    for id, image in images.items():
        stated = image["height"].integer, image["width"].integer
        name = image["file_name"].text.replace("\\", "/")
        read = partial(_read, image, objects[id], stated, partial(cut.add, name))
        found.append(IncomingImage(name, read, size=stated, side=side))
    return found, boxes


def _read(
    image: Node,
    objects: list[tuple[int, Node]],
    stated: Size,
    note_cut: Callable[[], None],
    size: Size,
) -> Labels:
    check_stated(stated, size, f"{image.file}, {image.place}")
    patches = [
        (bool(each.find("iscrowd").value), class_id, _decoded(each["segmentation"], size))
        for class_id, each in objects
    ]
    # COCO has no order: what is small lies on top, groups that nobody told apart below.
    patches.sort(key=lambda found: (not found[0], -found[2].area))
    return drawn(((class_id, patch) for _, class_id, patch in patches), size, note_cut)


def _decoded(segmentation: Node, size: Size) -> Patch:
    if isinstance(segmentation.value, dict):
        with placed(segmentation.file, segmentation.place):
            return _of_run_lengths(segmentation, size)
    patches = []
    for polygon in _polygons(segmentation):
        numbers = polygon.numbers
        if len(numbers) % 2:
            polygon.fail("has an odd number of coordinates")
        with placed(polygon.file, polygon.place):
            patches.append(filled(np.array(numbers, float).reshape(-1, 2), size))
    return united(patches)


def _polygons(segmentation: Node) -> Iterator[Node]:
    """Also of one polygon that is not in a list of them, as some programs write it."""
    first = next(iter(segmentation), None)
    if first is not None and not isinstance(first.value, list):
        yield segmentation
    else:
        yield from segmentation


def _of_run_lengths(segmentation: Node, size: Size) -> Patch:
    height, width = size
    stated = segmentation["size"].integers
    if stated != [height, width]:
        segmentation["size"].fail(f"is not that of the image, [{height}, {width}]")
    counts = segmentation["counts"]
    lengths = unpacked(counts.value) if isinstance(counts.value, str) else counts.integers
    return patch_of_columns(lengths, size)
