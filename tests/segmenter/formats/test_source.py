"""Files of strangers: nothing leads out of what was named, and nothing unpacks without end."""

from __future__ import annotations

import io
import os
import random
import zipfile
from pathlib import Path

import pytest

from segmenter.errors import MaskwrightError
from segmenter.formats import safe_zip
from segmenter.formats.lists import sides_of
from segmenter.formats.registry import detect
from segmenter.formats.source import Source
from segmenter.project.state import Side


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in members.items():
            archive.writestr(name, contents)
    return path


@pytest.fixture(params=["folder", "zip"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    """``a.txt`` and ``sub/b2.txt``, ``sub/b10.txt`` and what is to be overlooked."""
    files = {
        "a.txt": b"\xef\xbb\xbfone",
        "sub/b10.txt": b"ten",
        "sub/b2.txt": b"two",
        ".DS_Store": b"x",
        "__MACOSX/._a.txt": b"x",
    }
    if request.param == "zip":
        return Source(packed(tmp_path / "data.zip", files))
    for name, contents in files.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)
    (tmp_path / "secret.txt").write_text("secret")
    return Source(tmp_path / "data")


def test_names_come_in_natural_order_without_hidden_ones(source: Source) -> None:
    assert list(source.names) == ["a.txt", "sub/b2.txt", "sub/b10.txt"]


def test_files_are_read_by_the_names_that_lists_have(source: Source) -> None:
    assert source.read_text("a.txt") == "one"
    assert source.read("./sub\\b2.txt") == b"two"
    assert source.read("sub/../a.txt") == b"\xef\xbb\xbfone"
    assert source.read_start("sub/b10.txt", 2) == b"te"
    assert source.has("sub/b2.txt")
    assert not source.has("sub/b3.txt")


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "sub/../../secret.txt", "/etc/passwd", "..\\secret.txt", "C:\\x", "", "a\0"],
)
def test_what_leads_out_is_refused(source: Source, name: str) -> None:
    for ask in (source.read, source.has, source.read_text):
        with pytest.raises(MaskwrightError, match="leads out of"):
            ask(name)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("name", ["x:1.txt", "a\\b.txt", "sub/C:"])
def test_a_file_of_its_own_is_no_strangers_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"own")
    for path in (tmp_path, tmp_path / name):
        with Source(path) as source:
            own = source.names[-1]
            assert source.has(own)
            assert source.read(own) == source.read_start(own, 3) == b"own"


def test_lists_may_name_what_lies_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("./a\n../x\nC:\\b.jpg\nsub\\c\n")
    with Source(tmp_path) as source:
        sides = sides_of(source)
    assert {"a", "sub/c"} <= sides.keys()
    assert set(sides.values()) == {Side.TRAINING}


def test_what_is_not_there_is_told(source: Source) -> None:
    with pytest.raises(MaskwrightError, match=r"nothing\.txt. .*is not there"):
        source.read("nothing.txt")


def test_a_text_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"caf\xe9")
    with pytest.raises(MaskwrightError, match=r"a\.json. is no UTF-8 text \(byte 3\)"):
        Source(tmp_path / "a.json").read_text("a.json")


@pytest.mark.parametrize("name", ["../evil.png", "a/../../evil.png", "/evil.png", "..\\evil.png"])
def test_a_zip_with_a_member_that_leads_out_is_not_used(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "a.zip", {"good.png": b"x", name: b"x"})
    with pytest.raises(MaskwrightError, match="leads out of it"):
        Source(path)
    assert {each.name for each in tmp_path.iterdir()} == {"a.zip"}


def test_a_member_that_unpacks_without_end_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safe_zip, "MAX_MEMBER_BYTES", 100_000)
    path = packed(tmp_path / "bomb.zip", {"a.png": bytes(10_000_000), "b.png": bytes(99_999)})
    with Source(path) as source:
        with pytest.raises(MaskwrightError, match=r"a\.png. in .bomb\.zip. unpacks to more than"):
            source.read("a.png")
        assert len(source.read("b.png")) == 99_999
        assert len(source.read_start("a.png", 8)) == 8


def test_a_text_that_is_one_thing_over_and_over_is_not_unpacked(tmp_path: Path) -> None:
    swollen = b"{}," * (safe_zip.SWOLLEN_BYTES // 3 + 1)
    path = packed(tmp_path / "bomb.zip", {"c.json": swollen, "c.xml": swollen, "c.npy": swollen})
    with Source(path) as source:
        for name, read in (("c.json", source.read_text), ("c.xml", source.read_encoded_text)):
            with pytest.raises(
                MaskwrightError, match=rf"{name}. in .* unpacks to [0-9,]+ times its"
            ):
                read(name)
        assert source.read("c.npy") == swollen


def test_a_large_text_is_unpacked(tmp_path: Path) -> None:
    numbers = random.Random(0)
    line = ", ".join(f"{numbers.uniform(0, 640):.2f}" for _ in range(100_000))
    text = (line * (safe_zip.SWOLLEN_BYTES // len(line) + 1)).encode()
    with Source(packed(tmp_path / "a.zip", {"a.json": text})) as source:
        assert len(source.read_text("a.json")) == len(text) > safe_zip.SWOLLEN_BYTES


def test_a_zip_that_says_it_is_huge_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", allowZip64=True) as archive:
        info = zipfile.ZipInfo("a.png")
        archive.writestr(info, b"x")
        info.file_size = 2**40
    with pytest.raises(MaskwrightError, match="unpacks to 1,024 GB"):
        Source(path)


def test_a_zip_that_lies_about_its_sizes_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.png": bytes(5000)})
    contents = bytearray(path.read_bytes())
    directory = contents.rindex(b"PK\x01\x02")
    contents[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    path.write_bytes(contents)
    with Source(path) as source, pytest.raises(MaskwrightError, match="damaged or encrypted"):
        source.read("a.png")


def test_a_zip_that_is_cut_off_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.png": b"x" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(MaskwrightError, match=r"a\.zip. can't be read as a zip file"):
        Source(path)


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 8
    path = packed(tmp_path / "a.zip", {"a.png": noise})
    contents = bytearray(path.read_bytes())
    contents[60] ^= 255
    path.write_bytes(contents)
    with Source(path) as source, pytest.raises(MaskwrightError, match="damaged or encrypted"):
        source.read("a.png")


def test_a_zip_by_another_name_is_a_zip(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", b"one")
    (tmp_path / "export.cvat").write_bytes(stream.getvalue())
    with Source(tmp_path / "export.cvat") as source:
        assert source.is_zip
        assert list(source.names) == ["a.txt"]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_is_told_whatever_its_compression(tmp_path: Path, method: int) -> None:
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.txt", random.Random(0).randbytes(1000))
    whole = path.read_bytes()
    start = 30 + len("a.txt")
    for at in range(start, start + 60):
        path.write_bytes(whole[:at] + b"\xff" * 40 + whole[at + 40 :])
        with (
            Source(path) as source,
            pytest.raises(MaskwrightError, match=r"“a\.txt” in “data\.zip” is damaged"),
        ):
            source.read("a.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among its files")
@pytest.mark.parametrize("name", ["x.json", "x.xml", "x.txt", "x.png", "classes.csv"])
def test_nobody_waits_for_a_pipe_among_the_files(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with Source(tmp_path) as source:
        for read in (source.read, source.read_text, lambda name: source.read_start(name, 8)):
            with pytest.raises(MaskwrightError, match=rf"“{name}” is a folder, a pipe or a device"):
                read(name)
        with pytest.raises(MaskwrightError, match="looks like none"):
            detect(source)
