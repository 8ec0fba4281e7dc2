"""The one image loader: whatever lies in a folder becomes uint8 RGB, upright, or a sentence.

The rules, where formats leave a choice:

* EXIF orientation is applied, of every format that has one.
* 16-bit, 32-bit and float samples follow :mod:`segmenter.project.eight_bits`.
* The stored colour counts; an alpha channel is left out. This is what ``convert("RGB")`` of
  Pillow gives, and with it every training script that reads the same file.
* CMYK, YCbCr and palettes are converted by Pillow. Colour profiles are not applied.
* Of animations and multi-page files the first picture counts.
* The contents tell the format, not the suffix.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from segmenter.errors import MaskwrightError
from segmenter.project.eight_bits import to_eight_bits
from segmenter.project.file_bytes import open_file, read_bytes
from segmenter.project.listing import IMAGE_SUFFIXES, list_images
from segmenter.project.orientation import orientation_of, upright
from segmenter.wording import shown

__all__ = [
    "FORMATS",
    "IMAGE_SUFFIXES",
    "MAX_PIXELS",
    "image_size",
    "list_images",
    "load_image",
    "load_thumbnail",
]

MAX_PIXELS = 400_000_000
"""20,000 × 20,000: 1.2 GB as RGB. What is larger is refused before it is decoded."""

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "DIB", "GIF", "PPM", "JPEG2000", "AVIF")
"""What Pillow may be asked to open. Never EPS, which runs another program."""

# Pillow would import each decoder when it first needs it, and refuses a list of formats
# with one that it has not imported yet.
for _plugin in ("Avif", "Bmp", "Gif", "Jpeg", "Jpeg2K", "Mpo", "Png", "Ppm", "Tiff", "WebP"):
    import_module(f"PIL.{_plugin}ImagePlugin")

# Pillow's own limit would warn from 89 million pixels on; ours decides.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# Remarks on odd files, for programmers. Once and for all, as catch_warnings() is not for threads.
warnings.filterwarnings("ignore", module=r"PIL\.")
# What OpenCV would print on stderr is raised as well, or its None is seen.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

_BITS_PER_SAMPLE = 258


def load_image(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """The upright image as uint8 H×W×3 RGB, C-contiguous, 0–255.

    Raises:
        MaskwrightError: one sentence with the reason it can't be loaded.
    """
    name = Path(path).name
    contents = read_bytes(path)
    with _decoding(name), _opened(io.BytesIO(contents), name) as image:
        return _decoded(image, contents)


def load_thumbnail(path: str | os.PathLike[str], size: int) -> NDArray[np.uint8]:
    """The upright image, made smaller so that its longer side is at most ``size`` pixels: uint8
    h×w×3 RGB. Images that are small already keep their size. JPEGs are decoded small at once.

    Raises:
        MaskwrightError: one sentence with the reason it can't be loaded.
    """
    name = Path(path).name
    contents = read_bytes(path)
    with _decoding(name), _opened(io.BytesIO(contents), name) as image:
        if image.format in ("JPEG", "MPO") and max(image.size) > size:
            image.draft(None, (size, size))
            image.load()
            rgb = upright(_rgb_of(image, contents), orientation_of(image))
        else:
            rgb = _decoded(image, contents)
    return _shrunk(rgb, size)


def image_size(path: str | os.PathLike[str]) -> tuple[int, int]:
    """(width, height) of the upright image, from its header alone.

    Raises:
        MaskwrightError: one sentence with the reason it can't be told.
    """
    name = Path(path).name
    with open_file(path) as file, _decoding(name), _opened(file, name) as image:
        width, height = image.size
        # Pillow turns TIFFs itself, and states their upright size already.
        turned = image.format != "TIFF" and orientation_of(image) >= 5
    return (height, width) if turned else (width, height)


@contextmanager
def _decoding(name: str) -> Iterator[None]:
    """Whatever a decoder raises becomes a sentence.

    Decoders meet bytes from strangers and raise about anything on them (OSError, SyntaxError,
    ValueError, struct.error, KeyError, ...), so this is the one place that catches all.
    """
    try:
        yield
    except MaskwrightError:
        raise
    except MemoryError as error:
        raise MaskwrightError(f"{shown(name)} needs more memory than is free.") from error
    except UnidentifiedImageError as error:
        raise MaskwrightError(
            f"{shown(name)} is not an image in a format that can be read here."
        ) from error
    except Image.DecompressionBombError as error:
        raise MaskwrightError(_too_many_pixels(name)) from error
    except Exception as error:
        told = f"{type(error).__name__} {error}".lower()
        if "truncated" in told or "eof" in told or "unexpected end" in told:
            why = "it is cut off; copy it again from where it came"
        else:
            why = "it is damaged or uses an unusual format; save it again as PNG or JPEG"
        raise MaskwrightError(f"{shown(name)} can't be decoded: {why}.") from error


@contextmanager
def _opened(file: BinaryIO, name: str) -> Iterator[Image.Image]:
    """From the file's header; what is decoded of it is read when it is needed."""
    try:
        image: Image.Image = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError:
        # Pillow has no name for some layouts, such as RGB floats, that OpenCV reads.
        file.seek(0)
        start = file.read(4)
        if start not in (b"II*\0", b"MM\0*"):
            raise
        image = Image.fromarray(_decoded_by_opencv(start + file.read(), name))
    with image:
        if image.width * image.height > MAX_PIXELS:
            raise MaskwrightError(_too_many_pixels(name))
        yield image


