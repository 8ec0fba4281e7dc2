"""The one loader, against Pillow's own result or the values that were written."""

from __future__ import annotations

import struct
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from segmenter.paths import resource
from segmenter.project.images import image_size, load_image, load_thumbnail

Rgb = NDArray[np.uint8]
PillowRgb = Callable[[Path], Rgb]
SAMPLES = sorted(resource("sample").glob("*.jpg"))


def save_lossless(image: Image.Image, path: Path, **parameters: Any) -> None:
    if path.suffix == ".webp":
        parameters["lossless"] = True
    image.save(path, **parameters)


def loads_as(path: Path, expected: Rgb) -> None:
    rgb = load_image(path)
    assert rgb.dtype == np.uint8
    assert rgb.flags.c_contiguous
    assert rgb.flags.writeable
    np.testing.assert_array_equal(rgb, expected)
    assert image_size(path) == (expected.shape[1], expected.shape[0])
    thumbnail = load_thumbnail(path, 16)
    assert max(thumbnail.shape[:2]) == min(16, max(expected.shape[:2]))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_photo_has_the_pixels_that_pillow_gives(
    path: Path, pillow_rgb: PillowRgb
) -> None:
    loads_as(path, pillow_rgb(path))


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_jpeg_of_every_kind(
    tmp_path: Path, photo: Rgb, pillow_rgb: PillowRgb, mode: str, subsampling: int
) -> None:
    image = Image.fromarray(photo).convert(mode)
    for progressive in (False, True):
        path = tmp_path / f"{progressive}.jpg"
        image.save(path, quality=80, progressive=progressive, subsampling=subsampling)
        loads_as(path, pillow_rgb(path))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_exif_orientation_is_applied(
    tmp_path: Path, photo: Rgb, pillow_rgb: PillowRgb, suffix: str, orientation: int
) -> None:
    path = tmp_path / f"x{suffix}"
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(photo).save(path, exif=exif)
    loads_as(path, pillow_rgb(path))
    # Pillow aside: rows and columns have changed places from 5 on.
    assert (load_image(path).shape[:2] == photo.shape[:2]) == (orientation < 5)


def test_orientation_that_makes_no_sense_counts_as_upright(tmp_path: Path, photo: Rgb) -> None:
    path = tmp_path / "x.png"
    exif = Image.Exif()
    exif[0x0112] = 77
    Image.fromarray(photo).save(path, exif=exif)
    loads_as(path, photo)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("bits", [16, 12, 10, 8])
def test_16_bit_grey_keeps_the_high_bits_in_use(tmp_path: Path, suffix: str, bits: int) -> None:
    values = np.linspace(0, 2**bits - 1, 61 * 40).astype(np.uint16).reshape(40, 61)
    path = tmp_path / f"x{suffix}"
    Image.fromarray(values).save(path)
    grey = (values >> (bits - 8)).astype(np.uint8)
    loads_as(path, np.repeat(grey[:, :, None], 3, axis=2))


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("bits", [16, 12])
def test_16_bit_colour_keeps_the_high_bits_in_use(
    tmp_path: Path, pillow_rgb: PillowRgb, suffix: str, channels: int, bits: int
) -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 2**bits, (40, 61, channels), dtype=np.uint16)
    path = tmp_path / f"x{suffix}"
    bgr = np.ascontiguousarray(values[:, :, [2, 1, 0, 3][:channels]])
    path.write_bytes(cv2.imencode(suffix, bgr)[1].tobytes())
    loads_as(path, (values[:, :, :3] >> (bits - 8)).astype(np.uint8))
    if bits == 16:
        loads_as(path, pillow_rgb(path))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_16_bit_colour_tiff_is_turned_once(
    tmp_path: Path, pillow_rgb: PillowRgb, orientation: int
) -> None:
    values = np.random.default_rng(0).integers(0, 65536, (4, 7, 3), dtype=np.uint16)
    path = tmp_path / "x.tif"
    path.write_bytes(plain_tiff(values, orientation))
    loads_as(path, pillow_rgb(path))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_float_colour_tiff_is_turned_once(
    tmp_path: Path, pillow_rgb: PillowRgb, orientation: int
) -> None:
    values = np.random.default_rng(0).integers(0, 256, (4, 7, 3), dtype=np.uint8)
    (tmp_path / "bytes.tif").write_bytes(plain_tiff(values, orientation))
    (tmp_path / "x.tif").write_bytes(plain_tiff(values.astype(np.float32), orientation))
    loads_as(tmp_path / "x.tif", pillow_rgb(tmp_path / "bytes.tif"))


