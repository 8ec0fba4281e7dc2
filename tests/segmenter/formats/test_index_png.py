"""Index PNGs: what is written comes back, and what is damaged says where."""

from __future__ import annotations

import struct
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from format_trips import BRIEF, Labels, classes_of, labelled_maps, read, trip, write
from hypothesis import given
from PIL import Image

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import Classes, ExportOptions, ImageFiles
from segmenter.formats.index_png import FORMAT
from segmenter.formats.reader import ReadOptions
from segmenter.formats.registry import detect
from segmenter.formats.source import Source
from segmenter.project.classes import LabelClass
from segmenter.project.label_png import write_label_png
from segmenter.project.state import Side

MAP = np.array([[0, 3, 3], [255, 3, 254]], np.uint8)
CLASSES = classes_of([0, 3, 254])


@given(labelled_maps())
@BRIEF
def test_every_map_comes_back(case: tuple[Classes, Labels]) -> None:
    classes, labels = case
    with tempfile.TemporaryDirectory() as folder:
        back = trip(FORMAT, Path(folder) / "out", classes, labels)
    assert back[0] == classes
    np.testing.assert_array_equal(back[1], labels)


def test_images_masks_and_lists_lie_side_by_side(tmp_path: Path) -> None:
    out = tmp_path / "out"
    labels = {"x/a.jpg": MAP, "b.jpg": MAP}
    sides = {"x/a.jpg": Side.TRAINING, "b.jpg": Side.VALIDATION}
    write(FORMAT, out, labels, CLASSES, ExportOptions(), sides=sides)
    files = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert files == {
        *("images/x/a.jpg", "images/b.jpg", "masks/x/a.png", "masks/b.png"),
        *("classes.csv", "train.txt", "val.txt"),
    }
    assert (out / "train.txt").read_text() == "x/a\n"
    incoming, _ = read(FORMAT, out, {"": (2, 3), "x/a": (2, 3), "b": (2, 3)})
    assert {each.name: each.side for each in incoming.images} == {
        "x/a": Side.TRAINING,
        "b": Side.VALIDATION,
    }


def test_any_reader_of_png_sees_the_ids(tmp_path: Path) -> None:
    write(FORMAT, tmp_path / "out", {"a.png": MAP}, CLASSES)
    with Image.open(tmp_path / "out" / "masks" / "a.png") as image:
        assert image.mode == "P"
        np.testing.assert_array_equal(np.array(image), MAP)


def test_another_ignore_value_goes_out_and_in(tmp_path: Path) -> None:
    options = ExportOptions(images=ImageFiles.NONE, ignore=9)
    write(FORMAT, tmp_path / "out", {"a.png": MAP}, CLASSES, options)
    with Image.open(tmp_path / "out" / "masks" / "a.png") as image:
        assert np.array(image)[1, 0] == 9
    _, found = read(FORMAT, tmp_path / "out", {"a": (2, 3)}, ReadOptions(ignore=9))
    np.testing.assert_array_equal(found["a"], MAP)


@pytest.mark.parametrize("mode", ["L", "1", "I;16", "RGB", "P4"])
def test_masks_of_other_depths_are_read(tmp_path: Path, mode: str) -> None:
    values = np.array([[0, 1, 1], [1, 0, 1]], np.uint8)
    if mode == "RGB":
        image = Image.fromarray(np.repeat(values[..., None], 3, axis=2))
    elif mode == "I;16":
        image = Image.fromarray(values.astype(np.uint16))
    elif mode == "P4":
        image = Image.fromarray(values)
        image.putpalette([0, 0, 0, 9, 9, 9])
    else:
        image = Image.fromarray(values * 255 if mode == "1" else values).convert(mode)
    image.save(tmp_path / "a.png")
    if mode == "RGB":  # is not taken for one by its looks alone
        (tmp_path / "0.png").write_bytes(b"")
        Image.fromarray(values).save(tmp_path / "0.png")
    _, found = read(FORMAT, tmp_path, {"": (2, 3)})
    np.testing.assert_array_equal(found["a"], values)


def test_a_folder_without_names_has_numbered_classes(tmp_path: Path) -> None:
    Image.fromarray(MAP).save(tmp_path / "a.png")
    incoming, found = read(FORMAT, tmp_path, {"a": (2, 3)})
    assert not incoming.has_named_classes
    assert incoming.classes[3].name == "class 3"
    np.testing.assert_array_equal(found["a"], MAP)


