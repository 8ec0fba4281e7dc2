"""Polygon, fill, wand and smart outline in the real window: a table, never an assertion.

    python tests/benchmarks/region_tools.py [--sizes 12 50]

Over the sample photo of a dandelion, enlarged, with a folder open and autosave on. "Event" is what
the hand waits for: one event of Qt's and the painting it brings about. "Shown" is the time until
what was computed off the GUI thread for it is on the screen. Median and longest in milliseconds.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).resolve().parents[2]
SIZES = {12: (4000, 3000), 50: (8660, 5774)}
LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton

Row = tuple[str, list[float]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="+", choices=tuple(SIZES), default=[12, 50])
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="maskwright-regions-") as folder:
        for name in ("CONFIG", "CACHE", "DATA"):
            os.environ[f"MASKWRIGHT_{name}"] = str(Path(folder, name.lower()))
        for megapixels in chosen.sizes:
            bench = Bench(Path(folder, str(megapixels)), SIZES[megapixels])
            print(f"\n{megapixels} MP, fitted: median / longest, ms\n")
            for what, times in bench.rows():
                print(f"{what:48}{np.median(times):9.1f} /{max(times):8.1f}", flush=True)
            bench.close()


class Bench:
    """One window with one large photo in its folder, and classes to paint."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        from gui.app import build
        from segmenter.project.project import Project

        folder.mkdir()
        with Image.open(ROOT / "resources" / "sample" / "dandelion.jpg") as image:
            photo = cv2.resize(np.asarray(image.convert("RGB")), size)
        Image.fromarray(np.asarray(photo, np.uint8)).save(folder / "photo.jpg", quality=90)
        with Project.open(folder) as project:
            project.class_ids_for(["background", "cat", "dog"])
        self._app, self._window = build(["maskwright", str(folder)])
        self._window.resize(1920, 1080)
        self._window.show()
        self._settle()
        self._canvas = self._window.canvas
        self._window.workspace.class_panel.select(1)
        self._settle()

    def close(self) -> None:
        self._settle()
        self._window.close()
        while not self._window.inference.wait_for_end(20.0):
            pass  # PyTorch is still being imported
        self._app.processEvents()

    def rows(self) -> Iterator[Row]:
        yield from self._polygon()
        yield from self._fill()
        yield from self._wand()
        yield from self._smart()

    # -- the tools -------------------------------------------------------------------------

    def _polygon(self) -> Iterator[Row]:
        self._choose("tool.polygon")
        self._click(0.3, 0.3)
        self._click(0.6, 0.25)
        yield "polygon: hovering", self._events(self._line(0.5, 0.4, 0.6, 0.6, 150), self._move)
        circle = [
            self._at(0.5 + 0.2 * math.cos(turn / 60), 0.5 + 0.3 * math.sin(turn / 60))
            for turn in range(300)
        ]
        self._press(circle[0])
        yield "polygon: drawing freehand", self._events(circle[1:], self._drag)
        yield "polygon: end of a freehand piece", [self._event(partial(self._release, circle[-1]))]
        corner = self._at(0.3, 0.3)
        self._press(corner)
        way = self._line(0.3, 0.3, 0.25, 0.35, 40)
        yield "polygon: moving a corner", self._events(way, self._drag)
        self._release(way[-1])
        yield "polygon: closing", [self._event(partial(self._key, Qt.Key.Key_Return))]
        self._settle()

    def _fill(self) -> Iterator[Row]:
        self._choose("tool.fill")
        self._window.workspace.class_panel.select(2)
        inside, outside = self._at(0.5, 0.5), self._at(0.05, 0.05)
        self._move(inside)
        self._settle()
        yield (
            "fill: hovering over the region that is shown",
            self._events(self._line(0.5, 0.5, 0.55, 0.5, 40), self._move),
        )
        turns = [outside, inside] * 5
        yield "fill: another region, shown", [self._shown(partial(self._move, at)) for at in turns]
        yield "fill: a click", [self._event(partial(self._click, 0.5, 0.5))]
        self._settle()

    def _wand(self) -> Iterator[Row]:
        self._choose("tool.wand")
        start = self._at(0.5, 0.3)
        for what in ("first", "next"):
            event = time.perf_counter()
            self._press(start)
            self._app.processEvents()
            yield f"wand: {what} press, event", [(time.perf_counter() - event) * 1000]
            yield (
                f"wand: {what} press, exact selection shown",
                [(time.perf_counter() - event) * 1000 + self._shown(lambda: None)],
            )
            way = [start + QPointF(3 * step, 0) for step in range(1, 60)]
            yield "wand: dragging, event", self._events(way, self._drag)
            self._settle()
            back = [start + QPointF(3 * step, 0) for step in range(59, 40, -1)]
            yield "wand: dragging, shown", [self._shown(partial(self._drag, at)) for at in back]
            yield "wand: release, cleaned up", [self._shown(partial(self._release, back[-1]))]
            self._key(Qt.Key.Key_Escape)
            self._choose("tool.wand")
            start = self._at(0.9, 0.9)

    def _smart(self) -> Iterator[Row]:
        self._choose("tool.smart")
        way = self._line(0.35, 0.25, 0.6, 0.75, 30)
        self._press(way[0])
        yield "smart outline: drawing the box", self._events(way[1:], self._drag)
        yield "smart outline: box, shown", [self._shown(partial(self._release, way[-1]))]
        scribble = self._line(0.42, 0.4, 0.5, 0.6, 40)
        self._press(scribble[0])
        yield "smart outline: scribbling", self._events(scribble[1:], self._drag)
        yield "smart outline: scribble, shown", [self._shown(partial(self._release, scribble[-1]))]
        yield "smart outline: Enter", [self._event(partial(self._key, Qt.Key.Key_Return))]

    # -- what is measured ------------------------------------------------------------------

    def _event(self, do: Callable[[], object]) -> float:
        start = time.perf_counter()
        do()
        self._app.processEvents()
        return (time.perf_counter() - start) * 1000

    def _events(self, places: Iterable[QPointF], do: Callable[[QPointF], object]) -> list[float]:
        return [self._event(partial(do, place)) for place in places]

    def _shown(self, do: Callable[[], object]) -> float:
        start = time.perf_counter()
        do()
        self._settle()
        return (time.perf_counter() - start) * 1000

    # -- events ------------------------------------------------------------------------------

    def _choose(self, name: str) -> None:
        if not self._window.actions_by_name[name].isChecked():
            self._window.actions_by_name[name].trigger()
        self._settle()

    def _at(self, x: float, y: float) -> QPointF:
        """Parts of the photo's width and height → a point of the view."""
        content = self._canvas.content
        assert content is not None
        place = self._canvas.image_to_view(int(x * content.width), int(y * content.height))
        return QPointF(place)

    def _line(self, x0: float, y0: float, x1: float, y1: float, steps: int) -> list[QPointF]:
        parts = [step / (steps - 1) for step in range(steps)]
        return [self._at(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part) for part in parts]

    def _send(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: bool) -> None:
        viewport = self._canvas.viewport()
        place = QPointF(viewport.mapToGlobal(at.toPoint()))
        buttons = LEFT if held else NO_BUTTON
        event = QMouseEvent(kind, at, place, button, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, event)

    def _move(self, at: QPointF) -> None:
        self._send(QEvent.Type.MouseMove, at, NO_BUTTON, False)

    def _press(self, at: QPointF) -> None:
        self._send(QEvent.Type.MouseButtonPress, at, LEFT, True)

    def _drag(self, at: QPointF) -> None:
        self._send(QEvent.Type.MouseMove, at, NO_BUTTON, True)

    def _release(self, at: QPointF) -> None:
        self._send(QEvent.Type.MouseButtonRelease, at, LEFT, False)

    def _click(self, x: float, y: float) -> None:
        self._press(self._at(x, y))
        self._release(self._at(x, y))

    def _key(self, key: Qt.Key) -> None:
        QTest.keyClick(self._canvas, key)

    def _settle(self) -> None:
        """Until nothing is computed, loaded or saved any more."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self._app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
            if self._window.jobs.is_idle and self._window.shown_name:
                self._app.processEvents()
                return


if __name__ == "__main__":
    main()
