"""A child process that tells what it does: one JSON object a line.

A process of its own keeps the window smooth, gives a GPU's memory back when it ends, and where
memory runs out it costs that work and not the app.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from gui.gentle_process import make_gentle
from segmenter.cli.own_command import CHILD_SETTINGS

log = logging.getLogger(__name__)

LINES_AT_A_TIME = 100
"""Read in one turn of the event loop; a child that floods us must not hold up the window."""
LONGEST_LINE = 4 << 20
"""Bytes without an end of line that we wait for; more is nothing of ours."""
KEPT_LINES = 200
"""Of what the child says beside its objects, for a report."""


@dataclass(frozen=True)
class ProcessEnd:
    """How a child ended."""

    code: int
    """Its exit code, or the number of the signal that killed it."""
    crashed: bool = False
    not_started: str = ""
    """Why it could not even be started."""
    beside: str = ""
    """What it said that was no JSON object, the last lines of it."""

    @property
    def sentence(self) -> str:
        """What ``maskwright`` said went wrong, in one sentence; empty where it said nothing."""
        start = "maskwright: "
        last = self.beside.rpartition("\n")[2]
        return last.removeprefix(start) if self.code and last.startswith(start) else ""


class JsonProcess(QObject):
    """One child at a time; everything here is called on the GUI thread."""

    told = Signal(object)
    """A dict: one object with the key ``event``."""
    ended = Signal(object)
    """A :class:`ProcessEnd`. Nothing is told any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._beside: deque[str] = deque(maxlen=KEPT_LINES)
        self._begun = b""
        """Of a line on standard error whose end has not come yet."""

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int:
        """0 while none runs."""
        return int(self._process.processId()) if self._process is not None else 0

    def start(self, command: Sequence[str]) -> None:
        """Run it, giving way to the window; ``ended`` tells, also where it can't be started."""
        if self._process is not None:
            raise RuntimeError("a child is running")
        self._beside.clear()
        self._begun = b""
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in CHILD_SETTINGS.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.setProgram(command[0])
        process.setArguments(list(command[1:]))
        process.started.connect(lambda: make_gentle(self.pid))
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_beside)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._note_error)
        process.start()

    def write_line(self, words: str) -> None:
        """To its standard input."""
        if self._process is not None:
            self._process.write(f"{words}\n".encode())

    def kill(self) -> None:
        """At once; ``ended`` follows."""
        if self._process is not None:
            self._process.kill()

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
        values: Any = None
        with suppress(ValueError):
            values = json.loads(text)
        if isinstance(values, dict) and isinstance(values.get("event"), str):
            self.told.emit(values)
        else:
            # A library that prints, say; the work goes on, and a report shows it.
            self._beside.append(text[:2000])

    def _read_beside(self) -> None:
        if self._process is None:
            return
        said = self._begun + bytes(self._process.readAllStandardError().data())
        *lines, self._begun = said[-LONGEST_LINE:].split(b"\n")
        self._keep_beside(lines)

    def _keep_beside(self, lines: list[bytes]) -> None:
        for line in lines:
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                self._beside.append(text[:2000])

    def _note_error(self, error: QProcess.ProcessError) -> None:
        if error != QProcess.ProcessError.FailedToStart or self._process is None:
            return  # all others are followed by its end
        program, reason = Path(self._process.program()).name, self._process.errorString()
        self._let_go()
        self.ended.emit(ProcessEnd(-1, not_started=f"{program} does not run ({reason})"))

    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None:
            return
        self._read_beside()
        self._keep_beside([self._begun])
        while process.canReadLine():
            self._take(bytes(process.readLine().data()))
        crashed = status == QProcess.ExitStatus.CrashExit
        log.info("%s ended: code %d%s", process.program(), code, ", crashed" if crashed else "")
        self._let_go()
        self.ended.emit(ProcessEnd(code, crashed, beside="\n".join(self._beside)))

    def _let_go(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
