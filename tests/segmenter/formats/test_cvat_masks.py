"""CVAT's segmentation masks: colours and objects by the label map, black where nothing is."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from format_trips import BRIEF, Labels, classes_of, labelled_maps, read, trip, write
from hypothesis import given
from PIL import Image

from segmenter.errors import MaskwrightError
from segmenter.formats.cvat_masks import FORMAT
from segmenter.formats.dataset import Classes, ExportOptions, ImageFiles
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.formats.voc_palette import voc_palette
from segmenter.project.classes import LabelClass
from segmenter.project.state import Side

RINGS = np.array([[3, 3, 3, 255], [3, 7, 3, 254], [3, 3, 3, 255], [255, 255, 255, 3]], np.uint8)
CLASSES = classes_of([3, 7, 254])


def pixels(file: Path) -> Labels:
    with Image.open(file) as image:
        assert image.mode == "RGB"
        return np.array(image)


def label_map(folder: Path) -> dict[str, tuple[int, ...]]:
    """As Datumaro parses it."""
    found = {}
    for line in (folder / "labelmap.txt").read_text("utf-8").splitlines():
        if line and line[0] != "#":
            name, color, parts, actions = line.split(":")
            assert name not in found
            assert parts == actions == ""
            found[name] = tuple(int(part) for part in color.split(","))
    assert len(set(found.values())) == len(found)
    return found


@given(labelled_maps())
@BRIEF
def test_every_map_comes_back_and_colours_tell_classes_and_objects(
    case: tuple[Classes, Labels],
) -> None:
    classes, labels = case
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        back = trip(FORMAT, out, classes, labels)
        colors = label_map(out)
        class_mask = pixels(out / "SegmentationClass" / "a.png")
        object_mask = pixels(out / "SegmentationObject" / "a.png")
    assert back[0] == classes
    np.testing.assert_array_equal(back[1], labels)
    for each in classes:
        covered = (class_mask == colors[each.name]).all(axis=2)
        np.testing.assert_array_equal(covered, labels == each.id)
    np.testing.assert_array_equal((class_mask == 0).all(axis=2), labels == 255)
    np.testing.assert_array_equal((object_mask == 0).all(axis=2), labels == 255)


def test_each_region_is_an_object_or_each_class(tmp_path: Path) -> None:
    labels = np.pad(RINGS, ((0, 2), (0, 0)), constant_values=255)
    labels[5, 0] = 3
    for separate, expected in ((True, 4), (False, 3)):
        out = tmp_path / str(separate)
        options = ExportOptions(images=ImageFiles.NONE, separate=separate)
        write(FORMAT, out, {"a.png": labels}, CLASSES, options)
        objects = np.unique(pixels(out / "SegmentationObject" / "a.png").reshape(-1, 3), axis=0)
        known = {tuple(color) for color in voc_palette()[: expected + 1].tolist()}
        assert {tuple(color) for color in objects.tolist()} == known


def test_more_regions_than_there_are_colours_become_one_a_class(tmp_path: Path) -> None:
    labels = np.full((40, 40), 255, np.uint8)
    labels[::2, ::2] = 3
    notes = write(FORMAT, tmp_path / "out", {"a.png": labels}, CLASSES)
    assert any("255 objects" in note for note in notes)
    objects = pixels(tmp_path / "out" / "SegmentationObject" / "a.png").reshape(-1, 3)
    assert len(np.unique(objects, axis=0)) == 2


def test_a_class_background_is_black_and_unlabelled_pixels_are_ignored(tmp_path: Path) -> None:
    classes = (LabelClass(0, "background", (9, 9, 9)), LabelClass(4, "ink", (0, 0, 0)))
    labels = np.array([[0, 4, 255]], np.uint8)
    write(FORMAT, tmp_path / "out", {"a.png": labels}, classes)
    colors = label_map(tmp_path / "out")
    assert colors["background"] == (0, 0, 0)
    assert colors["ignored"] == (224, 224, 192)
    assert colors["ink"] != (0, 0, 0)
    assert (pixels(tmp_path / "out" / "SegmentationObject" / "a.png")[0, [0, 2]] == 0).all()
    incoming, found = read(FORMAT, tmp_path / "out", {"a": (1, 3)})
    assert incoming.classes == classes
    np.testing.assert_array_equal(found["a"], labels)


def test_names_the_label_map_cannot_hold_come_back(tmp_path: Path) -> None:
    classes = (LabelClass(1, "a:b", (1, 2, 3)), LabelClass(2, "# c", (4, 5, 6)))
    labels = np.array([[1, 2, 255]], np.uint8)
    notes = write(FORMAT, tmp_path / "out", {"a.png": labels}, classes)
    assert list(label_map(tmp_path / "out")) == ["background", "a_b", "_# c"]
    assert any("names of classes" in note for note in notes)
    incoming, found = read(FORMAT, tmp_path / "out", {"a": (1, 3)})
    assert incoming.classes == classes
    np.testing.assert_array_equal(found["a"], labels)


def test_lists_come_back(tmp_path: Path) -> None:
    sides = {"x/a.png": Side.TRAINING, "b.png": Side.VALIDATION}
    out = tmp_path / "out"
    write(FORMAT, out, dict.fromkeys(sides, RINGS), CLASSES, ExportOptions(), sides=sides)
    assert (out / "ImageSets" / "Segmentation" / "val.txt").read_text() == "b\n"
    assert (out / "JPEGImages" / "x" / "a.png").is_file()
    incoming, _ = read(FORMAT, out, {"x/a": (4, 4), "b": (4, 4)})
    assert {each.name: each.side for each in incoming.images} == {
        "x/a": Side.TRAINING,
        "b": Side.VALIDATION,
    }


def foreign(folder: Path, mask: Labels, text: str = "background:0,0,0::\ncat:10,20,30::\n") -> Path:
    """As CVAT exports it."""
    (folder / "SegmentationClass").mkdir(parents=True)
    (folder / "labelmap.txt").write_text(f"# label:color_rgb:parts:actions\n{text}")
    Image.fromarray(mask).save(folder / "SegmentationClass" / "a.png")
    return folder


CAT = np.array([[(0, 0, 0), (10, 20, 30)]], np.uint8)


def test_black_is_unlabelled(tmp_path: Path) -> None:
    source = foreign(tmp_path, CAT)
    incoming, found = read(FORMAT, source, {"a": (1, 2)})
    assert [each.name for each in incoming.classes] == ["cat"]
    assert found["a"].tolist() == [[255, 0]]


def test_masks_of_one_channel_hold_the_numbers_of_lines(tmp_path: Path) -> None:
    _, found = read(FORMAT, foreign(tmp_path, np.array([[0, 1]], np.uint8)), {"a": (1, 2)})
    assert found["a"].tolist() == [[255, 0]]


@pytest.mark.parametrize(
    ("mask", "text", "why"),
    [
        (CAT, "cat:1,2\n", "“labelmap.txt”, line 2: this is no label"),
        (CAT, "cat:1,2,x::\n", "line 2: this is no label"),
        (CAT, "cat:1,2,300::\n", "line 2: a colour has values of 0 to 255"),
        (CAT, "cat:1,2,3::\ndog:1,2,3::\n", "line 3: the name “dog” or its colour comes twice"),
        (
            CAT,
            "cat:1,2,3::\nblack:0,0,0::\n",
            r"“SegmentationClass/a.png” has the colour 10, 20, 30",
        ),
        (np.array([[0, 2]], np.uint8), "cat:1,2,3::\n", "has the value 2, which no label has"),
        (np.zeros((2, 2, 3), np.uint8), "black:0,0,0::\n", "is 2 × 2 pixels, but its image 2 × 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, mask: Labels, text: str, why: str
) -> None:
    assert FORMAT.reader is not None
    with Source(foreign(tmp_path, mask, text)) as source, pytest.raises(MaskwrightError, match=why):
        FORMAT.reader.open(source, ReadOptions()).images[0].read((1, 2))
