"""What autosave costs while somebody paints: a table, never an assertion.

    python tests/benchmarks/autosave.py [--sizes 12 50] [--seconds 6]

The real window, without a screen, on one image and its neighbour; a hand that sends a mouse event
every 8 ms. "change to file": from the first event after a save to the moment when a mask file that
holds it lies on the disk. "event": mouse event with its repaint. "stall": the longest time between
two turns of the event loop while it paints and saves, how much of it the GUI thread itself
computed, and how many were over 50 ms. "bytes a pixel": what an open image takes, with the
prediction on the disk, and while it is wanted as well.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, thread_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["MASKWRIGHT_CONFIG"] = tempfile.mkdtemp()
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np
from measure import ROOT, machine, print_table
from numpy.typing import NDArray
from painting import Painter
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from gui.app import build
from gui.main_window import MainWindow
from gui.settings import Settings
from segmenter.project.project import Project

SIZES = {12: (4000, 3000), 50: (8660, 5774)}
NAMES = ("a.jpg", "b.jpg")
EVENT_SECONDS = 0.008


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="+", choices=tuple(SIZES), default=[12, 50])
    options.add_argument("--seconds", type=float, default=6.0)
    chosen = options.parse_args()
    print(machine())
    rows = []
    for megapixels in chosen.sizes:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(
                [str(megapixels), *measure(Path(folder), SIZES[megapixels], chosen.seconds)]
            )
    print_table(
        "Autosave",
        ["MP", "first event", "event, median / 99%", "change to file, median / longest",
         "stall, longest", "computed", "over 50 ms", "to a neighbour", "bytes a pixel",
         "prediction wanted"],
        rows,
    )  # fmt: skip


def measure(folder: Path, size: tuple[int, int], seconds: float) -> list[str]:
    make_project(folder, size)
    settings = Settings()
    settings.model = str(folder / "none.safetensors")  # no torch beside it
    settings.save()
    app, window = build(["maskwright", str(folder)])
    window.resize(1400, 900)
    window.show()
    settle(app, window)
    window.workspace.image_list.select(NAMES[0])
    settle(app, window)
    hand = Hand(app, window)
    hand.paint(seconds)
    settle(app, window)
    stepping = step_times(app, window)
    content = window.canvas.content
    assert content is not None
    assert window.desk is not None
    pixels = content.width * content.height
    bytes_each = content.nbytes / pixels
    window.desk.correcting.editor.want_prediction("benchmark", True)
    settle(app, window)
    prediction = window.desk.correcting.editor.prediction()
    with_prediction = bytes_each + (0 if prediction is None else prediction.nbytes / pixels)
    window.close()
    app.processEvents()
    events = sorted(hand.events[1:])
    stalls = sorted(hand.gaps)
    return [
        f"{hand.events[0]:.1f} ms",
        f"{events[len(events) // 2]:.2f} / {events[int(len(events) * 0.99)]:.2f} ms",
        f"{sorted(hand.delays)[len(hand.delays) // 2]:.0f} / {max(hand.delays):.0f} ms",
        f"{stalls[-1]:.0f} ms",
        f"{max(hand.own_gaps):.0f} ms",
        f"{sum(gap > 50 for gap in stalls)} of {len(stalls)}",
        f"{stepping:.1f} ms",
        f"{bytes_each:.2f}",
        f"{with_prediction:.2f}",
    ]


def make_project(folder: Path, size: tuple[int, int]) -> None:
    """Two photos with predictions of large patches."""
    photo = cv2.imread(str(ROOT / "resources" / "sample" / "coffee.jpg"))
    assert photo is not None
    large = cv2.resize(photo, size, interpolation=cv2.INTER_LINEAR)
    labels = np.zeros((size[1], size[0]), np.uint8)
    chance = np.random.default_rng(0)
    for _ in range(60):
        center = int(chance.integers(size[0])), int(chance.integers(size[1]))
        cv2.circle(labels, center, int(chance.integers(50, size[0] // 10)),
                   int(chance.integers(4)), -1)  # fmt: skip
    for name in NAMES:
        cv2.imwrite(str(folder / name), large)
    with Project.open(folder) as project:
        project.scan()
        project.class_ids_for(("background", "cat", "dog", "bird"))
        for name in NAMES:
            project.save_prediction(name, labels, np.full_like(labels, 200), 0.5)


class Hand:
    """Paints one stroke after another and watches the disk and the clock."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        self._app = app
        self._window = window
        self._painter = Painter(window)
        self._painter.choose_brush(1)
        settle(app, window)
        self.events: list[float] = []
        self.gaps: list[float] = []
        self.own_gaps: list[float] = []
        self.delays: list[float] = []
        self._last_turn = 0.0, 0.0
        self._waiting: float | None = None
        self._seen = 0

    def paint(self, seconds: float) -> None:
        beat = QTimer(timerType=Qt.TimerType.PreciseTimer)
        beat.timeout.connect(self._turn)
        self._last_turn = perf_counter(), thread_time()
        beat.start(2)
        chance = np.random.default_rng(1)
        height, width = self._painter.mask.shape
        end = perf_counter() + seconds
        while perf_counter() < end:
            self._painter.choose_brush(int(chance.integers(4)))
            at = chance.integers((width, height))
            self._timed(self._painter.press, at)
            for _ in range(40):
                at = np.clip(at + chance.integers(-60, 60, 2), 0, (width - 1, height - 1))
                self._timed(self._painter.move, at)
            self._timed(self._painter.release, at)
        beat.stop()

    def _timed(self, act: Callable[[tuple[int, int]], None], at: NDArray[np.int64]) -> None:
        started = perf_counter()
        act((int(at[0]), int(at[1])))
        self._app.sendPostedEvents()
        self._app.processEvents()
        self.events.append((perf_counter() - started) * 1000)
        if self._waiting is None:
            self._waiting = started
        while perf_counter() - started < EVENT_SECONDS:
            self._app.processEvents()

    def _turn(self) -> None:
        now, own = perf_counter(), thread_time()
        self.gaps.append((now - self._last_turn[0]) * 1000)
        self.own_gaps.append((own - self._last_turn[1]) * 1000)
        self._last_turn = now, own
        assert self._window.desk is not None
        masks = self._window.desk.correcting.editor.masks
        opened = masks.get(NAMES[0]) if masks is not None else None
        if opened is not None and opened.stored_version > self._seen:
            self._seen = opened.stored_version
            if self._waiting is not None:
                self.delays.append((now - self._waiting) * 1000)
            self._waiting = None


def step_times(app: QApplication, window: MainWindow) -> float:
    """Median milliseconds from the key to the neighbour's picture."""
    times = []
    for turn in range(10):
        name = NAMES[(turn + 1) % 2]
        started = perf_counter()
        window.workspace.image_list.select(name)
        while window.shown_name != name:
            app.processEvents()
        window.canvas.viewport().repaint()
        times.append((perf_counter() - started) * 1000)
        settle(app, window)
    return sorted(times)[len(times) // 2]


def settle(app: QApplication, window: MainWindow) -> None:
    app.processEvents()
    while not window.jobs.is_idle:
        app.processEvents()


if __name__ == "__main__":
    main()
