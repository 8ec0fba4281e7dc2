"""Reads what the project knows of its images, on a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from gui.image_list.catalogue import Catalogue
from segmenter.errors import MaskwrightError
from segmenter.project.state import ImageRecord

log = logging.getLogger(__name__)

_READ_ALL_FROM = 200
"""From so many images on, one query for all of them is quicker than one for each."""


class ImageSource(Protocol):
    """What the list asks of a project."""

    def images(self) -> Sequence[ImageRecord]: ...
    def image(self, name: str) -> ImageRecord: ...
    def path_of(self, name: str) -> Path: ...


class RecordReader(QObject):
    """One read at a time; what is asked for meanwhile is put together into the next."""

    loaded = Signal(object)
    """A whole new :class:`Catalogue`."""
    changed = Signal(object)
    """A list of :class:`ImageRecord`: the images asked for that are known."""
    busy_changed = Signal(bool)
    failed = Signal(str)

    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="image-list")
        self._source: ImageSource | None = None
        self._known = Catalogue()
        self._wanted: set[str] = set()
        self._all_wanted = False
        self._running: Future[Catalogue | list[ImageRecord]] | None = None
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._start)
        self._was_busy = False
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        return self._running is not None or self._all_wanted or bool(self._wanted)

    def set_source(self, source: ImageSource | None) -> None:
        """Read from ``source`` from now on; what is still under way for another is dropped."""
        self._source = source
        self._known = Catalogue()
        self._wanted.clear()
        self._all_wanted = source is not None
        self._pause.stop()
        self._start()

    def read(self, names: Iterable[str]) -> None:
        """Read these again, or everything where one of them is new to the list."""
        if self._source is None:
            return
        self._wanted.update(names)
        self._start()

    def read_all(self) -> None:
        if self._source is not None:
            self._all_wanted = True
            self._start()

    def close(self) -> None:
        """Wait for the thread; nothing is delivered any more."""
        self._closed = True
        self._pause.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> None:
        if not self._closed and self._running is None and self._source is not None:
            everything = (
                self._all_wanted
                or len(self._wanted) >= _READ_ALL_FROM
                or any(name not in self._known for name in self._wanted)
            )
            if everything and not self._pause.isActive():
                self._submit(self._source, None)
            elif self._wanted and not everything:
                self._submit(self._source, self._wanted)
        if not self._closed and self.is_busy != self._was_busy:
            self._was_busy = self.is_busy
            self.busy_changed.emit(self._was_busy)

    def _submit(self, source: ImageSource, names: set[str] | None) -> None:
        self._wanted, self._all_wanted = set(), False
        self._running = self._pool.submit(_read, source, names)
        self._running.add_done_callback(lambda done: self._finished.emit(source, done))

    def _deliver(self, source: ImageSource, done: Future[Catalogue | list[ImageRecord]]) -> None:
        self._running = None
        if self._closed:
            return
        if source is self._source and not done.cancelled():
            self._hand_over(done)
        self._start()

    def _hand_over(self, done: Future[Catalogue | list[ImageRecord]]) -> None:
        error = done.exception()
        if isinstance(error, MaskwrightError):
            self.failed.emit(str(error))
        elif error is not None:
            log.error("Reading the image list failed", exc_info=error)
            self.failed.emit(self.tr("The list of images could not be read; see the log."))
        else:
            result = done.result()
            if isinstance(result, Catalogue):
                self._known = result
                # A scan reports its finds some hundreds at a time; reading 100,000 anew for
                # each of them would keep the list, and so the window, busy all the while.
                self._pause.start(min(2_000, len(result) // 20))
                self.loaded.emit(result)
            else:
                self.changed.emit(result)


def _read(source: ImageSource, names: set[str] | None) -> Catalogue | list[ImageRecord]:
    """On the thread. None: everything."""
    if names is not None:
        try:
            return [source.image(name) for name in names]
        except MaskwrightError:
            pass  # one of them is gone, and then the whole list is another
    return Catalogue(source.images())
