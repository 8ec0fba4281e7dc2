"""Label maps and grey maps as PNG files."""

from __future__ import annotations

import io
import json
import os
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from segmenter.atomic import write_atomically
from segmenter.errors import MaskwrightError
from segmenter.project.classes import UNLABELLED, LabelClass, default_color
from segmenter.project.file_bytes import read_bytes
from segmenter.project.overlay import overlay, write_overlay_jpeg
from segmenter.wording import shown

__all__ = [
    "overlay",
    "palette",
    "read_grey_png",
    "read_grey_png_text",
    "read_label_classes",
    "read_label_png",
    "write_grey_png",
    "write_label_png",
    "write_overlay_jpeg",
]

UNLABELLED_COLOR = (224, 224, 192)
"""The colour of 255, as PASCAL VOC has it."""

CLASSES_TEXT = "maskwright:classes"
"""PNG text chunk with the classes as JSON, so that a mask can be understood on its own."""

# Measured on a 12-MP label map: level 1 with run lengths writes in 32 ms and 212 kB; zlib's
# usual strategy takes 36 ms and 440 kB at level 1, 126 ms and 308 kB at level 6.
_RUN_LENGTHS = 3
_LEVEL = 1

# Confidence maps are smooth, so that differences to the row above are small. Measured at 12 MP:
# 109 ms and 2.3 MB; Pillow, which tries all filters in every row, 215 ms for the same size.
_GREY_SETTINGS = [
    cv2.IMWRITE_PNG_COMPRESSION,
    _LEVEL,
    cv2.IMWRITE_PNG_STRATEGY,
    cv2.IMWRITE_PNG_STRATEGY_RLE,
    cv2.IMWRITE_PNG_FILTER,
    cv2.IMWRITE_PNG_FILTER_UP,
]
_HEADER_END = 8 + 25
"""Signature and IHDR chunk; text may follow from here on."""


def write_label_png(
    path: str | os.PathLike[str],
    labels: NDArray[np.uint8],
    classes: Sequence[LabelClass],
    *,
    durable: bool = True,
) -> None:
    """Write labels (uint8 H×W, class ids, 255 = unlabelled) as an 8-bit indexed PNG whose
    palette holds the colours of the classes. Atomic, see :func:`write_atomically`.

    Raises:
        MaskwrightError: it could not be written, and why.
    """
    _check(labels)
    image = Image.fromarray(np.ascontiguousarray(labels))
    image.putpalette(palette(classes).tobytes())
    notes = PngImagePlugin.PngInfo()
    described = [[c.id, c.name, list(c.color)] for c in classes]
    notes.add_text(CLASSES_TEXT, json.dumps(described), zip=True)
    buffer = io.BytesIO()
    image.save(
        buffer, "PNG", compress_level=_LEVEL, compress_type=_RUN_LENGTHS, bits=8, pnginfo=notes
    )
    write_atomically(path, buffer.getvalue(), durable=durable)


def read_label_png(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """The label map of an 8-bit indexed or 8-bit grey PNG, uint8 H×W.

    Raises:
        MaskwrightError: it can't be read, or is no label map.
    """
    return _read(path, ("P", "L"), "a label map (an 8-bit indexed or grey PNG)")[0]


def read_label_classes(path: str | os.PathLike[str]) -> list[LabelClass]:
    """The classes that :func:`write_label_png` noted in the file; none in a foreign file.

    Raises:
        MaskwrightError: it can't be read, or is no label map.
    """
    text = _read(path, ("P", "L"), "a label map (an 8-bit indexed or grey PNG)", pixels=False)[1]
    return classes_noted(text.get(CLASSES_TEXT, "[]"))


def classes_noted(text: str) -> list[LabelClass]:
    """The classes of a :data:`CLASSES_TEXT` chunk; none where it makes no sense."""
    try:
        return [
            LabelClass(int(id), str(name), (int(red), int(green), int(blue)))
            for id, name, (red, green, blue) in json.loads(text)
            if 0 <= int(id) < UNLABELLED
        ]
    except (ValueError, TypeError):
        return []


def write_grey_png(
    path: str | os.PathLike[str],
    values: NDArray[np.uint8],
    *,
    text: Mapping[str, str] | None = None,
    durable: bool = True,
) -> None:
    """Write uint8 H×W as an 8-bit grey PNG, with short notes in its text chunks. Atomic.

    Raises:
        MaskwrightError: it could not be written, and why.
    """
    _check(values)
    _, encoded = cv2.imencode(".png", np.ascontiguousarray(values), _GREY_SETTINGS)
    png = encoded.tobytes()
    notes = b"".join(_text_chunk(key, value) for key, value in (text or {}).items())
    write_atomically(path, png[:_HEADER_END] + notes + png[_HEADER_END:], durable=durable)


def read_grey_png(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """The values of an 8-bit grey PNG, uint8 H×W.

    Raises:
        MaskwrightError: it can't be read, or is not such a file.
    """
    return _read(path, ("L",), "an 8-bit grey PNG")[0]


def read_grey_png_text(path: str | os.PathLike[str]) -> dict[str, str]:
    """The notes of a file that :func:`write_grey_png` wrote.

    Raises:
        MaskwrightError: it can't be read, or is not such a file.
    """
    return _read(path, ("L",), "an 8-bit grey PNG", pixels=False)[1]


def palette(classes: Sequence[LabelClass]) -> NDArray[np.uint8]:
    """256×3 RGB: each class's own colour at its id; what id has no class gets the colour that a
    class of this id would start with."""
    colors = np.array([default_color(id) for id in range(256)], np.uint8)
    colors[UNLABELLED] = UNLABELLED_COLOR
    for label_class in classes:
        colors[label_class.id] = label_class.color
    return colors


def _check(values: NDArray[np.uint8]) -> None:
    if values.dtype != np.uint8 or values.ndim != 2 or not values.size:
        raise ValueError(f"expected uint8 H×W, got {values.dtype} {values.shape}")


def _text_chunk(key: str, value: str) -> bytes:
    """A tEXt chunk, see the PNG specification, 11.3.3.2."""
    contents = b"tEXt" + key.encode("latin-1") + b"\0" + value.encode("latin-1")
    length, checksum = len(contents) - 4, zlib.crc32(contents)
    return struct.pack(">I", length) + contents + struct.pack(">I", checksum)


def _read(
    path: str | os.PathLike[str], modes: tuple[str, ...], kind: str, *, pixels: bool = True
) -> tuple[NDArray[np.uint8], dict[str, str]]:
    contents = read_bytes(path)
    name = shown(Path(path).name)
    try:
        with Image.open(io.BytesIO(contents), formats=("PNG",)) as image:
            # Fewer than 8 bits would do as well, but Pillow spreads grey of 2 or 4 bits.
            fits = image.mode in modes and (image.mode == "P" or contents[24] == 8)
            values = np.array(image) if fits and pixels else np.empty((0, 0), np.uint8)
            info: dict[Any, Any] = image.info
            text = {str(k): str(v) for k, v in info.items() if isinstance(v, str)}
    except Exception as error:  # whatever a damaged PNG makes the decoder raise
        raise MaskwrightError(f"{name} is damaged, or is not {kind}.") from error
    if not fits:
        raise MaskwrightError(f"{name} is not {kind}; it holds colours or other values.")
    return values, text
