"""Paints at random in the real window until it is killed; run by ``test_killed_painter.py``.

Each line on standard input names a folder, a log file and a seed, apart by tabs; for each a child
is forked from this process, which has imported everything but has no Qt application yet, so that
a start takes a few tenths of a second. The child's process id goes to standard output.

The log says, before each action, what it may change, and after it, which pixels it did change:
records of ``pickle``. What a killed process has written to a file stays in the file.
"""

from __future__ import annotations

import os
import pickle
import random
import signal
import sys
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from painting import CLASSES, Painter
from PySide6.QtCore import QTimer

import gui.class_control
import gui.correcting
import gui.image_view
import gui.workspace  # noqa: F401  # as a first folder would
from gui.app import build
from gui.main_window import MainWindow
from gui.settings import Settings

EVENT_MS = 4
"""Between two events of the hand."""


class RandomHand:
    """Strokes, undo, redo and steps to other images, one event at each turn of the loop."""

    def __init__(self, window: MainWindow, log: Path, seed: int) -> None:
        self._window = window
        self._random = random.Random(seed)
        self._log = log.open("wb", buffering=0)
        self._known: dict[str, np.ndarray[Any, np.dtype[np.uint8]]] = {}
        self._moves_left = 0
        self._at = (0, 0)
        self._painter: Painter | None = None
        self._timer = QTimer()
        self._timer.timeout.connect(self._act)
        self._timer.start(EVENT_MS)

    def _act(self) -> None:
        window = self._window
        name = window.shown_name
        if not name or name != window.workspace.image_list.current_name:
            return  # still on its way
        if self._painter is None:
            self._painter = Painter(window)
        painter = self._painter
        if name not in self._known:
            self._known[name] = painter.mask.copy()
        if self._moves_left > 1:
            self._at = self._near(self._at)
            painter.move(self._at)
        elif self._moves_left == 1:
            painter.release(self._at)
        else:
            self._begin(painter, name)
            self._note_changes(name)
            return
        self._moves_left -= 1
        self._note_changes(name)

    def _begin(self, painter: Painter, name: str) -> None:
        what = self._random.random()
        if what < 0.1:
            self._write("begin", name, -1)
            self._window.actions_by_name["edit.undo"].trigger()
        elif what < 0.15:
            self._write("begin", name, -1)
            self._window.actions_by_name["edit.redo"].trigger()
        elif what < 0.3:
            self._window.workspace.image_list.select(
                self._random.choice(self._window.workspace.image_list.names)
            )
        else:
            class_id = self._random.randrange(len(CLASSES))
            painter.choose_brush(class_id)
            self._write("begin", name, class_id)
            self._at = self._anywhere()
            self._moves_left = self._random.choice((1, 2, 4, 8, 15, 30, 200))
            painter.press(self._at)

    def _note_changes(self, name: str) -> None:
        if self._window.shown_name != name:
            return  # it was shown at once; nothing was painted on it
        mask, known = self._window.canvas.mask, self._known[name]
        changed = np.flatnonzero(mask != known)
        if len(changed):
            self._write("end", name, changed.astype(np.uint32), mask.ravel()[changed])
            known[:] = mask

    def _write(self, *record: Any) -> None:
        self._log.write(pickle.dumps((monotonic(), *record)))

    def _anywhere(self) -> tuple[int, int]:
        height, width = self._window.canvas.mask.shape
        return self._random.randrange(width), self._random.randrange(height)

    def _near(self, at: tuple[int, int]) -> tuple[int, int]:
        height, width = self._window.canvas.mask.shape
        x, y = (value + self._random.randint(-15, 15) for value in at)
        return min(max(x, 0), width - 1), min(max(y, 0), height - 1)


def paint(folder: Path, log: Path, seed: int) -> None:
    """Until somebody kills this process."""
    settings = Settings()
    settings.model = str(folder / "none.safetensors")  # so that no child imports torch
    settings.save()
    app, window = build(["maskwright", str(folder)])
    window.show()
    hand = RandomHand(window, log, seed)
    app.exec()
    del hand


def serve() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    print("ready", flush=True)
    for line in sys.stdin:
        folder, log, seed = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            try:
                paint(Path(folder), Path(log), int(seed))
            finally:
                os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    serve()
