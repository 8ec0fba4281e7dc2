"""YOLO: filled as ultralytics does it, labels come back; classes are numbered there and named."""

from __future__ import annotations

import tempfile
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from format_trips import BRIEF, Labels, classes_of, labelled_maps, read, trip, write
from hypothesis import given

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import Classes, ExportOptions
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.formats.yolo import FORMAT
from segmenter.project.classes import LabelClass, default_color
from segmenter.project.state import Side

RINGS = np.array(
    [
        [3, 3, 3, 3, 3, 255],
        [3, 7, 7, 7, 3, 254],
        [3, 7, 3, 7, 3, 255],
        [3, 7, 7, 7, 3, 255],
        [3, 3, 3, 3, 3, 3],
    ],
    np.uint8,
)
CLASSES = classes_of([3, 7, 254])


def as_ultralytics(label_file: Path, height: int, width: int) -> Labels:
    """As ``verify_image_label`` and ``polygons2masks``: float32, whole pixels, filled by
    OpenCV. Objects may not cover one another."""
    labels = np.full((height, width), 255, np.uint8)
    for line in label_file.read_text().splitlines():
        row = np.array(line.split(), np.float32)
        assert len(row) > 6
        assert (row[1:] >= 0).all()
        assert (row[1:] <= 1).all()
        points = row[1:].reshape(-1, 2) * np.array((width, height), np.float32)
        mask = np.zeros((height, width), np.uint8)
        cv2.fillPoly(mask, [points.astype(np.int32)], 1)
        assert (labels[mask == 1] == 255).all()
        labels[mask == 1] = int(row[0])
    return labels


@given(labelled_maps())
@BRIEF
def test_every_map_comes_back_and_ultralytics_sees_it(case: tuple[Classes, Labels]) -> None:
    classes, labels = case
    with tempfile.TemporaryDirectory() as folder:
        back = trip(FORMAT, Path(folder) / "out", classes, labels)
        theirs = as_ultralytics(Path(folder) / "out" / "labels" / "a.txt", *labels.shape)
    assert back[0] == classes
    np.testing.assert_array_equal(back[1], labels)
    ids = np.array([*(each.id for each in classes), *[255] * (256 - len(classes))])
    np.testing.assert_array_equal(ids[theirs], labels)


def test_a_large_image_comes_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    coarse = rng.choice(np.array([3, 7, 254, 255], np.uint8), (7, 9))
    labels = np.kron(coarse, np.ones((311, 333), np.uint8))
    labels[1000, 2000], labels[-1, -1], labels[0, 2000:] = 254, 254, 7
    _, back = trip(FORMAT, tmp_path / "out", CLASSES, labels)
    np.testing.assert_array_equal(back, labels)
    theirs = as_ultralytics(tmp_path / "out" / "labels" / "a.txt", *labels.shape)
    np.testing.assert_array_equal(np.array([3, 7, 254, *[255] * 253])[theirs], labels)


def test_lists_are_folders_and_the_numbers_of_classes_are_told(tmp_path: Path) -> None:
    sides = {"x/a.png": Side.TRAINING, "b.png": Side.VALIDATION}
    out = tmp_path / "out"
    notes = write(FORMAT, out, dict.fromkeys(sides, RINGS), CLASSES, ExportOptions(), sides=sides)
    assert {p.relative_to(out).as_posix() for p in out.rglob("*.*")} == {
        *("images/train/x/a.png", "labels/train/x/a.txt"),
        *("images/val/b.png", "labels/val/b.txt", "data.yaml"),
    }
    data = yaml.safe_load((out / "data.yaml").read_text("utf-8"))
    assert (data["train"], data["val"], data["nc"]) == ("images/train", "images/val", 3)
    assert data["names"] == {0: "class 3", 1: "class 7", 2: 'Tür, "blau" é'}
    assert any("3 → 0, 7 → 1, 254 → 2" in note for note in notes)
    incoming, found = read(FORMAT, out, {"x/a": RINGS.shape, "b": RINGS.shape})
    assert incoming.classes == CLASSES
    assert {each.name: each.side for each in incoming.images} == {
        "x/a": Side.TRAINING,
        "b": Side.VALIDATION,
    }
    np.testing.assert_array_equal(found["x/a"], RINGS)


def foreign(folder: Path, labels: str, data: str = "names: [cat, dog]\n") -> Path:
    """As Roboflow lays it out."""
    (folder / "valid" / "labels").mkdir(parents=True)
    (folder / "valid" / "labels" / "a.txt").write_text(labels)
    (folder / "data.yaml").write_text(data)
    return folder


