"""Computing off the GUI thread what a hand asks for faster than it can be computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.jobs import Background


class Newest(QObject):
    """One computation at a time; of the requests that come meanwhile only the newest counts.

    So what is shown follows the hand as fast as the machine allows, and objects that may be used
    by one thread at a time need no lock.
    """

    busy_changed = Signal(bool)
    failed = Signal()
    """What was asked last has raised: there will be no result."""

    def __init__(self, background: Background, kind: str, parent: QObject | None = None) -> None:
        """``kind``: of the jobs it runs; see :class:`gui.jobs.Jobs`."""
        super().__init__(parent)
        self._background = background
        self._kind = kind
        self._running = False
        self._waiting: tuple[Callable[[], Any], Callable[[Any], None]] | None = None
        self._dropped = False
        """What runs now is wanted by nobody any more."""

    @property
    def is_busy(self) -> bool:
        """A result is still to come."""
        return self._waiting is not None or (self._running and not self._dropped)

    def ask(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Call ``work`` on a pool thread and then ``done`` with its result here, unless there is
        a newer request before it has begun."""
        was_busy = self.is_busy
        if self._running:
            self._waiting = (work, done)
        else:
            self._start(work, done)
        if not was_busy:
            self.busy_changed.emit(True)

    def drop(self) -> None:
        """No result of what was asked is wanted any more."""
        was_busy = self.is_busy
        self._waiting = None
        self._dropped = self._running
        if was_busy:
            self.busy_changed.emit(False)

    def _start(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._running, self._dropped = True, False

        def attempt(_: object) -> tuple[Any, Exception | None]:
            try:
                return work(), None
            except Exception as error:  # a bug, raised where all bugs are told of
                return None, error

        def finish(outcome: tuple[Any, Exception | None]) -> None:
            wanted = not self._dropped
            waiting, self._waiting = self._waiting, None
            self._running = self._dropped = False
            if waiting is not None:
                self._start(*waiting)
            result, error = outcome
            if wanted and error is None:
                done(result)
            elif wanted:
                self.failed.emit()
            if wanted and not self.is_busy:
                self.busy_changed.emit(False)
            if error is not None:
                raise error

        self._background.run(attempt, finish, lambda _: None, kind=self._kind)
