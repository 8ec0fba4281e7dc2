"""Label Studio: its brush labels come back, and its other regions are read."""

from __future__ import annotations

import json
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from format_trips import BRIEF, Labels, classes_of, labelled_maps, read, trip, write
from hypothesis import given

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import Classes, ExportOptions, ImageFiles, Labelled
from segmenter.formats.label_studio import FORMAT
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.project.state import Side, State

RINGS = np.array([[3, 3, 3, 255], [3, 7, 3, 254], [3, 3, 3, 255], [255, 255, 255, 3]], np.uint8)
CLASSES = classes_of([3, 7, 254])
OF_THE_SDK = [
    0, 0, 0, 48, 57, 27, 252, 96, 19, 255, 206, 1, 111, 254, 248, 0
]  # fmt: skip
"""What label_studio_sdk 2.1.2 makes of the pixels (1, 0), (2, 0), (1, 1), (2, 1), (3, 1) of an
image of 4 × 3."""


@given(labelled_maps())
@BRIEF
def test_every_map_comes_back(case: tuple[Classes, Labels]) -> None:
    classes, labels = case
    with tempfile.TemporaryDirectory() as folder:
        back = (
            trip(FORMAT, Path(folder) / "out", classes, labels) if (labels != 255).any() else None
        )
    if back is not None:
        assert back[0] == classes
        np.testing.assert_array_equal(back[1], labels)


def test_tasks_fit_the_labelling_interface(tmp_path: Path) -> None:
    sides = {"x/ä b.png": Side.TRAINING, "b.png": Side.VALIDATION}
    out = tmp_path / "out"
    write(FORMAT, out, dict.fromkeys(sides, RINGS), CLASSES, ExportOptions(), sides=sides)
    assert {p.relative_to(out).as_posix() for p in out.rglob("*.*")} == {
        *("images/x/ä b.png", "images/b.png", "train.json", "val.json"),
        *("labeling_config.xml", "classes.csv"),
    }
    view = ET.parse(out / "labeling_config.xml").getroot()
    brush = view.find("BrushLabels")
    image = view.find("Image")
    assert brush is not None
    assert image is not None
    (task,) = json.loads((out / "train.json").read_text("utf-8"))
    assert task["data"] == {"image": "/data/local-files/?d=images/x/%C3%A4%20b.png"}
    assert image.attrib["value"] == "$image"
    known = {label.attrib["value"] for label in brush}
    for result in task["annotations"][0]["result"]:
        assert (result["from_name"], result["to_name"]) == (
            brush.attrib["name"],
            brush.attrib["toName"],
        )
        assert set(result["value"]["brushlabels"]) <= known
        assert (result["original_height"], result["original_width"]) == RINGS.shape
    ids = [result["id"] for result in task["annotations"][0]["result"]]
    assert len(set(ids)) == len(ids)
    incoming, _ = read(FORMAT, out)
    assert {each.name: each.side for each in incoming.images} == {
        "x/ä b.png": Side.TRAINING,
        "b.png": Side.VALIDATION,
    }


def test_what_a_model_predicted_is_a_prediction(tmp_path: Path) -> None:
    assert FORMAT.writer is not None
    options = ExportOptions(images=ImageFiles.NONE)
    writing = FORMAT.writer(tmp_path, CLASSES, options, lambda note: None)
    image = tmp_path / "a.png"
    writing.add(Labelled("a.png", "a", image, State.PREDICTED, None, RINGS))
    writing.finish()
    (task,) = json.loads((tmp_path / "tasks.json").read_text("utf-8"))
    assert "annotations" not in task
    _, found = read(FORMAT, tmp_path)
    np.testing.assert_array_equal(found["a.png"], RINGS)


def result(kind: str, label: str = "cat", **value: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "original_width": 4,
        "original_height": 3,
        "image_rotation": 0,
        "value": {**value, kind: [label]},
    }


def task(*results: dict[str, Any], image: str = "/data/upload/3/0a1b2c3d-a.jpg") -> dict[str, Any]:
    return {
        "id": 7,
        "data": {"image": image},
        "annotations": [
            {"result": [result("brushlabels")], "was_cancelled": True},
            {"result": list(results), "was_cancelled": False},
        ],
    }


