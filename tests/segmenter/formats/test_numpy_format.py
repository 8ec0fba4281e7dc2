"""NumPy files, ours and those of strangers."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from format_trips import classes_of, read, write
from numpy.lib import format as npy

from segmenter.errors import MaskwrightError
from segmenter.formats.numpy_format import FORMAT
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source

MAP = np.array([[0, 3, 3], [255, 3, 254]], np.uint8)
SIZES = {"": (2, 3)}


def test_numpy_reads_the_very_array(tmp_path: Path) -> None:
    write(FORMAT, tmp_path, {"x/a.png": MAP}, classes_of([0, 3, 254]))
    found = np.load(tmp_path / "masks" / "x" / "a.npy", allow_pickle=False)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, MAP)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint16, ">i4", np.int64])
def test_other_whole_numbers_in_any_order_are_read(tmp_path: Path, dtype: str) -> None:
    labels = np.asfortranarray([[0, 1, 1], [1, 0, 1]]).astype(dtype)
    np.save(tmp_path / "a.npy", labels)
    np.testing.assert_array_equal(read(FORMAT, tmp_path, SIZES)[1]["a"], labels)


def test_npz_files_hold_one_image_or_many(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "x.npz", labels=MAP)
    arrays: dict[str, Any] = {"dogs/rex": MAP, "tom.png": MAP[::-1]}
    np.savez_compressed(tmp_path / "all.npz", **arrays)
    _, found = read(FORMAT, tmp_path, SIZES)
    assert found.keys() == {"x", "dogs/rex", "tom.png"}
    np.testing.assert_array_equal(found["tom.png"], MAP[::-1])


@pytest.mark.parametrize("zipped", [False, True])
def test_an_archive_of_many_is_not_opened_again_for_each(
    tmp_path: Path, zipped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    arrays: dict[str, Any] = {f"{number:02}": np.full((2, 3), number) for number in range(20)}
    np.savez_compressed(folder / "all.npz", **arrays)
    if zipped:
        with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
            archive.write(folder / "all.npz", "all.npz")
    opened = 0
    open_zip = zipfile.ZipFile.__init__

    def counted(*arguments: Any, **settings: Any) -> None:
        nonlocal opened
        opened += 1
        open_zip(*arguments, **settings)

    monkeypatch.setattr(zipfile.ZipFile, "__init__", counted)
    with Source(folder.with_suffix(".zip") if zipped else folder) as source:
        assert FORMAT.reader is not None
        incoming = FORMAT.reader.open(source, ReadOptions())
        for number, image in enumerate(incoming.images):
            assert image.read((2, 3)).tolist() == [[number] * 3] * 2
    assert opened <= 3


def header(shape: tuple[int, ...], descr: str = "|u1") -> bytes:
    file = io.BytesIO()
    npy.write_array_header_1_0(file, {"shape": shape, "fortran_order": False, "descr": descr})
    return file.getvalue()


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        (b"not an array", "is damaged"),
        (header((2, 3)) + bytes(5), "is damaged"),
        (header((10**6, 10**6)), "more than 400 million values"),
        (header((2, 3), "<f4") + bytes(24), "float32, not whole numbers"),
        (header((2, 3, 4)) + bytes(24), "2 × 3 × 4, not height × width"),
        (header((0, 3)), "not height × width"),
        (header((2, 3), "|O") + pickle.dumps([1]), "object, not whole numbers"),
        (header((2, 3), "<i2") + np.full(6, -1, "<i2").tobytes(), "values of -1 to -1"),
        (header((2, 3), "<i2") + np.full(6, 256, "<i2").tobytes(), "values of 256 to 256"),
    ],
)
def test_what_is_no_map_of_ids_is_told(tmp_path: Path, contents: bytes, told: str) -> None:
    (tmp_path / "a.npy").write_bytes(contents)
    with pytest.raises(MaskwrightError, match=rf"a\.npy. .*{told}"):
        read(FORMAT, tmp_path, SIZES)


def test_an_archive_with_a_name_that_leads_out_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("../evil.npy", b"x")
    with pytest.raises(MaskwrightError, match="leads out of it"):
        read(FORMAT, tmp_path, SIZES)
