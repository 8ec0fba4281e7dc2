"""What can't be loaded becomes one sentence, and never blocks."""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from segmenter.errors import MaskwrightError
from segmenter.paths import resource
from segmenter.project.images import image_size, load_image, load_thumbnail

Rgb = NDArray[np.uint8]
# Outside of tests the loader silences them; pytest brings them back.
pytestmark = pytest.mark.filterwarnings("ignore:::PIL")


def sentence_for(path: Path) -> str:
    """The one sentence that all three ways of loading raise."""
    with pytest.raises(MaskwrightError) as raised:
        load_image(path)
    sentence = str(raised.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    with pytest.raises(MaskwrightError):
        load_thumbnail(path, 64)
    return sentence


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").touch()
    assert "empty (0 bytes)" in sentence_for(tmp_path / "x.jpg")


def test_text_named_jpg(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_text("Dear diary, today I took no photo.")
    assert "not an image" in sentence_for(tmp_path / "x.jpg")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp", ".gif", ".bmp", ".jp2"])
def test_truncated_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    with Image.open(resource("sample", "cat.jpg")) as image:
        image.save(path)
    contents = path.read_bytes()
    path.write_bytes(contents[: len(contents) * 6 // 10])
    sentence = sentence_for(path)
    assert "“x" in sentence
    assert "cut off" in sentence or "damaged" in sentence


def test_missing_file(tmp_path: Path) -> None:
    assert "no longer there" in sentence_for(tmp_path / "x.jpg")


def test_folder_named_like_an_image(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").mkdir()
    assert "folder" in sentence_for(tmp_path / "x.jpg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.timeout(10)
def test_pipe_named_like_an_image_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.jpg")
    assert "pipe" in sentence_for(tmp_path / "x.jpg")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
@pytest.mark.timeout(10)
def test_link_to_an_endless_device_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").symlink_to("/dev/zero")
    assert "device" in sentence_for(tmp_path / "x.jpg")


def test_link_that_leads_back_to_itself(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").symlink_to("x.jpg")
    assert "leads back to itself" in sentence_for(tmp_path / "x.jpg")


def test_link_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").symlink_to("gone.jpg")
    assert "link to a file that is no longer there" in sentence_for(tmp_path / "x.jpg")


def test_name_that_is_too_long(tmp_path: Path) -> None:
    sentence = sentence_for(tmp_path / f"{'x' * 300}.jpg")
    assert len(sentence) < 260


def test_name_with_a_newline_is_told_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "two\nlines.jpg").write_bytes(b"no image")
    assert "“two\\nlines.jpg”" in sentence_for(tmp_path / "two\nlines.jpg")


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_file_without_permission(
    open_tmp_path: Path,
    photo: Rgb,
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    Image.fromarray(photo).save(open_tmp_path / "x.png")
    (open_tmp_path / "x.png").chmod(0)
    done = run_python(
        """
        import os, sys
        from segmenter.project.images import load_image
        if os.geteuid() == 0:  # whom permissions do not stop
            os.setgid(65534)
            os.setuid(65534)
        load_image(sys.argv[1])
        """,
        open_tmp_path / "x.png",
    )
    assert "MaskwrightError: “x.png” may not be read by this user" in done.stderr


def png_that_claims(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(100))
    chunks = [struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c))
              for c in (header, data, b"IEND")]  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("size", [(20_001, 20_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_absurdly_large_image_is_refused_before_it_is_decoded(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    (tmp_path / "x.png").write_bytes(png_that_claims(*size))
    assert "more than 400 million pixels" in sentence_for(tmp_path / "x.png")
    with pytest.raises(MaskwrightError):
        image_size(tmp_path / "x.png")


def test_absurdly_large_image_in_a_layout_that_only_opencv_reads(
    tmp_path: Path, photo: Rgb
) -> None:
    tiff = bytearray(cv2.imencode(".tif", photo.astype(np.float32))[1].tobytes())
    start = int.from_bytes(tiff[4:8], "little") + 2
    sizes = {256: 40_000, 257: 40_000}
    for entry in range(start, start + 12 * 8, 12):
        tag = int.from_bytes(tiff[entry : entry + 2], "little")
        if tag in sizes:
            tiff[entry + 8 : entry + 12] = struct.pack("<I", sizes.pop(tag))
            tiff[entry + 2 : entry + 4] = struct.pack("<H", 4)
    assert not sizes
    (tmp_path / "x.tif").write_bytes(tiff)
    assert "more than 400 million pixels" in sentence_for(tmp_path / "x.tif")


def test_absurdly_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "x.png").open("wb") as file:
        file.truncate(2**33)  # sparse: takes no space
    assert "larger than 2 GB" in sentence_for(tmp_path / "x.png")


def loads_or_tells(path: Path) -> None:
    for load in (load_image, image_size, lambda p: load_thumbnail(p, 20)):
        with contextlib.suppress(MaskwrightError):
            load(path)


NO_DEADLINE = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)


@NO_DEADLINE
@given(st.binary(max_size=400))
@example(b"II*\0" + bytes(20))
@example(b"%!PS-Adobe-3.0 EPSF-3.0\n")
def test_random_bytes_load_or_tell(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / "x.jpg").write_bytes(contents)
    loads_or_tells(tmp_path / "x.jpg")


@pytest.fixture(scope="module")
def originals(photo: Rgb, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Small files of every format, to be damaged."""
    folder = tmp_path_factory.mktemp("originals")
    rgb = Image.fromarray(photo)
    exif = Image.Exif()
    exif[0x0112] = 6
    files = []
    for number, (image, suffix) in enumerate(
        [
            *[(rgb, s) for s in (".jpg", ".png", ".tif", ".webp", ".bmp", ".ppm", ".jp2")],
            (rgb.convert("P"), ".gif"),
            (rgb.convert("P"), ".png"),
            (rgb.convert("CMYK"), ".jpg"),
            (Image.fromarray(photo[:, :, 0].astype(np.uint16) * 257), ".png"),
            (Image.fromarray(photo[:, :, 0].astype(np.float32)), ".tif"),
        ]
    ):
        path = folder / f"{number}{suffix}"
        if suffix in (".jpg", ".tif", ".webp"):
            image.save(path, exif=exif)
        else:
            image.save(path)
        files.append(path.read_bytes())
    return files


@NO_DEADLINE
@given(st.data())
def test_damaged_images_load_or_tell(
    tmp_path: Path, originals: list[bytes], data: st.DataObject
) -> None:
    contents = bytearray(data.draw(st.sampled_from(originals)))
    # Most of what breaks decoders stands in the first bytes.
    place = st.one_of(
        st.integers(0, min(200, len(contents) - 1)), st.integers(0, len(contents) - 1)
    )
    for at, value in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), max_size=12)):
        contents[at] = value
    if data.draw(st.booleans()):
        start = data.draw(place)
        del contents[start : start + data.draw(st.integers(1, len(contents)))]
    (tmp_path / "x.jpg").write_bytes(contents)
    loads_or_tells(tmp_path / "x.jpg")
