"""How long a brush event takes in the real window: a table, never an assertion.

    python tests/benchmarks/brush.py [--sizes 12 50] [--events 300] [--json]

Every figure is one event of Qt's, sent to the canvas of a window with a folder open and autosave
on: mouse event → tool → mask → canvas, and the painting until the window's own pixels are up to
date. Median and 99th percentile in milliseconds. No model is loaded: for the seconds that takes,
importing torch on another thread slows everything.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

SIZES = {12: (4000, 3000), 50: (8660, 5774)}
DIAMETERS = (41, 301, 1000)
STROKE = 40
"""Events of one stroke."""
LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton

Row = tuple[str, list[float]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="+", choices=tuple(SIZES), default=[12, 50])
    options.add_argument("--events", type=int, default=300)
    options.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="maskwright-brush-") as folder:
        for name in ("CONFIG", "CACHE", "DATA"):
            os.environ[f"MASKWRIGHT_{name}"] = str(Path(folder, name.lower()))
        from gui.settings import Settings  # which reads where they are

        settings = Settings()
        settings.model = str(Path(folder, "none.safetensors"))
        settings.save()
        for megapixels in chosen.sizes:
            bench = Bench(Path(folder, str(megapixels)), SIZES[megapixels])
            if not chosen.json:
                print(f"\n{megapixels} MP, canvas of {bench.size}: median / 99th percentile, ms\n")
            for what, times in bench.rows(chosen.events):
                middle, late = float(np.median(times)), float(np.percentile(times, 99))
                if chosen.json:
                    row = {"megapixels": megapixels, "what": what}
                    print(json.dumps(row | {"median_ms": middle, "p99_ms": late}), flush=True)
                else:
                    print(f"{what:44}{middle:8.2f} /{late:7.2f}", flush=True)
            bench.close()


class Bench:
    """One window with one large photo in its folder, and classes to paint."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        from gui.app import build
        from segmenter.project.project import Project

        folder.mkdir()
        rng = np.random.default_rng(0)
        coarse = rng.integers(0, 256, (size[1] // 40, size[0] // 40, 3), dtype=np.uint8)
        photo = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
        Image.fromarray(np.asarray(photo, np.uint8)).save(folder / "photo.jpg", quality=90)
        with Project.open(folder) as project:
            project.class_ids_for(["background", "cat", "dog", "bird"])
        self._app, self._window = build(["maskwright", str(folder)])
        self._window.resize(1920, 1080)
        self._window.show()
        self._settle()
        self.canvas = self._window.canvas
        self._viewport = self.canvas.viewport()
        self._at = QPointF(self._viewport.rect().center())

    @property
    def size(self) -> str:
        return f"{self._viewport.width()} × {self._viewport.height()}"

    def close(self) -> None:
        self._settle()
        self._window.close()
        self._window.inference.wait_for_end(20.0)
        self._app.processEvents()

    def rows(self, events: int) -> Iterator[Row]:
        trigger = self._window.actions_by_name
        for view in ("view.fit", "view.actual_size"):
            words = "fitted" if view == "view.fit" else "1:1"
            for diameter in DIAMETERS:
                trigger["tool.brush"].trigger()
                trigger[view].trigger()
                self._set_size(diameter)
                self._app.processEvents()
                hovering = self._around(events, self._move)
                yield f"ring of {diameter} px moved, {words}", hovering
                presses, moves, releases = self._strokes(events)
                yield f"brush of {diameter} px, {words}", moves
                yield "    its press", presses
                yield "    its release", releases
        self._set_size(301)
        yield "pan by 7 px with a ring, 1:1", self._pans(events // 4)
        yield "opacity drag with a ring, 1:1", self._opacities(events // 4)
        trigger["view.fit"].trigger()
        yield "opacity drag with a ring, fitted", self._opacities(events // 4)
        yield "wheel zoom with a ring, fitted to 16×", self._wheel(events // 4)

    # -- what is measured ------------------------------------------------------------------

    def _around(self, events: int, do: Callable[[QPointF], None]) -> list[float]:
        return [self._timed(do, self._point(turn)) for turn in range(events)][5:]

    def _strokes(self, events: int) -> tuple[list[float], list[float], list[float]]:
        presses, moves, releases = [], [], []
        for first in range(0, events, STROKE):
            class_id = first // STROKE % 3 + 1
            self._window.workspace.class_panel.select(class_id)
            self._app.processEvents()
            presses.append(self._timed(self._press, self._point(first)))
            moves += [self._timed(self._drag, self._point(first + n)) for n in range(1, STROKE)]
            releases.append(self._timed(self._release, self._at))
        return presses, moves, releases

    def _pans(self, events: int) -> list[float]:
        return [
            self._timed(partial(self._pan, way), self._at)
            for way in (7 if turn // 20 % 2 else -7 for turn in range(events))
        ]

    def _opacities(self, events: int) -> list[float]:
        return [
            self._timed(partial(self._set_opacity, to), self._at)
            for to in (0.2 + turn % 60 / 100 for turn in range(events))
        ]

    def _wheel(self, events: int) -> list[float]:
        times = []
        for turn in range(events):
            if turn % 14 == 0:
                self._window.actions_by_name["view.fit"].trigger()
                self._app.processEvents()
            times.append(self._timed(self._turn, self._at))
        return times

    def _pan(self, way: int, _: QPointF) -> None:
        self.canvas.pan_by(way, 0)

    def _set_opacity(self, to: float, _: QPointF) -> None:
        self.canvas.set_opacity(to)

    # -- events ------------------------------------------------------------------------------

    def _timed(self, do: Callable[[QPointF], object], at: QPointF) -> float:
        start = time.perf_counter()
        do(at)
        self._app.processEvents()
        return (time.perf_counter() - start) * 1000

    def _point(self, turn: int) -> QPointF:
        """On a circle of 60 pixels around the middle, 12 pixels at a time, as a mouse reports a
        swift movement of a hand."""
        middle, angle = QPointF(self._viewport.rect().center()), turn * 12 / 60
        return middle + QPointF(round(60 * math.cos(angle)), round(60 * math.sin(angle)))

    def _send(
        self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton
    ) -> None:
        self._at = at
        place = QPointF(self._viewport.mapToGlobal(at.toPoint()))
        event = QMouseEvent(kind, at, place, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._viewport, event)

    def _move(self, at: QPointF) -> None:
        self._send(QEvent.Type.MouseMove, at, NO_BUTTON, NO_BUTTON)

    def _press(self, at: QPointF) -> None:
        self._send(QEvent.Type.MouseButtonPress, at, LEFT, LEFT)

    def _drag(self, at: QPointF) -> None:
        self._send(QEvent.Type.MouseMove, at, NO_BUTTON, LEFT)

    def _release(self, at: QPointF) -> None:
        self._send(QEvent.Type.MouseButtonRelease, at, LEFT, NO_BUTTON)

    def _turn(self, at: QPointF) -> None:
        place = QPointF(self._viewport.mapToGlobal(at.toPoint()))
        event = QWheelEvent(
            at, place, QPoint(), QPoint(0, 120), NO_BUTTON, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self._viewport, event)

    def _set_size(self, diameter: int) -> None:
        assert self._window.desk is not None
        self._window.desk.correcting.tools["tool.brush"].brush.set_size(diameter)  # type: ignore[attr-defined]

    def _settle(self) -> None:
        """Until nothing is loaded or saved any more."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if self._window.jobs.is_idle and self._window.shown_name:
                return


if __name__ == "__main__":
    main()
