"""Opening and closing a folder, and finding its images, off the GUI thread."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from gui.jobs import Background
from segmenter.cancel import CancelToken

if TYPE_CHECKING:
    from segmenter.project.project import Project


class Folder(QObject):
    """The one folder that is open, if any."""

    opening = Signal(object)
    """The pathlib.Path."""
    opened = Signal(object)
    """The Project, before its images are known."""
    closing = Signal()
    """Let go of the project; it is closed when this returns."""
    images_found = Signal(list)
    """Names, while the folder is searched."""
    scanned = Signal()
    failed = Signal(object, str)
    """The path that can't be opened or read, and the sentence that says why."""

    _found = Signal(object, list)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._wanted: Path | None = None
        """Being opened, or to be opened next."""
        self._is_opening = False
        self._scan: CancelToken | None = None
        self.project: Project | None = None
        self._found.connect(self._tell_found, Qt.ConnectionType.QueuedConnection)

    def open(self, path: Path) -> None:
        """Close what is open, then open this folder; ``opened`` or ``failed`` tells how it went.

        One after the other: two that opened at the same time could be one folder, and the second
        would find it locked by the first.
        """
        self.close()
        self._wanted = path
        self.opening.emit(path)
        if not self._is_opening:
            self._open_wanted()

    def close(self) -> None:
        self._wanted = None
        if self._scan is not None:
            self._scan.cancel()
            self._scan = None
        if self.project is None:
            return
        self.closing.emit()
        project, self.project = self.project, None
        # Thousands of files may be kept; the next opening deletes them on a pool thread.
        project.close(forget_merges=False)

    def _open_wanted(self) -> None:
        path = self._wanted
        self._is_opening = path is not None
        if path is None:
            return
        self._background.run(
            partial(_open, path),
            partial(self._start, path),
            partial(self._fail, path),
            kind="open",
            discard=_close,
        )

    def _start(self, path: Path, project: Project) -> None:
        if path != self._wanted:
            project.close()
            self._open_wanted()
            return
        self._wanted = None
        self._is_opening = False
        self.project = project
        self.opened.emit(project)
        self.scan()

    def _fail(self, path: Path, sentence: str) -> None:
        if path != self._wanted:
            self._open_wanted()
            return
        self._wanted = None
        self._is_opening = False
        self.failed.emit(path, sentence)

    def scan(self) -> None:
        """Look for images that were added or removed."""
        project = self.project
        if project is None:
            return

        def search(cancel: CancelToken) -> None:
            project.scan(
                cancel=cancel, on_found=lambda names: self._found.emit(project, list(names))
            )

        self._scan = self._background.run(
            search,
            lambda _: self.scanned.emit(),
            partial(self.failed.emit, project.folder),
            kind="scan",
        )

    def _tell_found(self, project: Project, names: list[str]) -> None:
        if project is self.project:
            self.images_found.emit(names)


def _open(path: Path, cancel: CancelToken) -> Project:
    """On a pool thread: what the first folder needs is imported here, not in the first window."""
    import gui.workspace  # noqa: F401
    from segmenter.project.project import Project

    cancel.check()
    return Project.open(path)


def _close(project: Project) -> None:
    """The window was closed meanwhile: give the lock back."""
    project.close()
