"""Tensors in a .safetensors file with a checksum, written so that it is never half there."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from segmenter.atomic import write_atomically
from segmenter.errors import MaskwrightError
from segmenter.nn.safetensors_header import read_header

if TYPE_CHECKING:
    from torch import Tensor


def save_tensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write a .safetensors file whose metadata also holds a checksum, for :func:`verify_file`.

    Raises :class:`MaskwrightError` where the file can't be written.
    """
    from safetensors.torch import save

    ready = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    whole = memoryview(save(ready))
    header_end = 8 + int.from_bytes(whole[:8], "little")
    header, data = json.loads(bytes(whole[8:header_end])), whole[header_end:]
    header["__metadata__"] = {**metadata, "sha256": _checksum(metadata, [data])}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # the tensors start at a multiple of 8
    write_atomically(path, len(text).to_bytes(8, "little"), text, data)


def _checksum(metadata: dict[str, str], data: Iterable[bytes | memoryview]) -> str:
    """SHA-256 of the metadata (without the checksum itself) and of the tensors' bytes."""
    digest = hashlib.sha256()
    for key in sorted(metadata.keys() - {"sha256"}):
        digest.update(f"{key}\0{metadata[key]}\0".encode())
    for chunk in data:
        digest.update(chunk)
    return digest.hexdigest()


def verify_file(path: str | os.PathLike[str]) -> str:
    """Compare a .safetensors model with the checksum it was written with; returns it.

    Reads the whole file, without torch, and changes nothing. Raises :class:`MaskwrightError`
    where the file is damaged, or was written without a checksum by something else.
    """
    path = Path(path)
    header = read_header(path)
    written = header.metadata.get("sha256")
    if written is None:
        raise MaskwrightError(f"{path} has no checksum: Maskwright did not write it.")
    try:
        with path.open("rb") as file:
            file.seek(header.data_start)
            found = _checksum(header.metadata, iter(partial(file.read, 1024 * 1024), b""))
    except OSError as error:
        raise MaskwrightError(f"{path} can't be read: {error.strerror or error}.") from error
    if found != written:
        raise MaskwrightError(
            f"{path} is not as it was written: the file is damaged; get the model again."
        )
    return found
