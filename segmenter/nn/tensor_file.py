"""Tensors in a .safetensors file with a checksum, written so that it is never half there."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from segmenter.atomic import write_atomically, written_atomically
from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.nn.safetensors_header import read_header

if TYPE_CHECKING:
    from torch import Tensor

_CHUNK = 1024 * 1024


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


def rewrite_metadata(
    path: str | os.PathLike[str],
    changes: Mapping[str, str],
    *,
    target: Path | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Put other texts into the metadata of a .safetensors file, or of a copy of it, ``target``;
    its tensors are copied byte by byte. Without torch, and in a memory of a few megabytes.

    The file that is there stays whole until the new one is. A checksum is checked on the way,
    since writing a new one would hide that the tensors are damaged.

    Raises:
        MaskwrightError: it can't be read or written, or its tensors are damaged.
        Cancelled: ``cancel`` was pressed; nothing has changed.
    """
    path = Path(path)
    before = read_header(path).metadata
    after = {key: value for key, value in {**before, **changes}.items() if key != "sha256"}
    checked = "sha256" in before
    with _readable(path) as source:
        start = 8 + int.from_bytes(source.read(8), "little")
        content = json.loads(source.read(start - 8))
        content.pop("__metadata__", None)
        total = path.stat().st_size - start
        # First of all, so that its place in the file is known.
        checksum = {"sha256": "0" * 64} if checked else {}
        text = json.dumps({"__metadata__": {**checksum, **after}, **content}).encode()
        text += b" " * (-len(text) % 8)
        place = 8 + text.index(b"0" * 64) if checked else 0
        old_digest, new_digest = _started(before), _started(after)
        with written_atomically(target or path) as file:
            file.write(len(text).to_bytes(8, "little") + text)
            done = 0
            for chunk in _chunks(source, path):
                if cancel is not None:
                    cancel.check()
                old_digest.update(chunk)
                new_digest.update(chunk)
                file.write(chunk)
                done += len(chunk)
                if progress is not None:
                    progress(done, total)
            if checked:
                if old_digest.hexdigest() != before["sha256"]:
                    raise _damaged(path)
                file.seek(place)
                file.write(new_digest.hexdigest().encode())


@contextmanager
def _readable(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> MaskwrightError:
    return MaskwrightError(f"{path} can't be read: {error.strerror or error}.")


def _chunks(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """From here to the end."""
    while True:
        try:
            chunk = file.read(_CHUNK)
        except OSError as error:
            raise _unreadable(path, error) from error
        if not chunk:
            return
        yield chunk


def _checksum(metadata: dict[str, str], data: Iterable[bytes | memoryview]) -> str:
    """SHA-256 of the metadata (without the checksum itself) and of the tensors' bytes."""
    digest = _started(metadata)
    for chunk in data:
        digest.update(chunk)
    return digest.hexdigest()


def _started(metadata: Mapping[str, str]) -> hashlib._Hash:
    """Has seen the metadata, and waits for the tensors."""
    digest = hashlib.sha256()
    for key in sorted(metadata.keys() - {"sha256"}):
        digest.update(f"{key}\0{metadata[key]}\0".encode())
    return digest


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
    with _readable(path) as file:
        file.seek(header.data_start)
        found = _checksum(header.metadata, _chunks(file, path))
    if found != written:
        raise _damaged(path)
    return found


def _damaged(path: Path) -> MaskwrightError:
    return MaskwrightError(
        f"{path} is not as it was written: the file is damaged; get the model again."
    )
