"""labelme: its own filling gives our labels back, and its files are read as it draws them."""

from __future__ import annotations

import base64
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from format_trips import BRIEF, Labels, classes_of, labelled_maps, read, trip, write
from hypothesis import given
from PIL import Image, ImageDraw

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import Classes, ExportOptions, ImageFiles
from segmenter.formats.format import Format
from segmenter.formats.labelme import FORMATS
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.project.state import Side

POLYGONS, MASKS = FORMATS
BOTH = pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.key)
RINGS = np.array([[3, 3, 3, 255], [3, 7, 3, 254], [3, 3, 3, 255], [255, 255, 255, 3]], np.uint8)
CLASSES = classes_of([3, 7, 254])


def as_labelme(file: Path, values: dict[str, int]) -> Labels:
    """``shapes_to_label`` of labelme 6.3 for polygons and masks."""
    document = json.loads(file.read_text("utf-8"))
    assert document["imageData"] is None
    labels = np.full((document["imageHeight"], document["imageWidth"]), 255, np.uint8)
    for shape in document["shapes"]:
        mask = np.zeros(labels.shape, bool)
        if shape["shape_type"] == "mask":
            (x1, y1), (x2, y2) = np.asarray(shape["points"]).astype(int)
            with Image.open(io.BytesIO(base64.b64decode(shape["mask"]))) as image:
                mask[y1 : y2 + 1, x1 : x2 + 1] = np.array(image).astype(bool)
        else:
            assert len(shape["points"]) > 2
            canvas = Image.fromarray(np.zeros(labels.shape, np.uint8))
            xy = [tuple(point) for point in shape["points"]]
            ImageDraw.Draw(canvas).polygon(xy=xy, outline=1, fill=1)
            mask = np.array(canvas, bool)
        labels[mask] = values[shape["label"]]
    return labels


@BOTH
@given(case=labelled_maps())
@BRIEF
def test_every_map_comes_back_and_labelme_sees_it(
    format: Format, case: tuple[Classes, Labels]
) -> None:
    classes, labels = case
    with tempfile.TemporaryDirectory() as folder:
        back = trip(format, Path(folder) / "out", classes, labels)
        theirs = as_labelme(
            Path(folder) / "out" / "a.json", {each.name: each.id for each in classes}
        )
    assert back[0] == classes
    np.testing.assert_array_equal(back[1], labels)
    np.testing.assert_array_equal(theirs, labels)


def test_files_lie_beside_their_images(tmp_path: Path) -> None:
    sides = {"x/a.png": Side.TRAINING, "b.png": Side.VALIDATION}
    out = tmp_path / "out"
    write(POLYGONS, out, dict.fromkeys(sides, RINGS), CLASSES, ExportOptions(), sides=sides)
    assert {p.relative_to(out).as_posix() for p in out.rglob("*.*")} == {
        *("x/a.png", "x/a.json", "b.png", "b.json"),
        *("classes.csv", "labels.txt", "train.txt", "val.txt"),
    }
    assert json.loads((out / "x" / "a.json").read_text())["imagePath"] == "a.png"
    incoming, _ = read(POLYGONS, out)
    assert {each.name: each.side for each in incoming.images} == sides


def test_regions_of_one_object_share_their_group(tmp_path: Path) -> None:
    for separate, groups in ((True, {None}), (False, {3, 7, 254})):
        options = ExportOptions(images=ImageFiles.NONE, separate=separate)
        write(POLYGONS, tmp_path / str(separate), {"a.png": RINGS}, CLASSES, options)
        document = json.loads((tmp_path / str(separate) / "a.json").read_text("utf-8"))
        assert {shape["group_id"] for shape in document["shapes"]} == groups


