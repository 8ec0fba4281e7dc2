"""What every format of pixels promises: each map comes back as it went out."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from format_trips import BRIEF, Labels, classes_of, labelled_maps, read, trip, write
from hypothesis import given
from PIL import Image

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.formats import camvid, cityscapes, color_png, index_png, numpy_format, voc
from segmenter.formats.dataset import Classes, ExportOptions, ImageFiles
from segmenter.formats.format import Format
from segmenter.formats.importing import Import
from segmenter.formats.reader import ReadOptions
from segmenter.formats.registry import FORMATS, detect
from segmenter.formats.source import Source
from segmenter.formats.target import exported_to
from segmenter.project.state import Side

RASTER = [each.FORMAT for each in (voc, index_png, color_png, numpy_format, cityscapes, camvid)]
WITH_VALUES = [each for each in RASTER if each.has_ignore]

MAP = np.array([[0, 3, 3], [255, 3, 254]], np.uint8)
CLASSES = classes_of([0, 3, 254])
FOUR = {name: np.roll(MAP, at) for at, name in enumerate(("a.png", "x/a.jpg", "x/b.jpg", "Ü.jpg"))}
SIZES = {"": (2, 3)}


def masks_under(folder: Path) -> list[Path]:
    """The files that labels are in."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".png", ".npy")
        and not {"_color", "_L"} & {path.stem[-6:], path.stem[-2:]}
    ]


@pytest.mark.parametrize("format", RASTER, ids=lambda each: each.key)
@given(case=labelled_maps())
@BRIEF
def test_every_map_comes_back(format: Format, case: tuple[Classes, Labels]) -> None:
    classes, labels = case
    with tempfile.TemporaryDirectory() as folder:
        back = trip(format, Path(folder) / "out", classes, labels)
    assert [(each.id, each.name) for each in back[0]] == [(c.id, c.name) for c in classes]
    np.testing.assert_array_equal(back[1], labels)


@pytest.mark.parametrize("format", RASTER, ids=lambda each: each.key)
def test_names_of_subfolders_and_lists_come_back(format: Format, tmp_path: Path) -> None:
    sides = {name: Side.VALIDATION if at == 1 else Side.TRAINING for at, name in enumerate(FOUR)}
    write(format, tmp_path / "out", FOUR, CLASSES, ExportOptions(), sides=sides)
    incoming, found = read(format, tmp_path / "out", SIZES)
    assert found.keys() == {"a", "x/a", "x/b", "Ü"}
    for name, labels in FOUR.items():
        np.testing.assert_array_equal(found[name[:-4]], labels)
    assert {each.name: each.side for each in incoming.images} == {
        name[:-4]: side for name, side in sides.items()
    }


@pytest.mark.parametrize("format", RASTER, ids=lambda each: each.key)
def test_it_is_told_from_the_others_by_its_looks(format: Format, tmp_path: Path) -> None:
    write(format, tmp_path / "out", FOUR, CLASSES, ExportOptions())
    with Source(tmp_path / "out") as source:
        assert detect(source) is format
    with exported_to(tmp_path / "out.zip", {}, CancelToken()) as folder:
        write(format, folder, FOUR, CLASSES, images=tmp_path / "images")
    with Source(tmp_path / "out.zip") as source:
        assert detect(source) is format
    _, found = read(format, tmp_path / "out.zip", SIZES)
    np.testing.assert_array_equal(found["x/b"], FOUR["x/b.jpg"])


@pytest.mark.parametrize("format", RASTER, ids=lambda each: each.key)
def test_the_folder_around_does_as_well(format: Format, tmp_path: Path) -> None:
    sides = dict.fromkeys(FOUR, Side.VALIDATION)
    write(format, tmp_path / "top" / "out", FOUR, CLASSES, ExportOptions(), sides=sides)
    for path in (tmp_path / "top-images", tmp_path / "top" / "out-images"):
        shutil.rmtree(path, ignore_errors=True)
    with Source(tmp_path / "top") as source:
        assert detect(source) is format
    incoming, found = read(format, tmp_path / "top", SIZES)
    assert [each.id for each in incoming.classes] == [0, 3, 254]
    assert found.keys() == {"a", "x/a", "x/b", "Ü"}
    assert {each.side for each in incoming.images} == {Side.VALIDATION}


