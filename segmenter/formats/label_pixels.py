"""Files whose pixels are label values or colours, as the raster formats have them."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from segmenter.errors import Cancelled, MaskwrightError
from segmenter.formats.dataset import Labels, Size
from segmenter.formats.file_writing import write_bytes
from segmenter.formats.source import Source
from segmenter.project.classes import UNLABELLED
from segmenter.project.images import MAX_PIXELS

_RUN_LENGTHS = 3
"""zlib's strategy; the fastest for label maps, see segmenter/project/label_png.py."""
_GREY_MODES = ("1", "L", "P", "I;16", "I;16B", "I")
_START = 2**16
"""Bytes; notes longer than that come from somebody else."""
_FORMATS = ("PNG", "TIFF", "BMP", "GIF")
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_MODES = {0: "L", 2: "RGB", 3: "P", 6: "RGBA"}
"""By the colour type, which is the 26th byte of a PNG."""


def write_indexed(path: Path, values: Labels, colors: NDArray[np.uint8]) -> None:
    """An 8-bit indexed PNG: values uint8 H×W, their colours uint8 256×3 RGB."""
    image = Image.fromarray(np.ascontiguousarray(values))
    image.putpalette(colors.tobytes())
    _save(path, image)


def write_grey(path: Path, values: Labels) -> None:
    """An 8-bit grey PNG of uint8 H×W."""
    _save(path, Image.fromarray(np.ascontiguousarray(values)))


def write_colors(path: Path, rgb: NDArray[np.uint8]) -> None:
    """An RGB PNG of uint8 H×W×3."""
    _save(path, Image.fromarray(np.ascontiguousarray(rgb)))


def with_value(labels: Labels, ignore: int) -> Labels:
    """Labels as a file has them whose unlabelled pixels are ``ignore``."""
    return (
        labels if ignore == UNLABELLED else np.where(labels == UNLABELLED, np.uint8(ignore), labels)
    )


def read_values(source: Source, name: str) -> Labels:
    """The label values of an indexed or grey picture, uint8 H×W; also one of fewer or more bits,
    and one with colours whose three channels are equal.

    Raises:
        MaskwrightError: it can't be read, holds colours, or has values beyond 255.
    """
    values = _decoded(source, name)
    if values.ndim == 3:
        first = values[..., 0]
        if not (np.array_equal(first, values[..., 1]) and np.array_equal(first, values[..., 2])):
            raise MaskwrightError(
                f"{source.shown(name)} holds colours, not label values; import it as colour PNGs."
            )
        values = first
    if values.dtype != np.uint8:
        if values.size and (values.min() < 0 or values.max() > UNLABELLED):
            raise MaskwrightError(
                f"{source.shown(name)} has values beyond 255 (up to {values.max()}), which are no "
                "class ids."
            )
        values = values.astype(np.uint8)
    return np.ascontiguousarray(values)


def read_colors(source: Source, name: str) -> NDArray[np.uint8]:
    """The colours of a picture, uint8 H×W×3 RGB; a palette is looked up.

    Raises:
        MaskwrightError: it can't be read.
    """
    return np.ascontiguousarray(_decoded(source, name, colors=True))


def is_label_picture(source: Source, name: str) -> bool:
    """Whether the file is an indexed or grey picture, after its header; never raises."""
    return _mode_of(source, name) in _GREY_MODES


def is_color_picture(source: Source, name: str) -> bool:
    """Whether the file is a picture with colours of its own, after its header; never raises."""
    return _mode_of(source, name) in ("RGB", "RGBA")


def text_in(source: Source, name: str, key: str) -> str:
    """A note of this key at the beginning of a PNG; empty where there is none. Never raises."""
    try:
        start = source.read_start(name, _START)
        with Image.open(io.BytesIO(start), formats=("PNG",)) as image:
            text = image.info.get(key, "")
            return text if isinstance(text, str) else ""
    except Cancelled:
        raise
    except Exception:  # missing, damaged, or another kind of file
        return ""


def _mode_of(source: Source, name: str) -> str:
    contents = b""
    try:
        contents = source.read(name)
        with Image.open(io.BytesIO(contents), formats=_FORMATS) as image:
            return image.mode
    except Image.DecompressionBombError:  # that it is too large is said when it is read
        return _PNG_MODES.get(contents[25], "") if contents.startswith(_PNG) else ""
    except Cancelled:
        raise
    except Exception:  # missing, damaged, or another kind of file
        return ""


def check_size(labels: Labels, size: Size, where: str) -> Labels:
    """The labels, if they fit an image of this size.

    Raises:
        MaskwrightError: they were made for one of another size.
    """
    if labels.shape != size:
        (height, width), (h, w) = size, labels.shape
        raise MaskwrightError(f"{where} is {w} × {h} pixels, but its image {width} × {height}.")
    return labels


def _decoded(source: Source, name: str, *, colors: bool = False) -> NDArray[np.generic]:
    contents, where = source.read(name), source.shown(name)
    try:
        with Image.open(io.BytesIO(contents), formats=_FORMATS) as image:
            _refuse_huge(image, where)
            if colors:
                image.info.pop("transparency", None)
                return np.array(image if image.mode == "RGB" else image.convert("RGB"))
            bits = contents[24] if image.format == "PNG" else 8
            if image.mode == "L" and bits < 8:
                # Pillow spreads the values over 0–255.
                return np.array(image) // np.uint8(255 // (2**bits - 1))
            if image.mode == "1":
                return np.array(image).astype(np.uint8)
            if image.mode in _GREY_MODES:
                return np.array(image)
            return np.array(image.convert("RGB"))
    except MaskwrightError:
        raise
    except Image.DecompressionBombError as error:
        raise MaskwrightError(_too_large(where)) from error
    except UnidentifiedImageError as error:
        raise MaskwrightError(f"{where} is no PNG, TIFF or BMP picture.") from error
    except Exception as error:  # whatever a damaged file makes the decoder raise
        raise MaskwrightError(f"{where} is damaged or cut off; copy it again.") from error


def _refuse_huge(image: Image.Image, where: str) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise MaskwrightError(_too_large(where))


def _too_large(where: str) -> str:
    return (
        f"{where} has more than {MAX_PIXELS // 1_000_000} million pixels, too many for a mask of "
        "an image here."
    )


def _save(path: Path, image: Image.Image) -> None:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1, compress_type=_RUN_LENGTHS, **_bits(image))
    write_bytes(path, buffer.getbuffer())


def _bits(image: Image.Image) -> dict[str, int]:
    # Otherwise Pillow packs a short palette into fewer bits, which some readers spread.
    return {"bits": 8} if image.mode == "P" else {}


def apply_table(labels: Labels, table: Labels) -> Labels:
    """``table[labels]`` for a table of 256, uint8 of the same shape."""
    return np.asarray(cv2.LUT(labels, table), np.uint8)
