"""Colour PNGs: colours that tell every class, and those that don't."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from format_trips import classes_of, read, write
from PIL import Image

from segmenter.errors import MaskwrightError
from segmenter.formats.color_png import FORMAT
from segmenter.formats.importing import Import

MAP = np.array([[0, 3, 3], [255, 3, 254]], np.uint8)
CLASSES = classes_of([0, 3, 254])
SIZES = {"": (2, 3)}


def test_classes_of_one_colour_are_given_one_each(tmp_path: Path) -> None:
    red = tuple(replace(each, color=(255, 0, 0)) for each in CLASSES)
    notes = write(FORMAT, tmp_path, {"a.png": MAP}, red)
    incoming, found = read(FORMAT, tmp_path, SIZES)
    np.testing.assert_array_equal(found["a"], MAP)
    assert len({each.color for each in incoming.classes}) == 3
    assert len(notes) == 2
    assert "255, 0, 1" in notes[0]


def test_a_class_may_have_the_colour_of_unlabelled_pixels(tmp_path: Path) -> None:
    pale = (replace(CLASSES[0], color=(224, 224, 192)), *CLASSES[1:])
    write(FORMAT, tmp_path, {"a.png": MAP}, pale)
    np.testing.assert_array_equal(read(FORMAT, tmp_path, SIZES)[1]["a"], MAP)


def test_without_a_palette_file_it_is_told_what_is_missing(tmp_path: Path) -> None:
    write(FORMAT, tmp_path, {"a.png": MAP}, CLASSES)
    (tmp_path / "palette.csv").unlink()
    with pytest.raises(MaskwrightError, match=r"has no palette\.csv"):
        Import.open(tmp_path, FORMAT)


def test_two_classes_of_one_colour_in_the_palette_file_are_told(tmp_path: Path) -> None:
    write(FORMAT, tmp_path, {"a.png": MAP}, CLASSES)
    (tmp_path / "palette.csv").write_text("0,a,1,1,1\n1,b,1,1,1\n")
    with pytest.raises(MaskwrightError, match=r"palette\.csv. has two classes of the same colour"):
        read(FORMAT, tmp_path, SIZES)


def test_a_blurred_mask_is_told_with_its_first_strange_pixel(tmp_path: Path) -> None:
    write(FORMAT, tmp_path, {"a.png": MAP}, CLASSES)
    path = tmp_path / "masks" / "a.png"
    pixels = np.array(Image.open(path))
    pixels[1, 1] += 1
    Image.fromarray(pixels).save(path)
    with pytest.raises(MaskwrightError, match=r"a\.png. has the colour .*\(first at x 1, y 1\)"):
        read(FORMAT, tmp_path, SIZES)


def test_an_indexed_or_transparent_picture_is_read_by_its_colours(tmp_path: Path) -> None:
    write(FORMAT, tmp_path, {"a.png": MAP}, CLASSES)
    path = tmp_path / "masks" / "a.png"
    with Image.open(path) as picture:
        picture.convert("RGBA").save(path)
    np.testing.assert_array_equal(read(FORMAT, tmp_path, SIZES)[1]["a"], MAP)
