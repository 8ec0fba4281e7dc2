"""One piece of work on a pool thread that says how far it is, and that a person can cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from gui.jobs import Background
from segmenter.cancel import CancelToken, Progress
from segmenter.errors import Cancelled

T = TypeVar("T")
_EVERY_MS = 50
"""Between two reports: nobody sees more, and 100,000 would keep the window busy."""


class Work(QObject):
    """Unlike a job of the pool alone, it tells when a cancelled one has really ended: what it
    holds (files, the project's masks) is free only then."""

    progressed = Signal(int, int)
    """(done, total)."""

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._cancel = CancelToken()
        self._job: CancelToken | None = None
        self._is_over = False
        self._newest: tuple[int, int] | None = None
        """Written by the thread that works, read here."""
        self._told: tuple[int, int] | None = None
        self._ticks = QTimer(self, interval=_EVERY_MS)
        self._ticks.timeout.connect(self._tell_progress)

    def start(
        self,
        work: Callable[[Progress, CancelToken], T],
        *,
        done: Callable[[T], object],
        failed: Callable[[str], object],
        cancelled: Callable[[], object],
        discard: Callable[[T], object] | None = None,
        kind: str,
        counts: bool = True,
    ) -> None:
        """Once. One of ``done``, ``failed`` and ``cancelled`` is called on the GUI thread when it
        has ended, none after :meth:`drop`; a result that comes all the same goes to
        ``discard``. ``kind``, ``counts``: as :meth:`Background.run` takes them."""

        def note(done: int, total: int) -> None:
            self._newest = done, total

        def run(job: CancelToken) -> tuple[T] | None:
            try:
                return (work(note, _Either(self._cancel, job)),)
            except Cancelled:
                return None

        def end(result: tuple[T] | None) -> None:
            if result is not None:
                self._tell_progress()
            self._end()
            if result is None:
                cancelled()
            else:
                done(result[0])

        def fail(sentence: str) -> None:
            self._end()
            failed(sentence)

        def let_go(result: tuple[T] | None) -> None:
            self.deleteLater()  # not before: it told how far it was until now
            if result is not None and discard is not None:
                discard(result[0])

        self._job = self._background.run(run, end, fail, kind=kind, counts=counts, discard=let_go)
        self._ticks.start()

    def cancel(self) -> None:
        """``cancelled`` follows, unless it was done already."""
        self._cancel.cancel()

    @property
    def is_cancelled(self) -> bool:
        """It was asked to stop, and may have ended by now."""
        return self._cancel.is_cancelled

    def drop(self) -> None:
        """Nobody waits for it any more."""
        self._is_over = True
        if self._job is not None:
            self._job.cancel()

    def _end(self) -> None:
        self._is_over = True
        self.deleteLater()

    def _tell_progress(self) -> None:
        if self._is_over:
            self._ticks.stop()
        elif self._newest is not None and self._newest != self._told:
            self._told = self._newest
            self.progressed.emit(*self._told)


class _Either(CancelToken):
    """Cancelled where one of two is: the person's, or the pool's when the window closes."""

    def __init__(self, *tokens: CancelToken) -> None:
        super().__init__()
        self._tokens = tokens

    @property
    def is_cancelled(self) -> bool:
        return any(each.is_cancelled for each in self._tokens)

    def check(self) -> None:
        for each in self._tokens:
            each.check()


def nothing(*_: Any) -> None:
    """For an ending that nobody has to hear of."""
