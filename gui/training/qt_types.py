"""Making all of Qt's Python types on the GUI's thread, a few milliseconds a turn.

PySide makes a type when it is first asked for. pyqtgraph asks for every one of them as it is
imported; done on a thread of the pool, while the GUI's thread asks for others, that ended the
process now and then (PySide6 6.11: two of eight tries with both busy, none of eight once the types
were there). They take 0.12 s in all.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject, QTimer

_SLICE = 0.004
"""Seconds a turn of the event loop; the largest type alone takes 0.02."""


class QtTypes(QObject):
    """Begins at once, and calls ``then`` when it is done."""

    def __init__(self, then: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._then = then
        self._names = (
            (module, name) for module in (QtCore, QtGui, QtWidgets) for name in dir(module)
        )
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)
        self._timer.start(0)

    def _go_on(self) -> None:
        end = perf_counter() + _SLICE
        for module, name in self._names:
            getattr(module, name, None)
            if perf_counter() > end:
                return
        self._timer.stop()
        self._then()
