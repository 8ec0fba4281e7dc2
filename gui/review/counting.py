"""Counts a project's figures off the GUI thread, and tells how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.jobs import Background
from gui.work import Work, nothing

if TYPE_CHECKING:
    from segmenter.project.project import Project
    from segmenter.project.statistics import ProjectStatistics, StatisticsReader


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

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._reader: StatisticsReader | None = None
        self._work: Work | None = None

    @property
    def is_running(self) -> bool:
        return self._work is not None

    def set_project(self, project: Project | None) -> None:
        """Count this project from now on."""
        from segmenter.project.statistics import StatisticsReader

        self.stop()
        self._reader = StatisticsReader(project) if project is not None else None

    def start(self) -> None:
        """Unless it runs already."""
        reader = self._reader
        if reader is None or self._work is not None:
            return
        self._work = Work(self._background, self)
        self._work.progressed.connect(self.progressed)
        self._work.start(
            lambda progress, cancel: reader.read(progress=progress, cancel=cancel),
            done=self._finish,
            failed=self._fail,
            cancelled=nothing,
            kind="statistics",
        )

    def stop(self) -> None:
        if self._work is not None:
            self._work.drop()
            self._work = None
            self.stopped.emit()

    def _finish(self, statistics: ProjectStatistics) -> None:
        self._work = None
        self.finished.emit(statistics)

    def _fail(self, sentence: str) -> None:
        self._work = None
        self.failed.emit(sentence)
