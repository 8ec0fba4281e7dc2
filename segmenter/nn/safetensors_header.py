"""The head of a .safetensors file, read and checked without torch and before any allocation.

The format: 8 bytes, little endian, give the length of a JSON object; the object names every
tensor's type, shape and place in the bytes that follow, and may hold text under ``__metadata__``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from segmenter.errors import MaskwrightError

MAX_HEADER_BYTES = 16 * 1024 * 1024
"""ResNet-101's header has 0.1 MB."""
BYTES_OF = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "I16": 2, "U16": 2, "F16": 2,
    "BF16": 2, "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
}  # fmt: skip
FLOATS = ("F16", "BF16", "F32", "F64")


@dataclass(frozen=True)
class Header:
    """What a .safetensors file says it holds; all of it checked against the file's size."""

    metadata: dict[str, str]
    shapes: dict[str, tuple[int, ...]]
    is_float: dict[str, bool]
    data_start: int
    """The first byte after the header."""


def read_header(path: Path) -> Header:
    """Raises :class:`MaskwrightError` where ``path`` can't be read or is no whole .safetensors."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, MAX_HEADER_BYTES):
                raise _not_safetensors(path)
            text = file.read(length)
    except FileNotFoundError as error:
        raise MaskwrightError(f"There is no model file {path}.") from error
    except IsADirectoryError as error:
        raise MaskwrightError(f"{path} is a folder, not a model file.") from error
    except OSError as error:
        if path.is_dir():  # Windows says "permission denied"
            raise MaskwrightError(f"{path} is a folder, not a model file.") from error
        raise MaskwrightError(
            f"The model file {path} can't be read: {error.strerror or error}."
        ) from error
    try:
        return _checked(json.loads(text), 8 + length, size)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _not_safetensors(path) from error


def _not_safetensors(path: Path) -> MaskwrightError:
    return MaskwrightError(
        f"{path} is not a whole .safetensors model: it is damaged, cut short or something else."
    )


def _checked(content: dict[str, Any], data_start: int, file_bytes: int) -> Header:
    metadata = content.pop("__metadata__", {})
    if not all(isinstance(value, str) for value in metadata.values()):
        raise TypeError("metadata is not text")
    shapes, is_float = {}, {}
    end_before = 0
    for name, tensor in sorted(content.items(), key=lambda item: item[1]["data_offsets"]):
        shape, (begin, end) = tensor["shape"], tensor["data_offsets"]
        if not all(type(n) is int and n >= 0 for n in (*shape, begin, end)):
            raise ValueError("sizes are not whole numbers")
        if begin != end_before or end - begin != prod(shape) * BYTES_OF[tensor["dtype"]]:
            raise ValueError("a tensor's place does not fit its shape")
        end_before = end
        shapes[name], is_float[name] = tuple(shape), tensor["dtype"] in FLOATS
    if data_start + end_before != file_bytes:
        raise ValueError("the tensors do not fill the file")
    return Header(metadata, shapes, is_float, data_start)
