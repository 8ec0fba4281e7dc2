"""How long the GUI thread stands still."""

from __future__ import annotations

from time import perf_counter, process_time

from PySide6.QtCore import QObject, Qt, QTimer


class Pulse(QObject):
    """The gaps of a 5 ms timer on the GUI thread, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.own_gaps: list[float] = []
        """No longer than this process computed in them."""
        self._last = perf_counter(), process_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(5)

    def _beat(self) -> None:
        now = perf_counter(), process_time()
        gap = (now[0] - self._last[0]) * 1000
        self.gaps.append(gap)
        self.own_gaps.append(min(gap, (now[1] - self._last[1]) * 1000))
        self._last = now

    def stop(self) -> None:
        self._timer.stop()
        self.gaps.sort(reverse=True)
        self.own_gaps.sort(reverse=True)
