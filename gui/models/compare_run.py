"""One comparison of two models, in a child process: the same ``maskwright compare`` a person can
type. Neither model takes memory of the window's, nor of a GPU once it is over."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.jobs import Background, Jobs
from gui.json_process import JsonProcess, ProcessEnd
from segmenter.cli.own_command import own_command
from segmenter.training.comparison import Comparison, ImageChange

_KIND = "compare"


class CompareRun(QObject):
    """Runs one comparison; its label files are there until :meth:`close`."""

    progressed = Signal(int, int)
    image_compared = Signal(object)
    """An :class:`ImageChange`, as soon as it is known."""
    finished = Signal(object)
    """The :class:`Comparison`."""
    failed = Signal(str, str)
    """One sentence, and what a report would say; the second empty where the first says all."""
    cancelled = Signal()

    def __init__(self, background: Background, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._jobs = jobs
        self._found: Comparison | None = None
        self._is_cancelled = self._is_closed = False
        # Removed at the latest when the app ends.
        self._folder = tempfile.TemporaryDirectory(
            prefix="maskwright-compare-", ignore_cleanup_errors=True
        )
        self._process = JsonProcess(self)
        self._process.told.connect(self._take)
        self._process.ended.connect(self._finish)

    @property
    def is_running(self) -> bool:
        return self._process.is_running

    def start(self, folder: Path, old: str, new: str) -> None:
        """Compare on the labelled images of the project in ``folder``; ``old`` and ``new`` are
        names of the zoo or model files."""
        self._jobs.begin(_KIND)
        self._process.start(
            [*own_command(), "compare", str(folder), "--old", old, "--new", new,
             "--out", self._folder.name, "--json"]
        )  # fmt: skip

    def cancel(self) -> None:
        """``cancelled`` follows."""
        self._is_cancelled = True
        self._process.kill()

    def close(self) -> None:
        """End it and delete its files; this object, too. Nothing is told any more."""
        self._is_closed = True
        if self._process.is_running:
            self._process.kill()
        else:
            self._clean()

    def _take(self, values: dict[str, Any]) -> None:
        if self._is_cancelled or self._is_closed:
            return
        match values["event"]:
            case "progress":
                self.progressed.emit(values["done"], values["total"])
            case "image":
                self.image_compared.emit(ImageChange.from_dict(values))
            case "done":
                self._found = Comparison.from_dict(values)

    def _finish(self, end: ProcessEnd) -> None:
        self._jobs.end(_KIND)
        if self._is_closed:
            self._clean()
        elif self._is_cancelled:
            self.cancelled.emit()
        elif self._found is not None:
            self.finished.emit(self._found)
        elif end.sentence:
            self.failed.emit(end.sentence, "")
        elif end.not_started:
            self.failed.emit(
                self.tr("The comparison could not be started: {0}.").format(end.not_started), ""
            )
        elif end.crashed:
            self.failed.emit(
                self.tr(
                    "The comparison was killed, by somebody or because the computer ran out of "
                    "memory."
                ),
                end.beside,
            )
        else:
            self.failed.emit(
                self.tr("The comparison ended because of a bug; the report says more."),
                end.beside or f"exit code {end.code}, and not a word",
            )

    def _clean(self) -> None:
        folder = self._folder
        self._background.run(
            lambda _: folder.cleanup(), lambda _: None, lambda _: None, kind=_KIND, counts=False
        )
        self.deleteLater()
