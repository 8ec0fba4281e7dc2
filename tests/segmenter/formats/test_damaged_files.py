"""Whatever happens to a file, reading it gives labels or one sentence, and never a bug's report."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import pytest
from format_trips import classes_of, write

from segmenter.errors import MaskwrightError
from segmenter.formats.format import Format
from segmenter.formats.reader import ReadOptions
from segmenter.formats.registry import FORMATS
from segmenter.formats.source import Source

BOTH_WAYS = [each for each in FORMATS if each.writer is not None and each.reader is not None]
MUTATIONS = 20
SIZE = (12, 15)
STRANGE = (
    *(b"null", b"-1", b"1e999", b"NaN", b"[]", b"{}", b'"', b"\x00", b"../", b"9" * 20),
    *(b"\xff\xfe", b"<", b"&x;"),
)


def damaged(contents: bytes, rng: random.Random) -> bytes:
    """Cut off, with bytes changed or taken away, with something strange in it, or with another
    number in the place of one."""
    at = rng.randrange(len(contents))
    kind = rng.randrange(5)
    if kind == 0:
        return contents[:at]
    if kind == 1:
        return contents[:at] + bytes([rng.randrange(256)]) + contents[at + 1 :]
    if kind == 2:
        return contents[:at] + contents[at + rng.randint(1, 20) :]
    numbers = list(re.finditer(rb"\d+", contents))
    if kind == 3 or not numbers:
        return contents[:at] + rng.choice(STRANGE) + contents[at:]
    number = rng.choice(numbers)
    other = rng.choice([b"-7", b"0", b"300", b"4294967296", b"1e400", b"null", b"[1,[2]]", b"true"])
    return contents[: number.start()] + other + contents[number.end() :]


@pytest.mark.parametrize("format", BOTH_WAYS, ids=lambda each: each.key)
def test_damage_is_a_sentence(format: Format, tmp_path: Path) -> None:
    rng = random.Random(format.key)
    labels = np.random.default_rng(0).choice(np.array([0, 3, 254, 255], np.uint8), SIZE)
    labels[2:8, 3:9] = 3
    out = tmp_path / "out"
    write(format, out, {"a.png": labels, "x/b.jpg": labels}, classes_of([0, 3, 254]))
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.stat().st_size)
    refused = 0
    for _ in range(MUTATIONS):
        path = rng.choice(files)
        whole = path.read_bytes()
        path.write_bytes(damaged(whole, rng))
        try:
            refused += not _is_read(format, out)
        finally:
            path.write_bytes(whole)
    assert _is_read(format, out)
    assert refused


def _is_read(format: Format, out: Path) -> bool:
    """Whether it is read, to labels that are some; otherwise it was refused with a sentence."""
    assert format.reader is not None
    with Source(out) as source:
        format.reader.looks_like(source)
        try:
            incoming = format.reader.open(source, ReadOptions())
            maps = [each.read(SIZE) for each in incoming.images]
        except MaskwrightError as error:
            sentence = str(error)
        else:
            sentence = ""
    if sentence:
        assert "\n" not in sentence
        assert len(sentence) < 500
        return False
    known = {each.id for each in incoming.classes} | {255}
    for labels in maps:
        assert (labels.shape, labels.dtype) == (SIZE, np.uint8)
        assert set(np.unique(labels).tolist()) <= known
    return True