@pytest.mark.parametrize("format", WITH_VALUES, ids=lambda each: each.key)
def test_another_ignore_value_goes_out_and_in(format: Format, tmp_path: Path) -> None:
    options = ExportOptions(images=ImageFiles.NONE, ignore=9)
    write(format, tmp_path / "out", {"a.png": MAP}, CLASSES, options)
    (mask,) = masks_under(tmp_path / "out")
    stored = np.load(mask) if mask.suffix == ".npy" else np.array(Image.open(mask))
    np.testing.assert_array_equal(stored, np.where(MAP == 255, 9, MAP))
    for said in (ReadOptions(ignore=9), ReadOptions()):
        incoming, found = read(format, tmp_path / "out", SIZES, said)
        np.testing.assert_array_equal(found["a"], MAP)
        assert [each.id for each in incoming.classes] == [0, 3, 254]


@pytest.mark.parametrize("format", WITH_VALUES, ids=lambda each: each.key)
def test_zero_may_be_unlabelled_beside_a_class_of_that_name(format: Format, tmp_path: Path) -> None:
    classes = tuple(
        replace(each, name="unlabelled") if each.id == 3 else each for each in classes_of([3, 254])
    )
    labels = np.where(MAP == 0, 255, MAP).astype(np.uint8)
    options = ExportOptions(images=ImageFiles.NONE, ignore=0)
    write(format, tmp_path / "out", {"a.png": labels}, classes, options)
    incoming, found = read(format, tmp_path / "out", SIZES)
    np.testing.assert_array_equal(found["a"], labels)
    assert [(each.id, each.name) for each in incoming.classes] == [
        (3, "unlabelled"),
        (254, classes[1].name),
    ]


def test_a_value_of_unlabelled_pixels_that_is_none_is_told(tmp_path: Path) -> None:
    write(index_png.FORMAT, tmp_path / "out", {"a.png": MAP}, CLASSES)
    with (tmp_path / "out" / "classes.csv").open("a") as file:
        file.write("300,unlabelled\n")
    with pytest.raises(
        MaskwrightError, match=r"Line 5 of “classes\.csv” needs a value of 0 to 255"
    ):
        read(index_png.FORMAT, tmp_path / "out", SIZES)


@pytest.mark.parametrize("format", RASTER, ids=lambda each: each.key)
def test_a_mask_of_another_size_is_told(format: Format, tmp_path: Path) -> None:
    write(format, tmp_path / "out", {"a.png": MAP}, CLASSES)
    with pytest.raises(MaskwrightError, match=r"a\S* .*3 × 2 pixels, but its image 4 × 2"):
        read(format, tmp_path / "out", {"": (2, 4)})


@pytest.mark.parametrize("format", RASTER, ids=lambda each: each.key)
def test_a_mask_that_is_cut_off_is_told(format: Format, tmp_path: Path) -> None:
    labels = np.random.default_rng(0).choice(np.array([0, 3], np.uint8), (50, 50))
    write(format, tmp_path / "out", {"a.png": labels}, CLASSES)
    (mask,) = masks_under(tmp_path / "out")
    mask.write_bytes(mask.read_bytes()[:-90])
    with pytest.raises(MaskwrightError, match=rf"{mask.name}. is damaged"):
        read(format, tmp_path / "out", {"": (50, 50)})


@pytest.mark.parametrize("format", WITH_VALUES, ids=lambda each: each.key)
def test_a_value_that_is_no_class_is_told_with_its_place(format: Format, tmp_path: Path) -> None:
    strange = MAP.copy()
    strange[1, 2] = 77
    write(format, tmp_path / "out", {"a.png": strange}, CLASSES)
    with pytest.raises(MaskwrightError, match=r"has the value 77 \(first at x 2, y 1\)"):
        read(format, tmp_path / "out", SIZES)


@pytest.mark.parametrize("format", RASTER, ids=lambda each: each.key)
def test_a_source_that_is_something_else_is_told(format: Format, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir")
    assert format.reader is not None
    with Source(tmp_path) as source:
        assert not format.reader.looks_like(source)
    with pytest.raises(MaskwrightError, match=tmp_path.name):
        Import.open(tmp_path, format)


def test_keys_are_typed_easily_and_are_no_other_s() -> None:
    keys = [each.key for each in FORMATS]
    assert len(set(keys)) == len(keys)
    assert all(key == key.lower() and key.isascii() and " " not in key for key in keys)
    assert all(each.writer is not None or each.reader is not None for each in FORMATS)
