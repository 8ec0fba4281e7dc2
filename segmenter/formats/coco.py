"""COCO's instances, as pycocotools, Detectron2, MMDetection, FiftyOne and CVAT read them.

::

    annotations/instances_default.json     or instances_train.json and instances_val.json
    images/dogs/rex.jpg

An object is a connected region, as compressed run lengths (``coco``) or as one polygon whose holes
are joined to its outline (``coco-polygons``); pycocotools makes the very pixels of both. A class's
id is its category's.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from segmenter.formats.coco_reading import CocoReader
from segmenter.formats.dataset import (
    Labelled,
    Size,
)
from segmenter.formats.file_writing import write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.lists import LIST_OF
from segmenter.formats.objects import note_background, objects_of
from segmenter.formats.outlines import border_outline
from segmenter.formats.patches import Patch, connected_parts
from segmenter.formats.run_lengths import column_counts, packed
from segmenter.formats.writer import FolderWriting

IMAGES = "images"
ANNOTATIONS = "annotations"
DEFAULT_LIST = "default"


class _File:
    """One JSON file on its way out."""

    def __init__(self) -> None:
        self.images: list[str] = []
        self.annotations: list[str] = []


class _Writing(FolderWriting):
    polygons = False

    def __post_init__(self) -> None:
        self._files: dict[str, _File] = {}

    def add(self, item: Labelled) -> None:
        name = place_image(item, self.folder / IMAGES, item.stem, self.options.images, self.note)
        list_name = DEFAULT_LIST if item.side is None else LIST_OF[item.side]
        file = self._files.setdefault(list_name, _File())
        height, width = item.size
        image_id = len(file.images) + 1
        file.images.append(
            _compact({"id": image_id, "file_name": name, "width": width, "height": height})
        )
        for class_id, patch in objects_of(item, self.options):
            annotation = {
                "id": len(file.annotations) + 1,
                "image_id": image_id,
                "category_id": class_id,
                "bbox": [patch.left, patch.top, patch.width, patch.height],
                "area": patch.area,
                "iscrowd": 0,
                "segmentation": self._segmentation(patch, item.size),
            }
            file.annotations.append(_compact(annotation))

    def finish(self) -> None:
        note_background(self.classes, self.note)
        for each in self.classes:
            if each.id == 0:
                self.note(
                    f"The class “{each.name}” keeps its id 0; some programs that read COCO's "
                    "format count from 1 on and overlook it."
                )
        head = {"description": "Exported by Maskwright"}
        categories = [
            {"id": each.id, "name": each.name, "supercategory": "", "color": list(each.color)}
            for each in self.classes
        ]
        for name, file in (self._files or {DEFAULT_LIST: _File()}).items():
            parts = (
                f'"info":{_compact(head)}',
                '"licenses":[]',
                f'"categories":{_compact(categories)}',
                '"images":[\n' + ",\n".join(file.images) + "\n]",
                '"annotations":[\n' + ",\n".join(file.annotations) + "\n]",
            )
            path = self.folder / ANNOTATIONS / f"instances_{name}.json"
            write_text(path, "{" + ",\n".join(parts) + "}\n")

    def _segmentation(self, patch: Patch, size: Size) -> list[list[int]] | dict[str, Any]:
        if not self.polygons:
            counts = packed(column_counts(patch, size))
            return {"size": list(size), "counts": counts}
        return [
            (border_outline(part.region) + np.array((part.left, part.top))).reshape(-1).tolist()
            for part in connected_parts(patch)
        ]


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class _PolygonWriting(_Writing):
    polygons = True


FORMATS = (
    Format(
        key="coco",
        title="COCO",
        summary="instances as run lengths in one JSON file; read by most training programs",
        is_exact=True,
        writer=_Writing,
        reader=CocoReader(),
        has_objects=True,
    ),
    Format(
        key="coco-polygons",
        title="COCO polygons",
        summary="COCO with polygons for programs that know no run lengths, or to edit them",
        is_exact=True,
        writer=_PolygonWriting,
        reader=CocoReader(),
        has_objects=True,
    ),
)
