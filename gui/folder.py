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
        self._token: CancelToken | None = None
        self.project: Project | None = None
        self._found.connect(self._tell_found, Qt.ConnectionType.QueuedConnection)

    def open(self, path: Path) -> None:
        """Close what is open, then open this folder; ``opened`` or ``failed`` tells how it went."""
        self.close()
        self.opening.emit(path)
        self._token = self._background.run(
            partial(_open, path),
            self._start,
            partial(self.failed.emit, path),
            kind="open",
        )

    def close(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self._token = None
        if self.project is None:
            return
        self.closing.emit()
        project, self.project = self.project, None
        project.close()

    def scan(self) -> None:
        """Look for images that were added or removed."""
        project = self.project
        if project is None:
            return

        def search(cancel: CancelToken) -> None:
            project.scan(
                cancel=cancel, on_found=lambda names: self._found.emit(project, list(names))
            )

        self._token = self._background.run(
            search,
            lambda _: self.scanned.emit(),
            partial(self.failed.emit, project.folder),
            kind="scan",
        )

    def _start(self, project: Project) -> None:
        self.project = project
        self.opened.emit(project)
        self.scan()

    def _tell_found(self, project: Project, names: list[str]) -> None:
        if project is self.project:
            self.images_found.emit(names)


def _open(path: Path, cancel: CancelToken) -> Project:
    """On a pool thread: what the first folder needs is imported here, not in the first window."""
    import gui.workspace  # noqa: F401
    from segmenter.project.project import Project

    project = Project.open(path)
    if cancel.is_cancelled:
        project.close()
        cancel.check()
    return project
