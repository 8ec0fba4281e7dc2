"""CVAT's XML: what it documents is read, what we write comes back, what is dangerous is refused."""

from __future__ import annotations

import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from format_trips import BRIEF, Labels, classes_of, labelled_maps, read, trip, write
from hypothesis import given
from pycocotools import mask as coco_mask

from segmenter.errors import MaskwrightError
from segmenter.formats.cvat import FORMATS
from segmenter.formats.dataset import Classes, ExportOptions, ImageFiles
from segmenter.formats.format import Format
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.project.classes import LabelClass, default_color
from segmenter.project.state import Side

MASKS, POLYGONS = FORMATS
BOTH = pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.key)
RINGS = np.array([[3, 3, 3, 255], [3, 7, 3, 254], [3, 3, 3, 255], [255, 255, 255, 3]], np.uint8)
CLASSES = classes_of([3, 7, 254])


def as_cvat(file: Path, values: dict[str, int]) -> Labels:
    """By the documentation of its format, with another XML parser; polygons by pycocotools, as
    CVAT does it when it exports masks."""
    (image,) = ET.parse(file).getroot().iter("image")
    height, width = int(image.attrib["height"]), int(image.attrib["width"])
    labels = np.full((height, width), 255, np.uint8)
    for shape in image:
        region = np.zeros((height, width), bool)
        if shape.tag == "mask":
            box = [int(shape.attrib[key]) for key in ("left", "top", "width", "height")]
            at = 0
            for turn, count in enumerate(shape.attrib["rle"].split(", ")):
                for index in range(at, at + int(count)):
                    region[box[1] + index // box[2], box[0] + index % box[2]] = turn % 2 == 1
                at += int(count)
        else:
            points = [
                float(x) for pair in shape.attrib["points"].split(";") for x in pair.split(",")
            ]
            coded = coco_mask.frPyObjects([points], height, width)
            region = coco_mask.decode(coded)[:, :, 0] == 1
        labels[region] = values[shape.attrib["label"]]
    return labels


@BOTH
@given(case=labelled_maps())
@BRIEF
def test_every_map_comes_back_and_cvat_sees_it(
    format: Format, case: tuple[Classes, Labels]
) -> None:
    classes, labels = case
    with tempfile.TemporaryDirectory() as folder:
        back = trip(format, Path(folder) / "out", classes, labels)
        file = Path(folder) / "out" / "annotations.xml"
        theirs = as_cvat(file, {each.name: each.id for each in classes})
    assert back[0] == classes
    np.testing.assert_array_equal(back[1], labels)
    np.testing.assert_array_equal(theirs, labels)


def test_images_and_lists_come_back(tmp_path: Path) -> None:
    sides = {"x/a & b.png": Side.TRAINING, 'b "2".png': Side.VALIDATION}
    out = tmp_path / "out"
    write(MASKS, out, dict.fromkeys(sides, RINGS), CLASSES, ExportOptions(), sides=sides)
    assert {p.relative_to(out).as_posix() for p in out.rglob("*.*")} == {
        *("images/x/a & b.png", 'images/b "2".png', "annotations.xml", "classes.csv"),
    }
    incoming, _ = read(MASKS, out)
    assert {each.name: each.side for each in incoming.images} == sides


def test_without_the_class_file_names_and_colours_come_back(tmp_path: Path) -> None:
    write(POLYGONS, tmp_path / "out", {"a.png": RINGS}, CLASSES)
    (tmp_path / "out" / "classes.csv").unlink()
    incoming, _ = read(POLYGONS, tmp_path / "out")
    expected = [LabelClass(i, each.name, each.color) for i, each in enumerate(CLASSES)]
    assert list(incoming.classes) == expected


def test_regions_of_one_object_are_one_mask_or_a_group(tmp_path: Path) -> None:
    options = ExportOptions(images=ImageFiles.NONE, separate=False)
    for format in FORMATS:
        write(format, tmp_path / format.key, {"a.png": RINGS}, CLASSES, options)
    masks = ET.parse(tmp_path / "cvat" / "annotations.xml").getroot().iter("mask")
    assert [each.attrib["label"] for each in masks] == [each.name for each in CLASSES]
    polygons = ET.parse(tmp_path / "cvat-polygons" / "annotations.xml").getroot().iter("polygon")
    groups = [each.attrib["group_id"] for each in polygons]
    assert groups == ["4", "8", "255"]


def test_names_that_xml_cannot_hold_lose_what_is_wrong(tmp_path: Path) -> None:
    classes = (LabelClass(3, "a\x07b <&>", (1, 2, 3)),)
    notes = write(MASKS, tmp_path / "out", {"a.png": np.full((2, 2), 3, np.uint8)}, classes)
    assert any("XML can't hold" in note for note in notes)
    names = [each.text for each in ET.parse(tmp_path / "out" / "annotations.xml").iter("name")]
    assert names[1:] == ["ab <&>"]


META = (
    "<meta><task><labels><label><name>cat</name><color>#ff0001</color></label>"
    "<label><name>dog</name><attributes></attributes></label></labels></task></meta>"
)


def image(shapes: str, name: str = "a.jpg") -> str:
    return f'<image id="0" name="{name}" width="5" height="4">{shapes}</image>'


def opened(tmp_path: Path, inside: str) -> list[str]:
    """Rows of pixels: ``#`` the class cat, ``d`` the class dog."""
    text = (
        inside
        if "<?xml" in inside
        else f"<annotations><version>1.1</version>{inside}</annotations>"
    )
    (tmp_path / "annotations.xml").write_text(text, "utf-8")
    assert MASKS.reader is not None
    with Source(tmp_path / "annotations.xml") as source:
        (found,) = MASKS.reader.open(source, ReadOptions()).images
        return [
            "".join(".#d"[{0: 1, 255: 0}.get(int(value), 2)] for value in row)
            for row in found.read((4, 5))
        ]


@pytest.mark.parametrize(
    ("shapes", "pixels"),
    [
        (
            '<mask label="cat" occluded="0" rle="0, 1, 1, 2" left="3" top="2" width="2" height="2" '
            'z_order="0"><attribute name="a">b</attribute></mask>',
            [".....", ".....", "...#.", "...##"],
        ),
        (
            '<polygon label="cat" points="0.00,0.00;2.00,0.00;2.00,1.00;0.00,1.00"/>',
            ["##...", ".....", ".....", "....."],
        ),
        (
            '<box label="cat" xtl="1" ytl="1" xbr="4" ybr="2"/>',
            [".....", ".###.", ".....", "....."],
        ),
        (
            '<box label="cat" xtl="1" ytl="1" xbr="4" ybr="2" rotation="90"/>',
            ["..#..", "..#..", "..#..", "....."],
        ),
        (
            '<ellipse label="cat" cx="2.5" cy="1.5" rx="1.6" ry="1.6"/>',
            [".###.", ".###.", ".###.", "....."],
        ),
        (
            '<box label="cat" xtl="0" ytl="0" xbr="5" ybr="4" z_order="1"/>'
            '<box label="dog" xtl="0" ytl="0" xbr="5" ybr="4" z_order="0"/>',
            ["#####"] * 4,
        ),
        (
            '<box label="cat" xtl="0" ytl="0" xbr="5" ybr="4"/>'
            '<box label="dog" xtl="0" ytl="0" xbr="5" ybr="1"/>',
            ["ddddd", *["#####"] * 3],
        ),
        ('<tag label="cat"/><polyline label="cat" points="0,0;1,1"/>', ["....."] * 4),
    ],
)  # fmt: skip
def test_each_kind_of_shape_is_drawn(tmp_path: Path, shapes: str, pixels: list[str]) -> None:
    assert opened(tmp_path, META + image(shapes)) == pixels


def test_colours_of_labels_and_what_was_left_out_are_told(tmp_path: Path) -> None:
    inside = META + image('<points label="cat" points="1,1"/><points label="cat" points="1,2"/>')
    (tmp_path / "x.xml").write_text(f"<annotations>{inside}</annotations>")
    incoming, _ = read(MASKS, tmp_path / "x.xml")
    assert incoming.classes == (
        LabelClass(0, "cat", (255, 0, 1)),
        LabelClass(1, "dog", default_color(1, "dog")),
    )
    assert any("2 shapes of the kind “points” were left out" in note for note in incoming.notes)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'
    "<annotations>&a;</annotations>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    "<annotations>&a;</annotations>"
)


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        (BOMB, "line 1: it has a document type"),
        (OUTSIDE, "line 1: it has a document type"),
        ("<a>" * 200 + "</a>" * 200, "nested too deeply"),
        ("<?xml version='1.0'?><annotations>\n<image", "line 2, column 1: this is no XML"),
        ("<?xml version='1.0' encoding='x-none'?><annotations/>", "XML|encoding"),
        ("<?xml version='1.0'?><annotation><size/></annotation>", "it begins with <annotation>"),
        ('<track id="0" label="cat"/>', "CVAT for video"),
        (META + image('<box label="cow"/>'), "there is no label “cow”"),
        (META + image('<box xtl="1"/>'), "<box> has no “label”"),
        (META + image('<box label="cat" xtl="1"/>'), "<box> has no “ytl”"),
        (META + image('<box label="cat" xtl="x"/>'), "“xtl” of <box> is no number"),
        (META + image('<polygon label="cat" points="1,1;2,2"/>'), "<polygon>: it needs at least 3"),
        (META + image('<polygon label="cat" points="1,1;2"/>'), "no pairs"),
        (META + image('<polygon label="cat" points="1,1;2,2;1e9,2"/>'), "far outside"),
        (
            META + image('<polygon label="cat" points="30,1;40,1;40,2"/>'),
            "<polygon>: it lies outside",
        ),
        (
            META + image('<mask label="cat" rle="3" left="0" top="0" width="2" height="2"/>'),
            "<mask>: its run lengths cover 3 pixels, and 2 × 2 are 4",
        ),
        (
            META + image('<mask label="cat" rle="4" left="4" top="0" width="2" height="2"/>'),
            "goes beyond the image",
        ),
        (
            META + image('<mask label="cat" rle="x" left="0" top="0" width="2" height="2"/>'),
            "no whole numbers",
        ),
        ('<image id="0" name="a.jpg" width="9" height="4"/>', "is for an image of 9 × 4 pixels"),
        ('<image id="0" name="a.jpg" width="9"/>', "<image> has no “height”"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, inside: str, why: str) -> None:
    with pytest.raises(MaskwrightError, match=why) as caught:
        opened(tmp_path, inside)
    assert str(caught.value).startswith("“annotations.xml”")
