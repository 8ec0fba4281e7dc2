"""Ctrl+C: the first one asks the work to stop, the second one stops it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from segmenter.cancel import CancelToken


@contextmanager
def cancel_on_interrupt() -> Iterator[CancelToken]:
    """A token that Ctrl+C (or a polite kill) sets, so that whole files alone are left behind.

    The second Ctrl+C has its usual effect. Outside the main thread signals can't be caught;
    the token is then an ordinary one.
    """
    token = CancelToken()
    if threading.current_thread() is not threading.main_thread():
        yield token
        return
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(number: int, _: FrameType | None) -> None:
        token.cancel()
        signal.signal(number, previous[signal.Signals(number)])

    try:
        for number in previous:
            signal.signal(number, stop)
        yield token
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
