"""How a run is paused, resumed and stopped from another thread."""

from __future__ import annotations

import threading

from segmenter.cancel import CancelToken

_LOOK_SECONDS = 0.1


class RunControl:
    """Asked by the loop between two steps."""

    def __init__(self, cancel: CancelToken | None = None) -> None:
        self.cancel = cancel if cancel is not None else CancelToken()
        """Stops the run after the step at hand; may be set from a signal handler."""
        self._may_go = threading.Event()
        self._may_go.set()

    def pause(self) -> None:
        self._may_go.clear()

    def resume(self) -> None:
        self._may_go.set()

    def stop(self) -> None:
        """Also ends a pause."""
        self.cancel.cancel()

    @property
    def is_paused(self) -> bool:
        return not self._may_go.is_set() and not self.cancel.is_cancelled

    def wait(self) -> None:
        """Return when the pause is over, by :meth:`resume` or by a stop."""
        while self.is_paused:
            # A cancel token wakes nobody, since a signal handler must not take locks.
            self._may_go.wait(_LOOK_SECONDS)
