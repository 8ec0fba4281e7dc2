"""labelme's JSON: one file beside each image.

::

    classes.csv             ids and colours, which labelme does not know
    labels.txt              for ``labelme --labels labels.txt``
    dogs/rex.jpg
    dogs/rex.json
    train.txt, val.txt      where lists were asked for

A shape is a connected region: a polygon with its holes joined to it (``labelme``), through the
centres of the outermost pixels, since labelme fills it with the line included; or a mask
(``labelme-masks``). With one object a class, the shapes of a class share their ``group_id``.
"""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
from PIL import Image

from segmenter.formats.class_file import CLASS_FILE, as_csv
from segmenter.formats.dataset import Labelled
from segmenter.formats.file_writing import write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.labelme_reading import LabelmeReader
from segmenter.formats.lists import SideLists, as_lines
from segmenter.formats.outlines import center_outline
from segmenter.formats.patches import Patch, connected_patches
from segmenter.formats.writer import FolderWriting

VERSION = "6.3.1"
"""The labelme whose files these are like."""


class _Writing(FolderWriting):
    masks = False

    def __post_init__(self) -> None:
        self._names = {each.id: each.name for each in self.classes}
        self._lists = SideLists()

    def add(self, item: Labelled) -> None:
        image = place_image(item, self.folder, item.stem, self.options.images, self.note)
        height, width = item.size
        document: dict[str, Any] = {
            "version": VERSION,
            "flags": {},
            "shapes": [
                self._shape(class_id, patch) for class_id, patch in connected_patches(item.labels)
            ],
            "imagePath": image.rsplit("/", 1)[-1],
            "imageData": None,
            "imageHeight": height,
            "imageWidth": width,
        }
        text = json.dumps(document, ensure_ascii=False, indent=1)
        write_text(self.folder / f"{item.stem}.json", text)
        self._lists.add(item.side, item.stem)

    def finish(self) -> None:
        write_text(self.folder / CLASS_FILE, as_csv(self.classes))
        names = [each.name for each in self.classes]
        write_text(self.folder / "labels.txt", as_lines(names))
        self._lists.write(self.folder)

    def _shape(self, class_id: int, patch: Patch) -> dict[str, Any]:
        return {
            "label": self._names[class_id],
            "points": _box(patch) if self.masks else _outline(patch),
            "group_id": None if self.options.separate else class_id,
            "description": "",
            "shape_type": "mask" if self.masks else "polygon",
            "flags": {},
            "mask": _as_png(patch) if self.masks else None,
        }


def _outline(patch: Patch) -> list[list[float]]:
    points = center_outline(patch.region) + np.array((patch.left, patch.top))
    found: list[list[float]] = points.astype(float).tolist()
    # labelme takes no polygon of fewer than three points.
    return found + found[-1:] * (3 - len(found))


def _box(patch: Patch) -> list[list[float]]:
    """The first and the last pixel."""
    right, bottom = patch.left + patch.width - 1, patch.top + patch.height - 1
    return [[float(patch.left), float(patch.top)], [float(right), float(bottom)]]


def _as_png(patch: Patch) -> str:
    buffer = io.BytesIO()
    Image.fromarray(patch.region.astype(np.uint8)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


class _MaskWriting(_Writing):
    masks = True


FORMATS = (
    Format(
        key="labelme",
        title="labelme",
        summary="a JSON file of polygons beside each image, to be edited in labelme",
        is_exact=True,
        writer=_Writing,
        reader=LabelmeReader(),
        has_objects=True,
    ),
    Format(
        key="labelme-masks",
        title="labelme masks",
        summary="labelme's JSON with masks in place of polygons (labelme 5.3 and newer)",
        is_exact=True,
        writer=_MaskWriting,
        reader=LabelmeReader(),
        has_objects=True,
    ),
)
