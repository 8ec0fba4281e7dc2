"""What every format of objects promises: told from the others, and no damaged file gets through."""

from __future__ import annotations

import random
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from format_trips import Labels, classes_of, read, write

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import ExportOptions
from segmenter.formats.format import Format
from segmenter.formats.reader import ReadOptions
from segmenter.formats.registry import FORMATS, detect
from segmenter.formats.source import Source
from segmenter.formats.target import exported_to

OBJECTS = [each for each in FORMATS if each.has_objects]
EACH = pytest.mark.parametrize("format", OBJECTS, ids=lambda each: each.key)

MAP = np.array([[3, 3, 3, 255, 7], [3, 7, 3, 254, 7], [3, 3, 3, 255, 7]], np.uint8)
CLASSES = classes_of([3, 7, 254])
SIZES = {"": (3, 5)}


def by_stem(found: dict[str, Labels]) -> dict[str, Labels]:
    """Some formats have images in a folder of their own, or with their suffix."""
    return {name.removeprefix("images/").rsplit(".", 1)[0]: each for name, each in found.items()}


@EACH
def test_it_is_told_from_the_others_by_its_looks(format: Format, tmp_path: Path) -> None:
    four = {name: np.roll(MAP, at) for at, name in enumerate(("a.png", "x/a.jpg", "x/b.jpg"))}
    write(format, tmp_path / "out", four, CLASSES, ExportOptions())
    with Source(tmp_path / "out") as source:
        assert type(detect(source).reader) is type(format.reader)
    with exported_to(tmp_path / "out.zip", {}, CancelToken()) as folder:
        write(format, folder, four, CLASSES, images=tmp_path / "images")
    with Source(tmp_path / "out.zip") as source:
        assert type(detect(source).reader) is type(format.reader)
    _, found = read(format, tmp_path / "out.zip", SIZES)
    for name, labels in four.items():
        np.testing.assert_array_equal(by_stem(found)[name.rsplit(".", 1)[0]], labels)


@EACH
def test_images_without_any_object_come_back(format: Format, tmp_path: Path) -> None:
    nothing = np.full(MAP.shape, 255, np.uint8)
    write(format, tmp_path / "out", {"a.png": nothing, "b.png": MAP}, CLASSES)
    _, found = read(format, tmp_path / "out", SIZES)
    assert (by_stem(found)["a"] == 255).all()
    np.testing.assert_array_equal(by_stem(found)["b"], MAP)


@EACH
def test_a_zip_that_leads_out_of_itself_is_refused(format: Format, tmp_path: Path) -> None:
    write(format, tmp_path / "out", {"a.png": MAP}, CLASSES)
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        for file in (tmp_path / "out").rglob("*.*"):
            archive.write(file, f"../{file.name}")
    with pytest.raises(MaskwrightError, match="leads out of it"), Source(tmp_path / "out.zip"):
        pass


ODD = [
    *(b"null", b"-1", b"1e999", b"9" * 30, b'""', b"[]", b"{}", b"NaN", b"true", b"0.5"),
    *(b"\x00", b"\xff", b"<", b"&", b"[[[[", b'"\\ud800"', b"\r\n"),
]


def damaged(contents: bytes, chance: random.Random) -> bytes:
    """Cut off, a byte changed, or a number, text, list or object replaced by something odd."""
    odd = chance.choice(ODD)
    parts = list(re.finditer(rb'-?\d+(\.\d+)?|"[^"]*"|\[[^\[\]]*\]|\{[^{}]*\}', contents))
    at = chance.randrange(len(contents) + 1)
    match chance.randrange(4):
        case 0:
            return contents[:at]
        case 1:
            return contents[:at] + odd + contents[at:]
        case 2:
            return contents[:at] + contents[at + chance.randrange(1, 20) :]
        case _ if parts:
            part = chance.choice(parts)
            return contents[: part.start()] + odd + contents[part.end() :]
    return b""


@EACH
def test_a_damaged_file_is_read_or_refused_in_one_sentence(format: Format, tmp_path: Path) -> None:
    assert format.reader is not None
    out = tmp_path / "out"
    write(format, out, {"a.png": MAP, "b.png": MAP.T.copy()}, CLASSES)
    files = [each for each in sorted(out.rglob("*")) if each.is_file()]
    chance = random.Random(0)
    refused = []
    for _ in range(60):
        file = chance.choice(files)
        whole = file.read_bytes()
        file.write_bytes(damaged(whole, chance))
        try:
            with Source(out) as source:
                format.reader.looks_like(source)
                incoming = format.reader.open(source, ReadOptions())
                known = {*(each.id for each in incoming.classes), 255}
                for image in incoming.images:
                    labels = image.read(image.size or (3, 5))
                    assert set(labels.flat) <= known
        except MaskwrightError as error:
            refused.append(str(error))
        file.write_bytes(whole)
    assert len(refused) > 10
    assert not [sentence for sentence in refused if "\n" in sentence]