def opened(tmp_path: Path, content: Any) -> list[str]:
    """Rows of pixels: ``#`` the first class, ``d`` the second one."""
    file = tmp_path / "project.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    assert FORMAT.reader is not None
    with Source(file) as source:
        (image,) = FORMAT.reader.open(source, ReadOptions()).images
        assert image.name == "a.jpg"
        signs = {255: ".", 0: "#", 1: "d"}
        return ["".join(signs[value] for value in row) for row in image.read((3, 4)).tolist()]


WHOLE: dict[str, Any] = {"x": 0, "y": 0, "width": 100, "height": 100}


@pytest.mark.parametrize(
    ("results", "pixels"),
    [
        ([result("brushlabels", format="rle", rle=OF_THE_SDK)], [".##.", ".###", "...."]),
        ([result("labels", format="rle", rle=OF_THE_SDK)], [".##.", ".###", "...."]),
        (
            [result("polygonlabels", points=[[0, 0], [50, 0], [50, 34], [0, 34]])],
            ["##..", "....", "...."],
        ),
        ([result("rectanglelabels", x=50, y=0, width=50, height=67)], ["..##", "..##", "...."]),
        ([result("ellipselabels", x=50, y=50, radiusX=25, radiusY=60)], [".##."] * 3),
        (
            [
                result("rectanglelabels", **WHOLE),
                result("rectanglelabels", "dog", **(WHOLE | {"width": 25})),
            ],
            ["d###"] * 3,
        ),
        ([{"type": "choices", "value": {"choices": ["good"]}}], ["...."] * 3),
    ],
)
def test_each_kind_of_region_is_drawn(
    tmp_path: Path, results: list[dict[str, Any]], pixels: list[str]
) -> None:
    assert opened(tmp_path, [task(*results)]) == pixels


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/data/local-files/?d=photos/x%20y.jpg", "photos/x y.jpg"),
        ("s3://bucket/photos/a.jpg", "photos/a.jpg"),
        ("https://example.com/photos/a.jpg?token=1", "photos/a.jpg"),
        ("/data/upload/12/0123abcd-rex.jpg", "rex.jpg"),
    ],
)
def test_images_are_named_as_their_addresses_end(tmp_path: Path, address: str, name: str) -> None:
    (tmp_path / "p.json").write_text(json.dumps([task(image=address)]))
    incoming, _ = read(FORMAT, tmp_path / "p.json", {name: (3, 4)})
    assert [each.name for each in incoming.images] == [name]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (json.dumps([task()])[:-5], "this is no JSON"),
        ([{"annotations": []}], r"\[0\]: “data” is missing"),
        ([{"data": {"text": "x"}}], r"\[0\].data: no image is named"),
        ([task(result("brushlabels", rle=OF_THE_SDK[:9]))], r"value.rle: its run lengths are cut"),
        ([task(result("brushlabels", rle=[1, 300]))], "no list of bytes"),
        ([task(result("brushlabels"))], "“rle” is missing"),
        ([task(result("brushlabels", rle=OF_THE_SDK) | {"original_width": 9})], "of 9 × 3 pixels"),
        ([task(result("brushlabels", rle=OF_THE_SDK) | {"image_rotation": 90})], "was turned"),
        ([task(result("polygonlabels", points=[[0, 0], [1, 1]]))], "value: it needs at least 3"),
        (
            [task(result("polygonlabels", points=[[150, 0], [160, 0], [160, 9]]))],
            "value: it lies outside of its image of 4 × 3",
        ),
        ([task(result("rectanglelabels", x=0, y=0, width=1))], "“height” is missing"),
        ([task(result("rectanglelabels", label="", **WHOLE))], r"rectanglelabels\[0\]: the name"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, content: Any, why: str) -> None:
    with pytest.raises(MaskwrightError, match=why) as caught:
        opened(tmp_path, content)
    assert str(caught.value).startswith("“project.json”")
