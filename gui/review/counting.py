"""Counts a project's figures off the GUI thread, and tells how far it has come."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from gui.jobs import Background
from segmenter.cancel import CancelToken

if TYPE_CHECKING:
    from segmenter.project.project import Project
    from segmenter.project.statistics import ProjectStatistics, StatisticsReader

_EVERY = 0.05
"""Seconds between two reports: nobody sees more, and 100,000 would keep the window busy."""


class Counting(QObject):
    """Remembers what it read of the project, so that the second time takes next to nothing."""

    progressed = Signal(int, int)
    """(done, total) images."""
    finished = Signal(object)
    """The ProjectStatistics."""
    stopped = Signal()
    """By :meth:`stop`."""
    failed = Signal(str)
    """One sentence."""

    _read_one = Signal(int, int)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._reader: StatisticsReader | None = None
        self._token: CancelToken | None = None
        self._read_one.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        return self._token is not None

    def set_project(self, project: Project | None) -> None:
        """Count this project from now on."""
        from segmenter.project.statistics import StatisticsReader

        self.stop()
        self._reader = StatisticsReader(project) if project is not None else None

    def start(self) -> None:
        """Unless it runs already."""
        reader = self._reader
        if reader is None or self._token is not None:
            return
        last = 0.0

        def tell(done: int, total: int) -> None:
            nonlocal last
            if done == total or monotonic() - last >= _EVERY:
                last = monotonic()
                self._read_one.emit(done, total)

        def count(token: CancelToken) -> ProjectStatistics:
            return reader.read(progress=tell, cancel=token)

        self._token = self._background.run(count, self._finish, self._fail, kind="statistics")

    def stop(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self._token = None
            self.stopped.emit()

    def _tell(self, done: int, total: int) -> None:
        if self._token is not None:
            self.progressed.emit(done, total)

    def _finish(self, statistics: ProjectStatistics) -> None:
        self._token = None
        self.finished.emit(statistics)

    def _fail(self, sentence: str) -> None:
        self._token = None
        self.failed.emit(sentence)
