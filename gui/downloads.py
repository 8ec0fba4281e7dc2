"""Models on their way onto this computer; they go on while the chooser is closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from gui.jobs import Background
from gui.work import Work
from segmenter.cancel import CancelToken, Progress


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
        self._wanted: dict[str, tuple[int, int]] = {}
        """What a person waits for → how far it is."""
        self._running: dict[str, Work] = {}
        """Also one that was cancelled, until its thread has let go of the file."""

    def state_of(self, name: str) -> tuple[int, int] | None:
        """(bytes there, bytes in all) of a model that is under way; None for others."""
        return self._wanted.get(name)

    def start(self, name: str) -> None:
        if name in self._wanted:
            return
        self._note(name, 0, 0)
        if name not in self._running:
            self._begin(name)

    def cancel(self, name: str) -> None:
        """What has arrived is kept for the next try."""
        if self._wanted.pop(name, None) is not None:
            self._running[name].cancel()
            self.cancelled.emit(name)

    def _begin(self, name: str) -> None:
        work = self._running[name] = Work(self._background, self)
        work.progressed.connect(partial(self._progress, work, name))
        work.start(
            partial(_download, name),
            done=lambda _: self._end(name, partial(self.finished.emit, name)),
            failed=lambda sentence: self._end(name, partial(self.failed.emit, name, sentence)),
            cancelled=lambda: self._end(name),
            kind="download",
            counts=False,
        )

    def _progress(self, work: Work, name: str, done: int, total: int) -> None:
        if not work.is_cancelled:
            self._note(name, done, total)

    def _note(self, name: str, done: int, total: int) -> None:
        self._wanted[name] = done, total
        self.progressed.emit(name, done, total)

    def _end(self, name: str, tell: Callable[[], object] = lambda: None) -> None:
        was_cancelled = self._running.pop(name).is_cancelled
        if not was_cancelled:
            del self._wanted[name]
            tell()
        elif name in self._wanted:  # again, since then
            self._begin(name)


def _download(name: str, progress: Progress, cancel: CancelToken) -> None:
    """On a pool thread."""
    from gui.torch_import import import_torch_gently
    from segmenter.nn.zoo import download

    # What has arrived becomes a model file, which needs torch.
    import_torch_gently()
    cancel.check()
    download(name, progress, cancel)