def one_by_one() -> str:
    buffer = io.BytesIO()
    Image.fromarray(np.ones((1, 1), np.uint8)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def shape(kind: str | None, points: Any, label: str = "cat", **more: Any) -> dict[str, Any]:
    kinds = {} if kind is None else {"shape_type": kind}
    return {"label": label, "points": points, **kinds, **more}


def document(*shapes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "version": "5.5.0",
        "shapes": list(shapes),
        "imagePath": "..\\photos\\a.jpg",
        "imageData": None,
        "imageHeight": 4,
        "imageWidth": 5,
    } | more


def opened(tmp_path: Path, content: Any) -> Labels:
    file = tmp_path / "a.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    assert POLYGONS.reader is not None
    with Source(file) as source:
        (image,) = POLYGONS.reader.open(source, ReadOptions()).images
        assert image.name == "photos/a.jpg"
        return image.read((4, 5))


@pytest.mark.parametrize(
    ("drawn", "pixels"),
    [
        (shape(None, [[0, 0], [2, 0], [2, 1], [0, 1]]), ["###..", "###..", ".....", "....."]),
        (shape("rectangle", [[4, 3], [3, 1]]), [".....", "...##", "...##", "...##"]),
        (
            shape("rectangle", [[1, 1], [2, 1], [2, 2], [1, 2]]),
            [".....", ".##..", ".##..", "....."],
        ),
        (shape("circle", [[2, 2], [3, 2]]), [".....", "..#..", ".###.", "..#.."]),
        (
            shape("oriented_rectangle", [[1, 0], [2, 1], [1, 2], [0, 1]]),
            [".#...", "###..", ".#...", "....."],
        ),
        (
            shape("polygon", [[-9, -9], [1, -9], [1, 1], [-9, 1]]),
            ["##...", "##...", *["....."] * 2],
        ),
        (shape("mask", [[4, 0], [4, 0]], mask=one_by_one()), ["....#", *["....."] * 3]),
    ],
)
def test_each_kind_of_shape_is_drawn(
    tmp_path: Path, drawn: dict[str, Any], pixels: list[str]
) -> None:
    labels = opened(tmp_path, document(drawn))
    assert ["".join(".#"[int(value == 0)] for value in row) for row in labels] == pixels


def test_later_shapes_cover_earlier_ones_and_ignored_ones_are_unlabelled(tmp_path: Path) -> None:
    whole = [[0, 0], [4, 3]]
    labels = opened(
        tmp_path,
        document(
            shape("rectangle", whole),
            shape("rectangle", [[1, 0], [1, 3]], "dog"),
            shape("rectangle", [[2, 0], [2, 3]], "__ignore__"),
        ),
    )
    assert labels.tolist() == [[0, 1, 255, 0, 0]] * 4


def test_shapes_without_area_are_counted(tmp_path: Path) -> None:
    content = document(shape("line", [[0, 0], [1, 1]]), shape("point", [[0, 0]]), imageHeight=None)
    (tmp_path / "a.json").write_text(json.dumps(content))
    incoming, found = read(POLYGONS, tmp_path / "a.json", {"photos/a.jpg": (4, 5)})
    assert (found["photos/a.jpg"] == 255).all()
    assert sum("they have no area" in note for note in incoming.notes) == 2


def test_other_json_among_the_files_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(document()))
    (tmp_path / "maskwright").mkdir()
    (tmp_path / "maskwright" / "settings.json").write_text('{"recipe": "quick"}')
    incoming, _ = read(POLYGONS, tmp_path)
    assert [each.name for each in incoming.images] == ["photos/a.jpg"]
    assert any("Passed over: 1 JSON file" in note for note in incoming.notes)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (json.dumps(document())[:-9], "line 1, column .* this is no JSON"),
        (document(shape("polygon", [[0, 0], [1, 1]])), r"shapes\[0\].points: it needs at least 3"),
        (
            document(shape("polygon", [[0, 0], [1], [2, 2]])),
            r"shapes\[0\].points\[1\]: is no point",
        ),
        (
            document(shape("polygon", [[0, 0], [1, None], [2, 2]])),
            r"points\[1\]\[1\]: is no number",
        ),
        (document(shape("circle", [[0, 0], [1e9, 1]])), "far outside of its image of 5 × 4"),
        (
            document(shape("polygon", [[25, 0], [65, 0], [65, 2]])),
            r"shapes\[0\].points: it lies outside of its image of 5 × 4",
        ),
        (document(shape("circle", [[2, -9], [2, -4]])), r"lies outside .* y -14 to -4"),
        (
            document(shape("polygon", [], label="")),
            r"shapes\[0\].label: .* class is empty",
        ),
        (document(shape("mask", [[4, 3], [5, 3]], mask=one_by_one())), "goes beyond the image"),
        (document(shape("mask", [[0, 0], [1, 0]], mask=one_by_one())), "is of 1 × 1 pixels"),
        (document(shape("mask", [[0, 0], [0, 0]], mask="%%")), r"shapes\[0\].mask: is no base64"),
        (document(shape("mask", [[0, 0], [0, 0]], mask="AAAA")), "is no PNG"),
        (document(shape("mask", [[0, 0], [0, 0]])), r"shapes\[0\]: “mask” is missing"),
        (document(imageHeight=9), "is for an image of 5 × 9 pixels"),
        ({"shapes": []}, "“imagePath” is missing"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, content: Any, why: str) -> None:
    with pytest.raises(MaskwrightError, match=why) as caught:
        opened(tmp_path, content)
    assert str(caught.value).startswith("“a.json”")
