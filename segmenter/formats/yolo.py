"""YOLO's segmentation labels, as ultralytics reads them.

::

    data.yaml
    images/dogs/rex.jpg      labels/dogs/rex.txt        or, with lists, under train/ and val/

A line of a label file is an object: the number of its class and its outline, relative to width and
height. The outline goes through the centres of the outermost pixels, since ultralytics fills it
with the line included (``cv2.fillPoly``); holes are joined to it. Classes are numbered from 0 on
without gaps; ``data.yaml`` also says which ids they have here.
"""

from __future__ import annotations

import json

import numpy as np

from segmenter.formats.dataset import Labelled
from segmenter.formats.file_writing import write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.lists import LIST_OF
from segmenter.formats.objects import note_background
from segmenter.formats.outlines import center_outline
from segmenter.formats.patches import Patch, connected_patches
from segmenter.formats.writer import FolderWriting
from segmenter.formats.yolo_reading import (
    COLORS_KEY,
    DATA_FILE,
    IDS_KEY,
    IMAGES,
    LABELS,
    YoloReader,
)


class _Writing(FolderWriting):
    def __post_init__(self) -> None:
        self._number = {each.id: number for number, each in enumerate(self.classes)}
        self._sides: set[str] = set()

    def add(self, item: Labelled) -> None:
        side = "" if item.side is None else LIST_OF[item.side]
        images, labels = self.folder / IMAGES / side, self.folder / LABELS / side
        place_image(item, images, item.stem, self.options.images, self.note)
        lines = [
            f"{self._number[class_id]} {_relative(patch, *item.size)}\n"
            for class_id, patch in connected_patches(item.labels)
        ]
        write_text(labels / f"{item.stem}.txt", "".join(lines))
        if side:
            self._sides.add(side)

    def finish(self) -> None:
        note_background(self.classes, self.note)
        if not self.options.separate:
            self.note("YOLO has one outline an object, so each connected region is one of its own.")
        moved = [f"{each.id} → {n}" for n, each in enumerate(self.classes) if each.id != n]
        if moved:
            self.note(
                "YOLO numbers classes from 0 without gaps, so their numbers there differ from "
                f"their ids ({', '.join(moved)}); {DATA_FILE} has the ids, for the way back."
            )
        if not self._sides:
            self.note(
                f"Without lists, {DATA_FILE} names the same images for training and validation."
            )
        write_text(self.folder / DATA_FILE, self._data())

    def _data(self) -> str:
        lines = ["# Exported by Maskwright."]
        for key in LIST_OF.values():
            # Ultralytics wants both; paths are relative to this file.
            lines.append(f"{key}: {f'{IMAGES}/{key}' if key in self._sides else IMAGES}")
        lines += [f"nc: {len(self.classes)}", "names:"]
        lines += [f"  {n}: {_quoted(each.name)}" for n, each in enumerate(self.classes)]
        lines.append(f"{IDS_KEY}: {json.dumps([each.id for each in self.classes])}")
        lines.append(f"{COLORS_KEY}: {json.dumps([list(each.color) for each in self.classes])}")
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text in JSON is one in YAML too, but for characters that YAML takes for line breaks or
    allows in no file."""
    return "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"
        for c in json.dumps(text, ensure_ascii=False)
    )


def _relative(patch: Patch, height: int, width: int) -> str:
    points = center_outline(patch.region) + np.array((patch.left, patch.top))
    # Three points are the least that is taken for an outline.
    points = np.concatenate((points, np.repeat(points[-1:], max(0, 3 - len(points)), axis=0)))
    numbers = ((points + 0.5) / (width, height)).reshape(-1)
    return " ".join(f"{number:.6f}" for number in numbers.tolist())


FORMAT = Format(
    key="yolo",
    title="YOLO segmentation",
    summary="a text file of outlines an image, with data.yaml; read by ultralytics",
    is_exact=True,
    writer=_Writing,
    reader=YoloReader(),
    has_objects=True,
)
