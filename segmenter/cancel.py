"""How long work is stopped and followed: a cancel token and a progress callback."""

from __future__ import annotations

import threading
from collections.abc import Callable

from segmenter.errors import Cancelled

Progress = Callable[[int, int], None]
"""Called with (done, total); total is 0 where it is not known yet."""


class CancelToken:
    """Set by one thread, looked at by another between two steps of its work."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        """Raise :class:`Cancelled` if :meth:`cancel` has been called."""
        if self._event.is_set():
            raise Cancelled
