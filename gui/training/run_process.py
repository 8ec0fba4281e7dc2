"""The child process that trains: what it tells, what it is told, and how it ended.

A process of its own keeps the window smooth, gives a GPU's memory back when it ends, and where
memory runs out it costs the run and not the app.
"""

from __future__ import annotations

import json
import logging
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from gui.training.gentle_process import make_gentle
from segmenter.training.events import Done, Failed, Stopped, event_from_dict

log = logging.getLogger(__name__)

LINES_AT_A_TIME = 100
"""Read in one turn of the event loop; a child that floods us must not hold up the window."""
LONGEST_LINE = 4 << 20
"""Bytes without an end of line that we wait for; more is no event."""
KEPT_LINES = 200
"""Of what the child says beside its events, for a report."""
_SIGKILL = 9


@dataclass(frozen=True)
class Ending:
    """How a run ended."""

    last: Done | None
    """Its last word, a :class:`Stopped` where it was stopped; None where it came to none."""
    trouble: str = ""
    """One sentence, where it did not end as it should."""
    report: str = ""
    """What a person who mends it wants to read; empty where that sentence says all."""

    @property
    def is_stopped(self) -> bool:
        return isinstance(self.last, Stopped)


class RunProcess(QObject):
    """One child at a time; everything here is called on the GUI thread."""

    told = Signal(object)
    """A :class:`segmenter.training.events.Event`."""
    ended = Signal(object)
    """An :class:`Ending`. Nothing is told any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._last: Done | None = None
        self._failure = ""
        self._beside: deque[str] = deque(maxlen=KEPT_LINES)
        self._is_stopping = False
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self.kill)

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int:
        """0 while none runs."""
        return int(self._process.processId()) if self._process is not None else 0

    def start(self, command: Sequence[str]) -> None:
        """Run it; ``ended`` tells, also where it can't be started."""
        if self._process is not None:
            raise RuntimeError("a run is under way")
        self._last, self._failure, self._is_stopping = None, "", False
        self._beside.clear()
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        # Threads that have nothing to do would otherwise spin, on the core that the window needs.
        environment.insert("OMP_WAIT_POLICY", "passive")
        environment.insert("PYTHONIOENCODING", "utf-8:backslashreplace")
        process.setProcessEnvironment(environment)
        process.setProgram(command[0])
        process.setArguments(list(command[1:]))
        process.started.connect(lambda: make_gentle(self.pid))
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_beside)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._note_error)
        process.start()

    def tell(self, word: str) -> None:
        """``"pause"`` or ``"resume"``."""
        if self._process is not None:
            self._process.write(f"{word}\n".encode())

    def stop(self, patience: float | None = None) -> None:
        """Finish the step at hand, save and end; after ``patience`` seconds it is killed, and what
        its last checkpoint holds is left."""
        if self._process is None:
            return
        if not self._is_stopping:
            self._is_stopping = True
            self.tell("stop")
        if patience is not None:
            self._patience.start(round(patience * 1000))

    def kill(self) -> None:
        """At once."""
        if self._process is not None:
            self._is_stopping = True
            self._process.kill()

    # -- what it says ---------------------------------------------------------------------

    def _read(self) -> None:
        process = self._process
        if process is None:
            return
        for _ in range(LINES_AT_A_TIME):
            if not process.canReadLine():
                break
            self._take(bytes(process.readLine().data()))
        else:
            QTimer.singleShot(0, self, self._read)
        if not process.canReadLine() and process.bytesAvailable() > LONGEST_LINE:
            self._beside.append("(a line without an end)")
            process.readAllStandardOutput()

    def _take(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").strip()
        if not text:
            return
        try:
            values = json.loads(text)
            event = event_from_dict(values) if isinstance(values, dict) else None
            is_ours = isinstance(values, dict) and isinstance(values.get("event"), str)
        except ValueError:
            event, is_ours = None, False
        if event is None:
            if not is_ours:
                # A library that prints, say; the run goes on, and a report shows it.
                self._beside.append(text[:2000])
            return
        if isinstance(event, Done):
            self._last = event
        elif isinstance(event, Failed):
            self._failure = event.reason
        self.told.emit(event)

    def _read_beside(self) -> None:
        if self._process is None:
            return
        text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        self._beside.extend(line[:2000] for line in text.splitlines() if line.strip())

    # -- its end --------------------------------------------------------------------------

    def _note_error(self, error: QProcess.ProcessError) -> None:
        if error != QProcess.ProcessError.FailedToStart or self._process is None:
            return  # all others are followed by its end
        program, reason = self._process.program(), self._process.errorString()
        self._let_go()
        sentence = self.tr("The training could not be started: {0} does not run ({1}).").format(
            Path(program).name, reason
        )
        self.ended.emit(Ending(None, sentence))

    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None:
            return
        self._read_beside()
        while process.canReadLine():
            self._take(bytes(process.readLine().data()))
        crashed = status == QProcess.ExitStatus.CrashExit
        log.info("the training ended: code %d%s", code, ", crashed" if crashed else "")
        ending = self._ending(code, crashed)
        self._let_go()
        self.ended.emit(ending)

    def _ending(self, code: int, crashed: bool) -> Ending:
        if self._last is not None:
            return Ending(self._last)
        told = self._failure or _sentence_of(self._beside)
        if told and not crashed:
            return Ending(None, told)
        return self._crash(code) if crashed else self._bug(code)

    def _crash(self, code: int) -> Ending:
        if self._is_stopping:
            return Ending(
                None, self.tr("The training was ended before it could save its last step.")
            )
        if code == _SIGKILL and sys.platform != "win32":
            return Ending(
                None,
                self.tr(
                    "The training was killed, by somebody or because the computer ran out of "
                    "memory."
                ),
            )
        return Ending(
            None,
            self.tr("The training crashed; the report says more."),
            self._said() or f"exit code {code}",
        )

    def _bug(self, code: int) -> Ending:
        return Ending(
            None,
            self.tr("The training ended because of a bug; the report says more."),
            self._said() or f"exit code {code}, and not a word",
        )

    def _said(self) -> str:
        return "\n".join(self._beside)

    def _let_go(self) -> None:
        self._patience.stop()
        if self._process is not None:
            self._process.deleteLater()
            self._process = None


def _sentence_of(lines: Sequence[str]) -> str:
    """What the command line said went wrong: its last line, if it is one for a person."""
    with suppress(IndexError):
        last = list(lines)[-1]
        start = "maskwright: "
        if last.startswith(start):
            return last.removeprefix(start)
    return ""
