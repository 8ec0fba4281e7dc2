"""The words that another program pauses and stops a training with."""

import os
import threading

import pytest

from segmenter.cli.control import obey, read_words
from segmenter.training.run_control import RunControl


def test_words_come_in_pieces_and_the_end_is_a_stop() -> None:
    control = RunControl()
    reader, writer = os.pipe()
    try:
        os.write(writer, b"pause\nres")
        thread = threading.Thread(target=read_words, args=(reader, control))
        thread.start()
        os.write(writer, b"ume\nsomething else\npause\r\n")
        assert not control.cancel.is_cancelled
    finally:
        os.close(writer)
    thread.join(60)
    os.close(reader)
    assert control.cancel.is_cancelled
    assert not control.is_paused, "a stop ends a pause"
    control.wait()


@pytest.mark.parametrize(
    ("words", "paused", "stopped"),
    [
        (["pause"], True, False),
        (["pause", "resume"], False, False),
        (["pause", "stop"], False, True),
        (["", "Pause!", "halt"], False, False),
    ],
)
def test_each_word_means_one_thing(words: list[str], paused: bool, stopped: bool) -> None:
    control = RunControl()
    for word in words:
        obey(word, control)
    assert (control.is_paused, control.cancel.is_cancelled) == (paused, stopped)


def test_a_pause_ends_when_somebody_says_so() -> None:
    control = RunControl()
    control.pause()
    over = threading.Event()

    def wait() -> None:
        control.wait()
        over.set()

    thread = threading.Thread(target=wait)
    thread.start()
    assert not over.is_set()
    control.resume()
    thread.join(60)
    assert over.is_set()
