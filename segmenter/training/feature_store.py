"""Features that were computed once: in memory and, where a folder is named, on the disk, both
within a budget of bytes; what was not used for longest goes first."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import threading
import zipfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segmenter.atomic import write_atomically
from segmenter.errors import MaskwrightError

SUFFIX = ".features.npz"


@dataclass(frozen=True)
class HeadInput:
    """What a head is given for one view: float16, on the CPU, channels last in memory."""

    out: Tensor
    """1×c×h×w."""
    low: Tensor
    """1×c×H/4×W/4, for the decoder."""

    @property
    def bytes(self) -> int:
        return sum(t.numel() * t.element_size() for t in (self.out, self.low))


class FeatureStore:
    """Key → :class:`HeadInput`. For several threads."""

    def __init__(
        self, memory_bytes: int, folder: str | Path | None = None, disk_bytes: int = 0
    ) -> None:
        """``folder``: of this store alone; made when there is something to write."""
        self._memory_bytes = memory_bytes
        self._folder = Path(folder) if folder is not None and disk_bytes > 0 else None
        self._disk_bytes = disk_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, HeadInput] = OrderedDict()
        self._kept_bytes = 0
        self._files: OrderedDict[str, int] | None = None
        """File name → bytes, the one not used for longest first; None = not looked at yet."""

    @property
    def bytes_in_memory(self) -> int:
        return self._kept_bytes

    def get(self, key: str) -> HeadInput | None:
        """None where it isn't here; a damaged file counts as none."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
            read = self._read(_file_name(key))
            if read is not None:
                self._keep(key, read)
            return read

    def put(self, key: str, value: HeadInput) -> None:
        """What does not fit, or a disk that can't be written, is no error: then it isn't kept."""
        with self._lock:
            self._keep(key, value)
            if self._folder is not None and value.bytes <= self._disk_bytes:
                self._write(self._folder, _file_name(key), value)

    def _keep(self, key: str, value: HeadInput) -> None:
        former = self._kept.pop(key, None)
        self._kept_bytes -= former.bytes if former is not None else 0
        if value.bytes > self._memory_bytes:
            return
        self._kept[key] = value
        self._kept_bytes += value.bytes
        while self._kept_bytes > self._memory_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= oldest.bytes

    def _read(self, name: str) -> HeadInput | None:
        if self._folder is None or name not in self._listed(self._folder):
            return None
        path = self._folder / name
        try:
            # A zip file has a checksum of everything in it.
            with np.load(path, allow_pickle=False) as arrays:
                value = HeadInput(_tensor(arrays["out"]), _tensor(arrays["low"]))
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
            self._forget(path)
            return None
        self._listed(self._folder).move_to_end(name)
        with contextlib.suppress(OSError):
            os.utime(path)
        return value

    def _write(self, folder: Path, name: str, value: HeadInput) -> None:
        files = self._listed(folder)
        packed = io.BytesIO()
        np.savez(packed, out=_array(value.out), low=_array(value.low))
        contents = packed.getbuffer()
        try:
            write_atomically(folder / name, contents, durable=False)
        except MaskwrightError:
            return
        files.pop(name, None)
        files[name] = contents.nbytes
        while sum(files.values()) > self._disk_bytes:
            self._forget(folder / next(iter(files)))

    def _forget(self, path: Path) -> None:
        assert self._files is not None
        self._files.pop(path.name, None)
        with contextlib.suppress(OSError):
            path.unlink()

    def _listed(self, folder: Path) -> OrderedDict[str, int]:
        if self._files is None:
            found = []
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.endswith(SUFFIX):
                        facts = entry.stat()
                        found.append((facts.st_mtime_ns, entry.name, facts.st_size))
            self._files = OrderedDict((name, size) for _, name, size in sorted(found))
        return self._files


def _file_name(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32] + SUFFIX


def _array(tensor: Tensor) -> NDArray[np.float16]:
    """N×h×w×c."""
    return tensor.permute(0, 2, 3, 1).numpy()


def _tensor(array: NDArray[np.float16]) -> Tensor:
    return torch.from_numpy(array).permute(0, 3, 1, 2)
