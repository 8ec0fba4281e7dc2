"""The child process that trains: what it tells, what it is told, and how it ended."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from gui.json_process import JsonProcess, ProcessEnd
from segmenter.training.events import Done, Failed, Stopped, event_from_dict

log = logging.getLogger(__name__)

_SIGKILL = 9
_CANCELLED = "Stopped."
"""All that ``maskwright`` says where it was stopped before there was anything to save."""


@dataclass(frozen=True)
class Ending:
    """How a run ended."""

    last: Done | None
    """Its last word, a :class:`Stopped` where it was stopped; None where it came to none."""
    trouble: str = ""
    """One sentence, where it did not end as it should."""
    report: str = ""
    """What a person who mends it wants to read; empty where that sentence says all."""
    was_stopped_early: bool = False
    """As a person wanted it, before there was anything to save."""

    @property
    def is_stopped(self) -> bool:
        return self.was_stopped_early or isinstance(self.last, Stopped)


class RunProcess(QObject):
    """One child at a time; everything here is called on the GUI thread."""

    told = Signal(object)
    """A :class:`segmenter.training.events.Event`."""
    ended = Signal(object)
    """An :class:`Ending`. Nothing is told any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = JsonProcess(self)
        self._child.told.connect(self._take)
        self._child.ended.connect(self._finish)
        self._last: Done | None = None
        self._failure = ""
        self._is_stopping = False
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self.kill)

    @property
    def is_running(self) -> bool:
        return self._child.is_running

    @property
    def pid(self) -> int:
        """0 while none runs."""
        return self._child.pid

    def start(self, command: Sequence[str]) -> None:
        """Run it; ``ended`` tells, also where it can't be started."""
        self._last, self._failure, self._is_stopping = None, "", False
        self._child.start(command)

    def tell(self, word: str) -> None:
        """``"pause"`` or ``"resume"``."""
        self._child.write_line(word)

    def stop(self, patience: float | None = None) -> None:
        """Finish the step at hand, save and end; after ``patience`` seconds it is killed, and what
        its last checkpoint holds is left."""
        if not self.is_running:
            return
        if not self._is_stopping:
            self._is_stopping = True
            self.tell("stop")
        if patience is not None:
            self._patience.start(round(patience * 1000))

    def kill(self) -> None:
        """At once."""
        if self.is_running:
            self._is_stopping = True
            self._child.kill()

    # -- inside ---------------------------------------------------------------------------

    def _take(self, values: dict[str, Any]) -> None:
        try:
            event = event_from_dict(values)
        except ValueError as error:
            log.warning("the training told nonsense: %s", error)
            return
        if event is None:
            return
        if isinstance(event, Done):
            self._last = event
        elif isinstance(event, Failed):
            self._failure = event.reason
        self.told.emit(event)

    def _finish(self, end: ProcessEnd) -> None:
        self._patience.stop()
        self.ended.emit(self._ending(end))

    def _ending(self, end: ProcessEnd) -> Ending:
        if self._last is not None:
            return Ending(self._last)
        told = self._failure or end.sentence
        if self._is_stopping and told == _CANCELLED:
            return Ending(
                None, self.tr("Stopped before anything was learnt."), was_stopped_early=True
            )
        if end.not_started:
            told = self.tr("The training could not be started: {0}.").format(end.not_started)
        elif end.crashed and self._is_stopping:
            told = self.tr("The training was ended before it could save its last step.")
        elif end.crashed and end.code == _SIGKILL and sys.platform != "win32":
            told = self.tr(
                "The training was killed, by somebody or because the computer ran out of memory."
            )
        if told:
            return Ending(None, told)
        what = (
            self.tr("The training crashed; the report says more.")
            if end.crashed
            else self.tr("The training ended because of a bug; the report says more.")
        )
        return Ending(None, what, f"exit code {end.code}\n{end.beside}")
