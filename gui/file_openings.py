"""A folder or an image that macOS hands over: dropped on the Dock, or by "Open with". Other systems
give it as an argument."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent, QGuiApplication


class FileOpenings(QObject):
    """Sees every event of the app: only for where such events come at all."""

    def __init__(self, app: QGuiApplication, open_path: Callable[[str], object]) -> None:
        super().__init__(app)
        self._open = open_path
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self._open(event.file())
            return True
        return super().eventFilter(watched, event)