def _too_many_pixels(name: str) -> str:
    return (
        f"{shown(name)} has more than {MAX_PIXELS // 1_000_000} million pixels; "
        "cut it into smaller images."
    )


def _decoded(image: Image.Image, contents: bytes) -> NDArray[np.uint8]:
    if _is_plain_jpeg(image, contents):
        decoded = cv2.imdecode(
            np.frombuffer(contents, np.uint8),
            cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION,
        )
        if decoded is not None and decoded.shape[:2] == (image.height, image.width):
            return upright(np.asarray(decoded, np.uint8), orientation_of(image))
    image.load()
    # Asked after load(), which turns TIFFs and then takes the tag away.
    return upright(_rgb_of(image, contents), orientation_of(image))


def _is_plain_jpeg(image: Image.Image, contents: bytes) -> bool:
    """OpenCV decodes these in two thirds of Pillow's time, to the same pixels. It fills up a
    file that is cut off in silence, so the end marker has to be there."""
    return (
        image.format in ("JPEG", "MPO")
        and image.mode in ("RGB", "L")
        and contents.rstrip(b"\0")[-2:] == b"\xff\xd9"
    )


def _rgb_of(image: Image.Image, contents: bytes) -> NDArray[np.uint8]:
    """The loaded picture as H×W×3, not yet turned."""
    if _has_wide_colours(image, contents):
        values = _wide_colours(contents)
        if values is not None and values.shape[:2] == (image.height, image.width):
            return values
    if image.mode.startswith("I") or image.mode == "F":
        grey = to_eight_bits(_native(np.asarray(image)))
        return _repeated(grey)
    # With a transparent colour noted, convert() would warn and, for palettes, change colours.
    image.info.pop("transparency", None)
    if image.mode == "RGB":
        return np.array(image)
    return np.array(image.convert("RGB"))


def _has_wide_colours(image: Image.Image, contents: bytes) -> bool:
    """Whether there are colours of 16 bits, of which Pillow would keep the high byte alone."""
    if image.mode not in ("RGB", "RGBA", "RGBX", "LA"):
        return False
    if image.format == "PNG":
        return contents[24:25] == b"\x10"
    if image.format == "TIFF":
        tags: Any = getattr(image, "tag_v2", {})
        return max(tags.get(_BITS_PER_SAMPLE, (8,))) == 16
    return False


def _wide_colours(contents: bytes) -> NDArray[np.uint8] | None:
    values = cv2.imdecode(np.frombuffer(contents, np.uint8), cv2.IMREAD_UNCHANGED)
    if values is None or values.dtype != np.uint16:
        return None
    return _rgb_from_opencv(values)


def _decoded_by_opencv(contents: bytes, name: str) -> NDArray[np.uint8]:
    directory = ImageFileDirectory_v2(contents[:8])
    stream = io.BytesIO(contents)
    stream.seek(directory.next)
    directory.load(stream)
    width, height = int(directory[256]), int(directory[257])
    if width * height > MAX_PIXELS:
        raise MaskwrightError(_too_many_pixels(name))
    values = cv2.imdecode(np.frombuffer(contents, np.uint8), cv2.IMREAD_UNCHANGED)
    if values is None or values.ndim not in (2, 3):
        raise UnidentifiedImageError
    return _rgb_from_opencv(values)


def _rgb_from_opencv(values: NDArray[Any]) -> NDArray[np.uint8]:
    if values.ndim == 3 and values.shape[2] == 4:
        values = values[:, :, :3]
    narrow = np.ascontiguousarray(to_eight_bits(values))
    if narrow.ndim == 2:
        return _repeated(narrow)
    return np.asarray(cv2.cvtColor(narrow, cv2.COLOR_BGR2RGB), np.uint8)


def _repeated(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)


def _native(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _shrunk(rgb: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    scale = size / max(height, width)
    if scale >= 1:
        return rgb
    target = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(rgb, target, interpolation=cv2.INTER_AREA), np.uint8)
