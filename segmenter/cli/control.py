"""``--control``: another program pauses, resumes and stops a training through its stdin."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segmenter.training.run_control import RunControl


def follow_stdin(control: RunControl) -> None:
    """Do what the lines say, from now on; the end of the input is a stop, so that no training is
    left behind by a window that was killed."""
    descriptor = sys.stdin.fileno()
    threading.Thread(
        target=read_words, args=(descriptor, control), name="control", daemon=True
    ).start()


def read_words(descriptor: int, control: RunControl) -> None:
    """Obey the lines that come in from an open file, to its end."""
    # Not through sys.stdin: a thread that waits there holds a lock that the interpreter wants when
    # it ends.
    pending = b""
    while True:
        try:
            read = os.read(descriptor, 4096)
        except OSError:
            read = b""
        if not read:
            control.stop()
            return
        *lines, pending = (pending + read).split(b"\n")
        for line in lines:
            obey(line.strip().decode("ascii", "replace"), control)


def obey(word: str, control: RunControl) -> None:
    """Any other word is passed over."""
    if word == "pause":
        control.pause()
    elif word == "resume":
        control.resume()
    elif word == "stop":
        control.stop()
