"""What leads out of an image is cut off, and a note says so."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segmenter.formats.importing import Import
from segmenter.project.project import Project


def coco(points: list[float]) -> str:
    return json.dumps(
        {
            "images": [{"id": 1, "file_name": "a.png", "width": 8, "height": 6}],
            "categories": [{"id": 1, "name": "cat"}],
            "annotations": [{"image_id": 1, "category_id": 1, "segmentation": [points]}],
        }
    )


def labelme(points: list[float]) -> str:
    pairs = np.reshape(points, (-1, 2)).tolist()
    shape = {"label": "cat", "shape_type": "polygon", "points": pairs}
    return json.dumps({"imagePath": "a.png", "imageWidth": 8, "imageHeight": 6, "shapes": [shape]})


def label_studio(points: list[float]) -> str:
    pairs = (np.reshape(points, (-1, 2)) / (8, 6) * 100).tolist()
    value = {"points": pairs, "polygonlabels": ["cat"]}
    size = {"original_width": 8, "original_height": 6}
    result = {"type": "polygonlabels", **size, "value": value}
    return json.dumps([{"data": {"image": "a.png"}, "annotations": [{"result": [result]}]}])


def cvat(points: list[float]) -> str:
    pairs = ";".join(f"{x},{y}" for x, y in np.reshape(points, (-1, 2)).tolist())
    return (
        '<annotations><image name="a.png" width="8" height="6">'
        f'<polygon label="cat" points="{pairs}"/></image></annotations>'
    )


@pytest.mark.parametrize("kind", [coco, labelme, label_studio, cvat])
def test_outlines_that_lead_out_are_told(tmp_path: Path, kind: object) -> None:
    assert callable(kind)
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", (8, 6)).save(folder / "a.png")
    file = tmp_path / ("labels.xml" if kind is cvat else "labels.json")
    with Project.open(folder) as project:
        project.scan()
        for points, is_told in (
            ([1.0, 1, 8, 1, 8, 6, 1, 6.5], False),
            ([1.0, 1, 30, 1, 30, 5, 1, 5], True),
        ):
            file.write_text(kind(points), "utf-8")
            with Import.open(file) as opened:
                for _ in range(2):  # the second look says the same
                    plan = opened.plan(project)
            assert len(plan.matches) == 1
            assert not plan.unreadable
            told = [note for note in plan.notes if "cut off" in note]
            expected = ["Outlines lead out of 1 image; what lies outside is cut off."]
            assert told == (expected if is_told else [])