def test_a_value_without_a_class_is_told_with_its_place(tmp_path: Path) -> None:
    write(FORMAT, tmp_path, {"a.png": MAP}, CLASSES)
    strange = MAP.copy()
    strange[1, 2] = 77
    Image.fromarray(strange).save(tmp_path / "masks" / "a.png")
    with pytest.raises(MaskwrightError, match=r"a\.png. has the value 77 \(first at x 2, y 1\)"):
        read(FORMAT, tmp_path, {"a": (2, 3)})


def test_a_mask_of_another_size_is_told(tmp_path: Path) -> None:
    write(FORMAT, tmp_path, {"a.png": MAP}, CLASSES)
    with pytest.raises(MaskwrightError, match="is 3 × 2 pixels, but its image 4 × 2"):
        read(FORMAT, tmp_path, {"a": (2, 4)})


def test_a_mask_that_says_it_is_huge_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "masks"
    folder.mkdir()
    for side in (25_000, 100_000):
        path = folder / "a.png"
        Image.new("P", (4, 2)).save(path)
        contents = bytearray(path.read_bytes())
        contents[16:24] = struct.pack(">II", side, side)
        contents[29:33] = struct.pack(">I", zlib.crc32(contents[12:29]))
        path.write_bytes(contents)
        with Source(folder) as source:
            assert detect(source) is FORMAT
        with pytest.raises(MaskwrightError, match=r"“a\.png” has more than 400 million pixels"):
            read(FORMAT, folder, {"": (2, 4)})


def test_a_mask_that_is_cut_off_is_told(tmp_path: Path) -> None:
    labels = np.random.default_rng(0).choice(np.array([0, 3], np.uint8), (50, 50))
    write(FORMAT, tmp_path, {"a.png": labels}, CLASSES)
    mask = tmp_path / "masks" / "a.png"
    mask.write_bytes(mask.read_bytes()[:-90])
    with pytest.raises(MaskwrightError, match=r"a\.png. is damaged or cut off"):
        read(FORMAT, tmp_path, {"a": (50, 50)})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,name,red,green,blue\n0,x,1,2,3\n0,y,1,2,3\n", "Line 3 .* a second time"),
        ("300,x,1,2,3\n", "Line 1 .* an id of 0 to 254"),
        ("1,x,1,2,300\n", "Line 1 .* three colour values"),
        ("1\n", "Line 1 .* is no class"),
        ('1,"x,1,2,3\n', "is no CSV"),
    ],
)
def test_a_class_file_that_makes_no_sense_says_where(tmp_path: Path, text: str, told: str) -> None:
    write(FORMAT, tmp_path, {"a.png": MAP}, CLASSES)
    (tmp_path / "classes.csv").write_text(text)
    with pytest.raises(MaskwrightError, match=told):
        read(FORMAT, tmp_path, {"a": (2, 3)})


def test_a_line_of_a_list_that_leads_out_belongs_to_no_image(tmp_path: Path) -> None:
    write(FORMAT, tmp_path, {"a.png": MAP}, CLASSES)
    (tmp_path / "train.txt").write_text("../../etc/passwd\na\n")
    incoming, _ = read(FORMAT, tmp_path, {"": (2, 3), "a": (2, 3)})
    assert [(each.name, each.side) for each in incoming.images] == [("a", Side.TRAINING)]


def test_masks_of_another_project_say_what_their_classes_are(tmp_path: Path) -> None:
    masks = tmp_path / "maskwright" / "masks"
    write_label_png(masks / "a.png.png", MAP, CLASSES[:2])
    write_label_png(masks / "b.png.png", MAP, [CLASSES[2], LabelClass(9, "class 3", (1, 2, 3))])
    Image.new("RGB", (3, 2)).save(tmp_path / "a.png")
    incoming, found = read(FORMAT, tmp_path, {"": (2, 3)})
    assert incoming.has_named_classes
    names = {each.id: each.name for each in incoming.classes}
    assert names == {0: "class 0", 3: "class 3 (3)", 9: "class 3 (9)", 254: CLASSES[2].name}
    np.testing.assert_array_equal(found["a.png"], MAP)
