"""Brings the thumbnails of the rows in sight, newest wish first."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from gui.image_list.thumbnail_store import ThumbnailStore
from segmenter.errors import MaskwrightError

log = logging.getLogger(__name__)

_MEMORY = 64 * 2**20


@dataclass(frozen=True)
class Thumbnail:
    """What a row shows; ``image`` is None where the file can't be loaded."""

    image: QImage | None

    @property
    def nbytes(self) -> int:
        return self.image.sizeInBytes() if self.image is not None else 64


class ThumbnailLoader(QObject):
    """Two threads that load what was asked for last, and a memory cache capped by bytes.

    :meth:`want` replaces the wishes of before: rows that were scrolled past are never loaded.
    """

    arrived = Signal(str)
    """The thumbnail of this name can be had now."""

    _loaded = Signal(object, str, object)

    def __init__(
        self,
        store: ThumbnailStore,
        path_of: Callable[[str], Path],
        size: QSize,
        parent: QObject | None = None,
        *,
        memory: int = _MEMORY,
        threads: int = 2,
    ) -> None:
        """``size``: in device pixels; a thumbnail is cut to fill it."""
        super().__init__(parent)
        self._store = store
        self._path_of = path_of
        self._size = size
        self._cap = memory
        self._cache: OrderedDict[str, Thumbnail] = OrderedDict()
        self._bytes = 0
        self._era = 0
        self._wishes: list[str] = []
        self._in_work: set[str] = set()
        self._condition = threading.Condition()
        self._closed = False
        self._loaded.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._threads = [
            threading.Thread(target=self._work, name=f"thumbnails-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def get(self, name: str) -> Thumbnail | None:
        """None while it isn't here yet."""
        found = self._cache.get(name)
        if found is not None:
            self._cache.move_to_end(name)
        return found

    def want(self, names: Sequence[str]) -> None:
        """Load these, the first first, and nothing else."""
        missing = [name for name in names if name not in self._cache]
        with self._condition:
            self._wishes = [name for name in reversed(missing) if name not in self._in_work]
            self._condition.notify_all()

    def forget(self, name: str) -> None:
        """The file has changed."""
        gone = self._cache.pop(name, None)
        if gone is not None:
            self._bytes -= gone.nbytes

    def reset(self, path_of: Callable[[str], Path], size: QSize) -> None:
        """Another folder, or another size in device pixels: start anew."""
        with self._condition:
            self._era += 1
            self._path_of, self._size = path_of, size
            self._wishes.clear()
            self._in_work.clear()
        self._cache.clear()
        self._bytes = 0

    def close(self) -> None:
        """Stop the threads and wait for them; nothing arrives any more."""
        with self._condition:
            self._closed = True
            self._wishes.clear()
            self._condition.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._condition:
                while not self._wishes and not self._closed:
                    self._condition.wait()
                if self._closed:
                    return
                name = self._wishes.pop()
                self._in_work.add(name)
                era, path_of, size = self._era, self._path_of, self._size
            thumbnail = self._load(path_of, name, size)
            with self._condition:
                if self._closed:
                    return
                # Under the lock, so that close() can't return, and this object be deleted,
                # between the look at the flag and the signal.
                self._loaded.emit(era, name, thumbnail)

    def _load(self, path_of: Callable[[str], Path], name: str, size: QSize) -> Thumbnail:
        try:
            return Thumbnail(filling(self._store.thumbnail(path_of(name)), size))
        except MaskwrightError:
            return Thumbnail(None)
        except Exception:
            # One image that meets a bug must not take the thread, and so all later ones, along.
            log.exception("No thumbnail of %s", name)
            return Thumbnail(None)

    def _take(self, era: int, name: str, thumbnail: Thumbnail) -> None:
        with self._condition:
            if self._closed or era != self._era:
                return
            self._in_work.discard(name)
        self.forget(name)
        self._cache[name] = thumbnail
        self._bytes += thumbnail.nbytes
        while self._bytes > self._cap and len(self._cache) > 1:
            self._bytes -= self._cache.popitem(last=False)[1].nbytes
        self.arrived.emit(name)


def filling(rgb: NDArray[np.uint8], size: QSize) -> QImage:
    """The middle of the photo at exactly ``size``: drawing it is then a plain copy."""
    height, width = rgb.shape[:2]
    scale = max(size.width() / width, size.height() / height)
    part_width = min(width, max(1, round(size.width() / scale)))
    part_height = min(height, max(1, round(size.height() / scale)))
    left, top = (width - part_width) // 2, (height - part_height) // 2
    part = np.ascontiguousarray(rgb[top : top + part_height, left : left + part_width])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    exact = cv2.resize(part, (size.width(), size.height()), interpolation=method)
    bgra = cv2.cvtColor(exact, cv2.COLOR_RGB2BGRA)
    # copy(): the image outlives the array.
    return QImage(
        bgra.data, size.width(), size.height(), bgra.strides[0], QImage.Format.Format_RGB32
    ).copy()
