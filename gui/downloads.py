"""Models on their way onto this computer; they go on while the chooser is closed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from gui.jobs import Background
from segmenter.cancel import CancelToken, Progress

_TELL_EVERY_MS = 100
"""A fast net brings thousands of chunks a second; nobody reads so many numbers."""


class Downloads(QObject):
    """At most one download a model."""

    progressed = Signal(str, int, int)
    """Name, bytes there, bytes in all (0 where nobody knows)."""
    finished = Signal(str)
    failed = Signal(str, str)
    """Name and one sentence."""
    cancelled = Signal(str)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._running: dict[str, CancelToken] = {}
        self._newest: dict[str, tuple[int, int]] = {}
        """Written by the threads that download, read here."""
        self._told: dict[str, tuple[int, int]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_TELL_EVERY_MS)
        self._timer.timeout.connect(self._tell)

    def state_of(self, name: str) -> tuple[int, int] | None:
        """(bytes there, bytes in all) of a model that is under way; None for others."""
        return self._newest[name] if name in self._running else None

    def start(self, name: str) -> None:
        if name in self._running:
            return
        self._newest[name] = (0, 0)
        self._told.pop(name, None)

        def note(done: int, total: int) -> None:
            self._newest[name] = (done, total)

        self._running[name] = self._background.run(
            partial(_download, name, note),
            lambda _: self._end(name),
            partial(self._end, name),
            kind="download",
            counts=False,
        )
        self._tell()
        self._timer.start()

    def cancel(self, name: str) -> None:
        """What has arrived is kept for the next try."""
        token = self._running.pop(name, None)
        if token is not None:
            token.cancel()
            self.cancelled.emit(name)

    def _tell(self) -> None:
        for name in self._running:
            if self._told.get(name) != self._newest[name]:
                self._told[name] = self._newest[name]
                self.progressed.emit(name, *self._newest[name])
        if not self._running:
            self._timer.stop()

    def _end(self, name: str, sentence: str = "") -> None:
        if self._running.pop(name, None) is None:
            return
        if sentence:
            self.failed.emit(name, sentence)
        else:
            self.finished.emit(name)


def _download(name: str, progress: Progress, cancel: CancelToken) -> None:
    """On a pool thread."""
    from gui.torch_import import import_torch_gently
    from segmenter.nn.zoo import download

    # What has arrived becomes a model file, which needs torch.
    import_torch_gently()
    cancel.check()
    download(name, progress, cancel)