def plain_tiff(values: NDArray[np.generic], orientation: int = 1) -> bytes:
    """An uncompressed little-endian TIFF of H×W×3 values, written by hand: what writes TIFFs
    here writes neither colours of 16 bits nor of floats together with an orientation."""
    height, width, channels = values.shape
    bits = values.dtype.itemsize * 8
    kind = 3 if values.dtype.kind == "f" else 1
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, 0), (259, 3, 1, 1),
            (262, 3, 1, 2), (273, 4, 1, 0), (274, 3, 1, orientation), (277, 3, 1, channels),
            (278, 4, 1, height), (279, 4, 1, values.nbytes), (339, 3, 3, 0)]  # fmt: skip
    triples = 8 + 2 + 12 * len(tags) + 4
    offsets = {258: triples, 339: triples + 6, 273: triples + 12}
    entries = b"".join(
        struct.pack("<HHII", tag, form, count, offsets.get(tag, value))
        for tag, form, count, value in tags
    )
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)
    return head + struct.pack("<6H", *[bits] * 3, *[kind] * 3) + values.tobytes()


def test_float_tiff_from_0_to_1_is_spread_over_0_to_255(tmp_path: Path) -> None:
    values = np.linspace(0, 1, 61 * 40, dtype=np.float32).reshape(40, 61)
    Image.fromarray(values).save(tmp_path / "x.tif")
    grey = np.rint(values * 255).astype(np.uint8)
    loads_as(tmp_path / "x.tif", np.repeat(grey[:, :, None], 3, axis=2))


def test_float_tiff_from_0_to_255_is_taken_as_it_is(tmp_path: Path, pillow_rgb: PillowRgb) -> None:
    values = np.linspace(0, 255, 61 * 40, dtype=np.float32).reshape(40, 61)
    Image.fromarray(values).save(tmp_path / "x.tif")
    loads_as(tmp_path / "x.tif", pillow_rgb(tmp_path / "x.tif"))


def test_float_tiff_of_any_range_is_stretched_and_nan_becomes_black(tmp_path: Path) -> None:
    values = np.linspace(-500, 1500, 61 * 40, dtype=np.float32).reshape(40, 61)
    values[0, 1], values[0, 2] = np.nan, np.inf
    Image.fromarray(values).save(tmp_path / "x.tif")
    rgb = load_image(tmp_path / "x.tif")
    assert rgb[0, :3, 0].tolist() == [0, 0, 255]
    assert rgb[-1, -1].tolist() == [255, 255, 255]
    assert rgb[20, 0, 0] == round((20 * 61) / (40 * 61 - 1) * 255)


