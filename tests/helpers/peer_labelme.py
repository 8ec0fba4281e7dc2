"""labelme's own library: its label files, and the masks that it makes of their shapes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from labelme._label_file import LabelFile
from labelme.utils import img_arr_to_b64, shapes_to_label
from peer_answers import UNLABELLED, Labels, answer_requests, regions
from PIL import Image


def read(
    folder: Path, classes: Mapping[str, int], wishes: Mapping[str, Any]
) -> Mapping[str, Labels]:
    # 0 is what labelme leaves where no shape is.
    values = {name: id + 1 for name, id in classes.items()}
    found = {}
    for file in sorted(folder.rglob("*.json")):
        opened = LabelFile(str(file))
        with Image.open(file.parent / str(opened.image_path)) as image:
            width, height = image.size
        labels, _ = shapes_to_label((height, width, 3), opened.shapes, values)
        stem = file.relative_to(folder).with_suffix("").as_posix()
        found[stem] = np.where(labels == 0, UNLABELLED, labels - 1).astype(np.uint8)
    return found


def write(
    folder: Path, maps: Mapping[str, Labels], classes: Mapping[str, int], wishes: Mapping[str, Any]
) -> None:
    """``shapes``: as drawn there, for every image; otherwise each class is a mask."""
    for stem, labels in maps.items():
        height, width = labels.shape
        Image.new("RGB", (width, height)).save(folder / f"{stem}.png")
        drawn = wishes.get("shapes") or [
            _mask(name, region) for name, region in regions(labels, classes)
        ]
        shapes = [{"flags": {}, "group_id": None, "description": ""} | each for each in drawn]
        LabelFile().save(str(folder / f"{stem}.json"), shapes, f"{stem}.png", height, width)


def _mask(name: str, region: Any) -> dict[str, Any]:
    ys, xs = np.nonzero(region)
    left, top, right, bottom = (int(n) for n in (xs.min(), ys.min(), xs.max(), ys.max()))
    inside = region[top : bottom + 1, left : right + 1]
    return {
        "label": name,
        "shape_type": "mask",
        "points": [[left, top], [right, bottom]],
        "mask": img_arr_to_b64(inside.astype(np.uint8)),
    }


if __name__ == "__main__":
    answer_requests(read, write)
