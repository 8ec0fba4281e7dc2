"""Work is stopped from another thread, between two steps."""

from __future__ import annotations

import threading

import pytest

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError


def test_token_stops_the_work_of_another_thread() -> None:
    cancel = CancelToken()
    started = threading.Event()
    stopped = threading.Event()

    def work() -> None:
        try:
            while True:
                cancel.check()
                started.set()
        except Cancelled:
            stopped.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert started.wait(10)
    assert not cancel.is_cancelled
    cancel.cancel()
    assert stopped.wait(10)
    assert cancel.is_cancelled


def test_cancelling_is_not_an_error_to_be_shown() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled) as raised:
        cancel.check()
    assert not isinstance(raised.value, MaskwrightError)
