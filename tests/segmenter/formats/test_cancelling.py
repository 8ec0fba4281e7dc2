"""Who presses Cancel does not wait until a large data set has been opened."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from format_trips import classes_of, write

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled
from segmenter.formats.format import Format
from segmenter.formats.importing import Import
from segmenter.formats.reader import ReadOptions
from segmenter.formats.registry import FORMATS
from segmenter.formats.source import Source

READ = [each for each in FORMATS if each.writer is not None and each.reader is not None]
EACH = pytest.mark.parametrize("format", READ, ids=lambda each: each.key)
IMAGES = 30


class Impatient(CancelToken):
    """Sets itself when it has been asked so often."""

    def __init__(self, patience: int) -> None:
        super().__init__()
        self.asked = 0
        self._patience = patience

    def check(self) -> None:
        self.asked += 1
        if self.asked >= self._patience:
            self.cancel()
        super().check()


def written(format: Format, out: Path) -> Path:
    maps = {f"{number}.png": np.eye(8, dtype=np.uint8) for number in range(IMAGES)}
    write(format, out, maps, classes_of([0, 1]))
    return out


@EACH
def test_looking_and_opening_end_at_once(format: Format, tmp_path: Path) -> None:
    assert format.reader is not None
    source = Source(written(format, tmp_path / "out"))
    assert source.names
    source.cancel.cancel()
    with suppress(Cancelled):  # some look at names alone
        assert format.reader.looks_like(source)
    with pytest.raises(Cancelled):
        format.reader.open(source, ReadOptions())


def test_an_import_is_not_opened_to_its_end(tmp_path: Path) -> None:
    path = written(FORMATS[0], tmp_path / "out")
    with pytest.raises(Cancelled):
        Import.open(path, cancel=Impatient(IMAGES))
    token = CancelToken()
    with Import.open(path, cancel=token) as opened:
        token.cancel()  # the next steps have tokens of their own
        assert opened.incoming.images[0].read((8, 8)).shape == (8, 8)


@pytest.mark.parametrize("key", ["coco", "labelme", "cvat", "label-studio"])
def test_it_is_asked_for_each_image(key: str, tmp_path: Path) -> None:
    (format,) = (each for each in FORMATS if each.key == key)
    assert format.reader is not None
    path = written(format, tmp_path / "out")
    token = Impatient(10**6)
    format.reader.open(Source(path, token), ReadOptions())
    assert token.asked >= IMAGES
    with pytest.raises(Cancelled):
        format.reader.open(Source(path, Impatient(token.asked // 2)), ReadOptions())
