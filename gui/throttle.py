"""Doing something at most so often, and never missing the last time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Throttle(QObject):
    """Call it as often as you like: the first call counts at once, of those that follow too
    quickly only the last one, when the time has come."""

    def __init__(self, do: Callable[..., None], interval: int, parent: QObject) -> None:
        """``interval``: milliseconds."""
        super().__init__(parent)
        self._do = do
        self._waiting: tuple[object, ...] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval)
        self._timer.timeout.connect(self._catch_up)

    def __call__(self, *arguments: object) -> None:
        if self._timer.isActive():
            self._waiting = arguments
        else:
            self._do(*arguments)
            self._timer.start()

    def _catch_up(self) -> None:
        if self._waiting is not None:
            arguments, self._waiting = self._waiting, None
            self(*arguments)