@pytest.mark.parametrize(
    "data",
    [
        "names: [cat, dog]",
        "names: ['cat', \"dog\"]  # two",
        "names:\n- cat\n- dog\n",
        "path: ../x\nnames:\n  0: cat\n  1: dog\ndownload: |\n  import os\n",
    ],
)
def test_foreign_names_are_read(tmp_path: Path, data: str) -> None:
    incoming, found = read(
        FORMAT, foreign(tmp_path, "1 0.1 0.1 0.6 0.1 0.6 0.6 0.1 0.6\n", data), {"a": (4, 4)}
    )
    assert [each.name for each in incoming.classes] == ["cat", "dog"]
    assert incoming.images[0].side is Side.VALIDATION
    assert found["a"].tolist() == [[1, 1, 1, 255], [1, 1, 1, 255], [1, 1, 1, 255], [255] * 4]


def test_without_names_numbers_stand_for_the_classes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("5 0 0 1 0 1 1\n")
    incoming, found = read(FORMAT, tmp_path, {"a": (3, 3)})
    assert not incoming.has_named_classes
    assert found["a"][0, 1] == 5
    (tmp_path / "classes.txt").write_text("a\nb\nc\nd\ne\nf\n")
    incoming, _ = read(FORMAT, tmp_path, {"a": (3, 3)})
    assert incoming.classes[5] == LabelClass(5, "f", default_color(5, "f"))


def test_a_confidence_at_the_end_is_left_out_and_smaller_objects_lie_on_top(
    tmp_path: Path,
) -> None:
    text = "1 0 0 0.2 0 0.2 0.2 0 0.2 0.93\n0 0 0 1 0 1 1 0 1 0.5"
    _, found = read(FORMAT, foreign(tmp_path, text), {"a": (2, 2)})
    assert found["a"].tolist() == [[1, 0], [0, 0]]


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ("1 0.1 0.1 0.2 0.2\n", "line 1: this is a box"),
        ("1 0 0 1 0 1 1\n\n7 0 0 1 0 1 1\n", "line 3: there is no class 7"),
        ("1 0 0 1 x 1 1\n", "line 1: this is no object"),
        ("1 0 0 1 0 1.7 1\n", "line 1: the point 1.7 1 lies outside of the image"),
        ("1 0 0 nan 0 1 1\n", "line 1: the point nan 0 lies outside"),
        ("1 0 0\n", "line 1: an outline needs"),
        ("0 .5 .1 .6 .1 .6", "line 1: this is an outline that was cut off, or a box"),
        ("1 0 0 1 0 1 1 0", "line 1: this line is cut off"),
        ("1 0 0 1 0 1 1\n1 0 0 1 0 1 1 0", "line 2: this line is cut off"),
        ("1 0 0 1 0 1 1\n1 0 0 1 0 1 1\n1 0 0 1 0 1 1 0\n", "line 3: this line is cut off"),
        ("1 0 0 1 0 1 1 .9\n1 0 0 1 0 1 1\n1 0 0 1 0 1 1 .9\n", "line 2: this line is cut off"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, labels: str, why: str) -> None:
    assert FORMAT.reader is not None
    with Source(foreign(tmp_path, labels)) as source:
        incoming = FORMAT.reader.open(source, ReadOptions())
        with pytest.raises(MaskwrightError, match=f"“valid/labels/a.txt”, {why}"):
            incoming.images[0].read((4, 4))


LAUGHS = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 6)
)
"""With ``names: [*a5]`` one name of seven million characters."""


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("names: [cat, dog", "“data.yaml”, line 1: this is no YAML"),
        ("name: cat", "does not name the classes"),
        ("names: [cat, cat]", "class 1 can't be used, or comes"),
        ("names: {0: cat, 300: dog}", "has a class 300"),
        ("names: [cat, dog]\nmaskwright_ids: [1, 1]", "maskwright_ids: 1 is no class id"),
        (
            f"names: [cat, dog]\nmaskwright_ids: [[{'1, ' * 5000}1], 1]",
            r"ids: .{40} is no class",
        ),
        ("names: !!python/object/apply:os.system [ls]", "no YAML"),
        ("names: [[cat], dog]", "class 0 can't be used"),
        (LAUGHS + "names: [*a5]", r"line 2: .*\*a0 stands for a whole list"),
        ("names: &a [cat, *a]", r"\*a stands for a whole list"),
        ("a: &a {x: y}\nnames: {<<: *a}", r"\*a stands for a whole list"),
    ],
)
def test_names_that_are_none_are_refused(tmp_path: Path, data: str, why: str) -> None:
    assert FORMAT.reader is not None
    with (
        Source(foreign(tmp_path, "", data)) as source,
        pytest.raises(MaskwrightError, match=why),
    ):
        FORMAT.reader.open(source, ReadOptions())
