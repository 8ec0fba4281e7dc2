"""COCO: pycocotools reads what we write; what others write is read, or refused with its place."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from format_trips import BRIEF, Labels, classes_of, labelled_maps, read, trip, write
from hypothesis import given
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from segmenter.errors import MaskwrightError
from segmenter.formats.coco import FORMATS
from segmenter.formats.dataset import Classes, ExportOptions, ImageFiles
from segmenter.formats.format import Format
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.project.state import Side

RUN_LENGTHS, POLYGONS = FORMATS
BOTH = pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.key)
NESTED = np.array(
    [
        [3, 3, 3, 3, 3, 255],
        [3, 7, 7, 7, 3, 255],
        [3, 7, 3, 7, 3, 254],
        [3, 7, 7, 7, 3, 255],
        [3, 3, 3, 3, 3, 254],
    ],
    np.uint8,
)
CLASSES = classes_of([3, 7, 254])


def by_pycocotools(file: Path) -> dict[str, Labels]:
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(file)
    found = {}
    for image in coco.loadImgs(coco.getImgIds()):
        labels = np.full((image["height"], image["width"]), 255, np.uint8)
        for each in coco.loadAnns(coco.getAnnIds(imgIds=image["id"])):
            region = coco.annToMask(each) == 1
            assert each["area"] == region.sum()
            ys, xs = np.nonzero(region)
            box = [xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1]
            assert each["bbox"] == box
            assert (labels[region] == 255).all()
            labels[region] = each["category_id"]
        found[image["file_name"]] = labels
    return found


@BOTH
@given(case=labelled_maps())
@BRIEF
def test_every_map_comes_back_and_pycocotools_sees_it(
    format: Format, case: tuple[Classes, Labels]
) -> None:
    classes, labels = case
    with tempfile.TemporaryDirectory() as folder:
        back = trip(format, Path(folder) / "out", classes, labels)
        file = Path(folder) / "out" / "annotations" / "instances_default.json"
        theirs = by_pycocotools(file)["a.png"]
    assert back[0] == classes
    np.testing.assert_array_equal(back[1], labels)
    np.testing.assert_array_equal(theirs, labels)


@BOTH
def test_nested_classes_come_back(format: Format, tmp_path: Path) -> None:
    _, labels = trip(format, tmp_path / "out", CLASSES, NESTED)
    np.testing.assert_array_equal(labels, NESTED)


@BOTH
def test_regions_are_objects_of_their_own_or_one(format: Format, tmp_path: Path) -> None:
    for separate, counts in ((True, [2, 1, 2]), (False, [1, 1, 1])):
        out = tmp_path / f"out {separate}"
        options = ExportOptions(images=ImageFiles.NONE, separate=separate)
        write(format, out, {"a.png": NESTED}, CLASSES, options)
        file = out / "annotations" / "instances_default.json"
        annotations = json.loads(file.read_text("utf-8"))["annotations"]
        ids = [each["category_id"] for each in annotations]
        assert [ids.count(id) for id in (3, 7, 254)] == counts
        np.testing.assert_array_equal(by_pycocotools(file)["a.png"], NESTED)


def test_lists_are_files_of_their_own_with_all_categories(tmp_path: Path) -> None:
    sides = {"x/a.png": Side.TRAINING, "b.png": Side.VALIDATION}
    options = ExportOptions()
    write(
        RUN_LENGTHS, tmp_path / "out", dict.fromkeys(sides, NESTED), CLASSES, options, sides=sides
    )
    files = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")}
    assert files == {
        *("images/x/a.png", "images/b.png"),
        *("annotations/instances_train.json", "annotations/instances_val.json"),
    }
    incoming, _ = read(RUN_LENGTHS, tmp_path / "out")
    assert incoming.classes == CLASSES
    assert {each.name: each.side for each in incoming.images} == sides


def test_a_class_with_the_id_0_keeps_it_and_a_note_says_so(tmp_path: Path) -> None:
    notes = write(RUN_LENGTHS, tmp_path / "out", {"a.png": NESTED}, classes_of([0, 3, 7, 254]))
    assert any("keeps its id 0" in note for note in notes)


def document(**changes: Any) -> dict[str, Any]:
    """As another program may write it: 4 × 3 pixels, one class."""
    annotation = {"id": 1, "image_id": 5, "category_id": 2, "bbox": [0, 0, 2, 2], "iscrowd": 0}
    annotation |= {"segmentation": [[0, 0, 2, 0, 2, 2, 0, 2]], **changes}
    return {
        "images": [{"id": 5, "file_name": "train2017/a.jpg", "width": 4, "height": 3}],
        "categories": [{"id": 2, "name": "cat"}, {"id": 4, "name": "dog"}],
        "annotations": [annotation],
    }


def read_document(tmp_path: Path, content: Any) -> Labels:
    file = tmp_path / "labels.json"
    text = content if isinstance(content, str) else json.dumps(content)
    file.write_text(text, "utf-8")
    assert RUN_LENGTHS.reader is not None
    with Source(file) as source:
        (image,) = RUN_LENGTHS.reader.open(source, ReadOptions()).images
        return image.read((3, 4))


SQUARE = [[2, 2, 255, 255], [2, 2, 255, 255], [255, 255, 255, 255]]


@pytest.mark.parametrize(
    "segmentation",
    [
        [[0, 0, 2, 0, 2, 2, 0, 2]],
        [0, 0, 2, 0, 2, 2, 0, 2],
        [[0, 0, 1, 0, 1, 2, 0, 2], [1, 0, 2, 0, 2, 2, 1, 2]],
        [[-3.5, -3.5, 2, -3.5, 2, 2.0, -3.5, 2]],
        {"size": [3, 4], "counts": [0, 2, 1, 2, 7]},
        {"size": [3, 4], "counts": "021O0ZN"},
    ],
)
def test_all_kinds_of_segmentation_are_read(tmp_path: Path, segmentation: Any) -> None:
    if isinstance(segmentation, dict) and isinstance(segmentation["counts"], str):
        square = np.asfortranarray(np.array(SQUARE) == 2, np.uint8)
        segmentation["counts"] = coco_mask.encode(square)["counts"].decode("ascii")
    assert read_document(tmp_path, document(segmentation=segmentation)).tolist() == SQUARE


def test_smaller_objects_lie_on_larger_ones_and_crowds_below(tmp_path: Path) -> None:
    content = document()
    one = content["annotations"][0]
    whole = [[0, 0, 4, 0, 4, 3, 0, 3]]
    content["annotations"] += [
        one | {"id": 2, "category_id": 4, "segmentation": whole},
        one | {"id": 3, "category_id": 4, "iscrowd": 1, "segmentation": [[0, 0, 1, 0, 1, 1, 0, 1]]},
    ]
    assert read_document(tmp_path, content).tolist() == [[2, 2, 4, 4], [2, 2, 4, 4], [4, 4, 4, 4]]


def test_objects_with_a_box_alone_are_counted(tmp_path: Path) -> None:
    content = document(segmentation=[])
    (tmp_path / "labels.json").write_text(json.dumps(content))
    incoming, found = read(RUN_LENGTHS, tmp_path / "labels.json")
    assert (found["train2017/a.jpg"] == 255).all()
    assert any("1 object with a box alone" in note for note in incoming.notes)


def test_folders_tell_the_lists_where_files_do_not(tmp_path: Path) -> None:
    """As Roboflow lays it out."""
    for folder in ("train", "valid"):
        (tmp_path / folder).mkdir()
        content = document()
        content["images"][0]["file_name"] = f"{folder}.jpg"
        (tmp_path / folder / "_annotations.coco.json").write_text(json.dumps(content))
    incoming, _ = read(RUN_LENGTHS, tmp_path)
    assert {each.name: each.side for each in incoming.images} == {
        "train.jpg": Side.TRAINING,
        "valid.jpg": Side.VALIDATION,
    }


def test_ids_beyond_254_are_numbered_anew(tmp_path: Path) -> None:
    content = document(category_id=1200)
    content["categories"][1]["id"] = 1200
    assert read_document(tmp_path, content)[0, 0] == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (json.dumps(document())[:-30], r"“labels.json”, line 1, column \d+: this is no JSON"),
        ('{"images": [], "annotations": []}', "“categories” is missing"),
        (document(category_id=9), r"annotations\[0\].category_id: there is no category 9"),
        (document(image_id=9), r"annotations\[0\].image_id: there is no image 9"),
        (document(segmentation=[[0, 0, 1, 1]]), r"segmentation\[0\]: .* 3 points"),
        (document(segmentation=[[0, 0, 1, 1, 2]]), r"segmentation\[0\]: has an odd number"),
        (document(segmentation=[[0, 0, 1, "x", 2, 2]]), r"segmentation\[0\]\[3\]: is no number"),
        (document(segmentation=[[0, 0, 1e7, 1, 2, 2]]), r"segmentation\[0\]: .* far outside"),
        (
            document(segmentation=[[0, 0, 2, 0, 2, 2], [24, 0, 64, 0, 64, 2]]),
            r"segmentation\[1\]: it lies outside of its image of 4 × 3 pixels \(x 24 to 64, y",
        ),
        (
            document(segmentation={"size": [3, 4], "counts": [3]}),
            "cover 3 pixels, and 4 × 3 are 12",
        ),
        (document(segmentation={"size": [4, 3], "counts": [12]}), "segmentation.size: is not that"),
        (document(segmentation={"size": [3, 4], "counts": "0!"}), "character 2"),
        (document(segmentation={"counts": [12]}), "“size” is missing"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, content: Any, why: str) -> None:
    with pytest.raises(MaskwrightError, match=why) as caught:
        read_document(tmp_path, content)
    assert str(caught.value).count("\n") == 0
    assert "labels.json" in str(caught.value)


def test_an_image_of_another_size_is_refused(tmp_path: Path) -> None:
    write(RUN_LENGTHS, tmp_path / "out", {"a.png": NESTED}, CLASSES)
    incoming, _ = read(RUN_LENGTHS, tmp_path / "out")
    with pytest.raises(MaskwrightError, match=r"images\[0\] is for an image of 6 × 5 pixels"):
        incoming.images[0].read((6, 5))
