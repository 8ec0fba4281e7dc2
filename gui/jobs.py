"""Work off the GUI thread: a small thread pool, and one place that knows when all is quiet."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError

T = TypeVar("T")
log = logging.getLogger(__name__)


class Jobs(QObject):
    """Counts what is under way; everything here is called on the GUI thread."""

    idle = Signal()
    """Nothing is under way any more. Always fires from the event loop, never inside a call."""
    changed = Signal()

    _maybe_idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: dict[str, int] = {}
        self._maybe_idle.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def begin(self, kind: str) -> None:
        self._running[kind] = self._running.get(kind, 0) + 1
        self.changed.emit()

    def end(self, kind: str) -> None:
        left = self._running.get(kind, 0) - 1
        if left > 0:
            self._running[kind] = left
        else:
            self._running.pop(kind, None)
        self.changed.emit()
        self._maybe_idle.emit()

    def is_running(self, kind: str) -> bool:
        return kind in self._running

    @property
    def is_idle(self) -> bool:
        return not self._running

    def _tell(self) -> None:
        if self.is_idle:
            self.idle.emit()


class Background(QObject):
    """Runs functions on pool threads and hands what they return to the GUI thread."""

    _finished = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None, *, threads: int = 2) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="background")
        self._running: dict[CancelToken, Future[Any]] = {}
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[CancelToken], T],
        done: Callable[[T], None],
        failed: Callable[[str], None],
        *,
        kind: str,
        counts: bool = True,
        discard: Callable[[T], None] | None = None,
    ) -> CancelToken:
        """Run ``work`` on a pool thread, then ``done`` with its result on the GUI thread.

        A :class:`MaskwrightError` becomes ``failed`` with its sentence, a bug too, and is raised
        here as well. After ``cancel()`` on
        the returned token neither is called; a result that comes all the same goes to
        ``discard``. ``counts``: ``idle`` waits for it.
        """
        token = CancelToken()
        if counts:
            self._jobs.begin(kind)
        future = self._pool.submit(work, token)
        self._running[token] = future

        def finish(future: Future[T]) -> None:
            if self._closed:
                # No event loop delivers it any more.
                _drop(future, discard)
            else:
                self._finished.emit((token, kind if counts else "", future, done, failed, discard))

        future.add_done_callback(finish)
        return token

    def close(self, seconds: float = 2.0) -> bool:
        """Cancel what runs; nothing is delivered any more. False where something could not be
        interrupted in time: its thread ends by itself later."""
        self._closed = True
        for token in self._running:
            token.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
        # One that was cancelled before it began is never told of as done.
        begun = [each for each in self._running.values() if not each.cancelled()]
        return not wait(begun, timeout=seconds).not_done

    def _deliver(self, finished: tuple[Any, ...]) -> None:
        token, kind, future, done, failed, discard = finished
        self._running.pop(token, None)
        try:
            if self._closed or token.is_cancelled or future.cancelled():
                _drop(future, discard)
                return
            error = future.exception()
            if error is None:
                done(future.result())
            elif isinstance(error, MaskwrightError):
                failed(str(error))
            elif not isinstance(error, Cancelled):
                # Who waits for it must not wait for ever; the bug itself is told of as all are.
                failed(f"This did not work because of a bug ({error}).")
                raise error
        finally:
            if kind:
                self._jobs.end(kind)


def _drop(future: Future[T], discard: Callable[[T], None] | None) -> None:
    """Let go of a result that nobody waits for any more."""
    if discard is not None and not future.cancelled() and future.exception() is None:
        discard(future.result())


def spare_threads() -> int:
    """Cores for the network: all but the one that keeps the window smooth."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, (cores or 2) - 1)
