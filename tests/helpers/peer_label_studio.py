"""Label Studio's own converter, of label-studio-sdk: brush labels to arrays, and images to brush
labels."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from label_studio_sdk.converter import Converter
from label_studio_sdk.converter.brush import image2annotation
from peer_answers import UNLABELLED, Labels, answer_requests, regions
from PIL import Image


def read(
    folder: Path, classes: Mapping[str, int], wishes: Mapping[str, Any]
) -> Mapping[str, Labels]:
    tasks = json.loads((folder / "tasks.json").read_text("utf-8"))
    stems, found = {}, {}
    for number, task in enumerate(tasks, start=1):
        # As its database does where tasks are imported.
        task["id"] = number
        for annotation in task["annotations"]:
            annotation |= {"id": number, "completed_by": 1}
        name = unquote(task["data"]["image"]).rpartition("images/")[2]
        stems[number] = name.rpartition(".")[0]
        with Image.open(folder / "images" / name) as image:
            found[stems[number]] = np.full(image.size[::-1], UNLABELLED, np.uint8)
    with tempfile.TemporaryDirectory() as name:
        numbered, out = Path(name) / "tasks.json", Path(name) / "out"
        numbered.write_text(json.dumps(tasks), "utf-8")
        out.mkdir()
        config = (folder / "labeling_config.xml").read_text("utf-8")
        Converter(config, str(folder)).convert(
            str(numbered), str(out), "BRUSH_TO_NUMPY", is_dir=False
        )
        for file in sorted(out.iterdir()):
            parts = re.fullmatch(r"task-(\d+)-annotation-\d+-by-1-label-(.+)-\d+\.npy", file.name)
            assert parts, file.name
            labels, region = found[stems[int(parts[1])]], np.load(file) > 0
            assert (labels[region] == UNLABELLED).all()
            labels[region] = classes[parts[2]]
    return found


def write(
    folder: Path, maps: Mapping[str, Labels], classes: Mapping[str, int], wishes: Mapping[str, Any]
) -> None:
    """What an export as JSON holds."""
    tasks = []
    for number, (stem, labels) in enumerate(maps.items(), start=1):
        results = []
        for name, region in regions(labels, classes):
            file = folder / "region.png"
            Image.fromarray(np.where(region, 255, 0).astype(np.uint8)).save(file)
            results += image2annotation(str(file), name, "label", "image")["result"]
            file.unlink()
        image = f"/data/upload/1/0a1b2c3d-{stem}.png"
        annotation = {"id": number, "result": results, "was_cancelled": False}
        tasks.append({"id": number, "data": {"image": image}, "annotations": [annotation]})
    (folder / "export.json").write_text(json.dumps(tasks), "utf-8")


if __name__ == "__main__":
    answer_requests(read, write)