def test_float_rgb_tiff_loads(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((40, 61, 3), np.float32)
    values[0, 0] = (0.0, 1.0, 0.5)
    (tmp_path / "x.tif").write_bytes(cv2.imencode(".tif", values[:, :, ::-1])[1].tobytes())
    loads_as(tmp_path / "x.tif", np.rint(values * 255).astype(np.uint8))


def test_32_bit_integer_tiff_loads(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 61 * 40).astype(np.int32).reshape(40, 61)
    Image.fromarray(values).save(tmp_path / "x.tif")
    grey = (values >> 8).astype(np.uint8)
    loads_as(tmp_path / "x.tif", np.repeat(grey[:, :, None], 3, axis=2))


MODES = {
    ".png": ("1", "L", "LA", "P", "RGB", "RGBA"),
    ".tif": ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"),
    ".webp": ("L", "LA", "P", "RGB", "RGBA"),
    ".bmp": ("1", "L", "P", "RGB", "RGBA"),
    ".gif": ("1", "L", "LA", "P", "RGB", "RGBA"),
}


@pytest.mark.parametrize(
    ("suffix", "mode"), [(suffix, mode) for suffix, modes in MODES.items() for mode in modes]
)
def test_every_colour_mode(
    tmp_path: Path, photo: Rgb, pillow_rgb: PillowRgb, suffix: str, mode: str
) -> None:
    alpha = Image.linear_gradient("L").resize((photo.shape[1], photo.shape[0]))
    image = Image.fromarray(photo)
    if mode in ("LA", "PA", "RGBA"):
        image = image.convert({"LA": "L", "PA": "P"}.get(mode, "RGB")).convert(mode)
        image.putalpha(alpha)
    else:
        image = image.convert(mode)
    path = tmp_path / f"x{suffix}"
    save_lossless(image, path)
    loads_as(path, pillow_rgb(path))


@pytest.mark.parametrize("transparency", [3, bytes(range(256))])
def test_palette_png_with_transparency_keeps_its_stored_colours(
    tmp_path: Path, photo: Rgb, transparency: int | bytes
) -> None:
    image = Image.fromarray(photo).quantize(256)
    path = tmp_path / "x.png"
    image.save(path, transparency=transparency)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loads_as(path, np.array(image.convert("RGB")))


def test_transparent_pixels_keep_their_stored_colours(tmp_path: Path, photo: Rgb) -> None:
    rgba = np.dstack([photo, np.zeros(photo.shape[:2], np.uint8)])
    Image.fromarray(rgba).save(tmp_path / "x.png")
    loads_as(tmp_path / "x.png", photo)


@pytest.mark.parametrize("suffix", [".gif", ".png", ".webp", ".tif"])
def test_first_picture_of_several(
    tmp_path: Path, photo: Rgb, pillow_rgb: PillowRgb, suffix: str
) -> None:
    frames = [Image.fromarray(np.roll(photo, 20 * k, axis=1)) for k in range(3)]
    path = tmp_path / f"x{suffix}"
    save_lossless(frames[0], path, save_all=True, append_images=frames[1:])
    loads_as(path, pillow_rgb(path))
    if suffix != ".gif":
        loads_as(path, photo)


def test_picture_pair_of_a_camera(tmp_path: Path, photo: Rgb, pillow_rgb: PillowRgb) -> None:
    frames = [Image.fromarray(photo), Image.fromarray(photo[::-1].copy())]
    path = tmp_path / "x.jpg"
    frames[0].save(path, "MPO", save_all=True, append_images=frames[1:])
    loads_as(path, pillow_rgb(path))


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_deflate", "packbits", "jpeg"])
def test_tiff_compressions(
    tmp_path: Path, photo: Rgb, pillow_rgb: PillowRgb, compression: str
) -> None:
    path = tmp_path / "x.tif"
    Image.fromarray(photo).save(path, compression=compression)
    loads_as(path, pillow_rgb(path))


@pytest.mark.parametrize("suffix", [".jp2", ".avif", ".ppm", ".webp"])
def test_other_formats(tmp_path: Path, photo: Rgb, pillow_rgb: PillowRgb, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    Image.fromarray(photo).save(path)
    loads_as(path, pillow_rgb(path))


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".bmp", ".tif", ".gif", ".webp"])
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1)])
def test_smallest_and_thinnest(
    tmp_path: Path, pillow_rgb: PillowRgb, suffix: str, size: tuple[int, int]
) -> None:
    path = tmp_path / f"x{suffix}"
    Image.new("RGB", size, (200, 100, 50)).save(path)
    loads_as(path, pillow_rgb(path))


def test_contents_tell_the_format_not_the_suffix(tmp_path: Path, photo: Rgb) -> None:
    Image.fromarray(photo).save(tmp_path / "x.jpg", "PNG")
    loads_as(tmp_path / "x.jpg", photo)


def test_jpeg_with_more_behind_its_end(tmp_path: Path, photo: Rgb, pillow_rgb: PillowRgb) -> None:
    path = tmp_path / "x.jpg"
    Image.fromarray(photo).save(path)
    path.write_bytes(path.read_bytes() + b"a camera's own notes")
    loads_as(path, pillow_rgb(path))


def test_96_megapixels_load_upright(tmp_path: Path) -> None:
    grey = np.repeat(np.linspace(0, 255, 12_000).astype(np.uint8)[None], 8_000, axis=0)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(grey).save(tmp_path / "x.jpg", exif=exif, quality=60)
    rgb = load_image(tmp_path / "x.jpg")
    assert rgb.shape == (12_000, 8_000, 3)
    assert rgb[0].max() < 5
    assert rgb[-1].min() > 250
    assert load_thumbnail(tmp_path / "x.jpg", 200).shape == (200, 133, 3)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_thumbnail_looks_like_the_image(path: Path) -> None:
    thumbnail = load_thumbnail(path, 128)
    height, width = thumbnail.shape[:2]
    whole = cv2.resize(load_image(path), (width, height), interpolation=cv2.INTER_AREA)
    assert np.abs(thumbnail.astype(int) - whole).mean() < 4


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".bmp", ".gif", ".tif"])
def test_the_size_is_told_without_reading_the_whole_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    Image.new("RGB", (70, 50), (9, 8, 7)).save(path)
    with path.open("r+b") as file:
        file.truncate(2**26)
    tracemalloc.start()
    try:
        size = image_size(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size == (70, 50)
    assert peak < 2**22
