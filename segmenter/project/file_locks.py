"""Who may write which file of a project now."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLocks:
    """One thread at a time reads, changes and writes a file; other files go on meanwhile.

    Nobody may ask for a second file while holding one.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held: set[Path] = set()
        self._paused = False

    @contextmanager
    def hold(self, path: Path) -> Iterator[None]:
        """The file is this thread's until the block ends."""
        with self._changed:
            self._changed.wait_for(lambda: not self._paused and path not in self._held)
            self._held.add(path)
        try:
            yield
        finally:
            with self._changed:
                self._held.discard(path)
                self._changed.notify_all()

    @contextmanager
    def none_held(self) -> Iterator[None]:
        """No file is being written while the block runs: waits for those that are."""
        with self._changed:
            self._changed.wait_for(lambda: not self._paused)
            self._paused = True
            self._changed.wait_for(lambda: not self._held)
        try:
            yield
        finally:
            with self._changed:
                self._paused = False
                self._changed.notify_all()
