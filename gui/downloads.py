"""Models on their way onto this computer; they go on while the chooser is closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, Qt, Signal

from gui.jobs import Background
from segmenter.cancel import CancelToken

_TELL_EVERY = 0.1
"""Seconds; a fast net brings thousands of chunks a second, nobody reads so many numbers."""


class Downloads(QObject):
    """At most one download a model."""

    progressed = Signal(str, int, int)
    """Name, bytes there, bytes in all (0 where nobody knows)."""
    finished = Signal(str)
    failed = Signal(str, str)
    """Name and one sentence."""
    cancelled = Signal(str)

    _progress = Signal(str, int, int)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._running: dict[str, CancelToken] = {}
        self._state: dict[str, tuple[int, int]] = {}
        self._progress.connect(self._note, Qt.ConnectionType.QueuedConnection)

    def state_of(self, name: str) -> tuple[int, int] | None:
        """(bytes there, bytes in all) of a model that is under way; None for others."""
        return self._state.get(name) if name in self._running else None

    def start(self, name: str) -> None:
        if name in self._running:
            return
        self._state[name] = (0, 0)
        self._running[name] = self._background.run(
            partial(_download, name, self._progress.emit),
            lambda _: self._end(name),
            partial(self._end, name),
            kind="download",
            counts=False,
        )
        self.progressed.emit(name, 0, 0)

    def cancel(self, name: str) -> None:
        """What has arrived is kept for the next try."""
        token = self._running.pop(name, None)
        if token is not None:
            token.cancel()
            self.cancelled.emit(name)

    def _note(self, name: str, done: int, total: int) -> None:
        if name in self._running:
            self._state[name] = (done, total)
            self.progressed.emit(name, done, total)

    def _end(self, name: str, sentence: str = "") -> None:
        if self._running.pop(name, None) is None:
            return
        if sentence:
            self.failed.emit(name, sentence)
        else:
            self.finished.emit(name)


def _download(name: str, tell: Callable[[str, int, int], None], cancel: CancelToken) -> None:
    """On a pool thread."""
    from gui.torch_import import import_torch_gently
    from segmenter.nn.zoo import download

    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        now = monotonic()
        if now - told >= _TELL_EVERY or done == total:
            told = now
            tell(name, done, total)

    # torchvision, which knows the addresses, needs torch.
    import_torch_gently()
    cancel.check()
    download(name, progress, cancel)
