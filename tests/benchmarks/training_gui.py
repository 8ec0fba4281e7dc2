"""How smooth the window stays while a training runs: a table, never an assertion.

    python tests/benchmarks/training_gui.py [--seconds 20] [--megapixels 12]

The real window, without a screen, on photos with masks; the training is the child process that the
window starts, `standard` on the starter model. "gap": the time between two turns of a 2 ms timer of
the GUI thread, the longest and how many of them were over 50 ms; "computed": the most that the
thread itself computed within one. "event": a mouse event of the brush with its repaint. The row of
the start holds the panel's opening, the import of what draws curves, and the child's start.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, thread_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["MASKWRIGHT_CONFIG"] = os.environ["MASKWRIGHT_LOG"] = tempfile.mkdtemp()
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np
from measure import ROOT, machine, median, print_table
from painting import Painter
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from gui.app import build
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.training.run_request import RunRequest
from gui.training.training import Training
from segmenter.project.images import load_image
from segmenter.project.project import Project
from segmenter.training.recipes import STANDARD

PAINTED = "large.jpg"
EVENT_SECONDS = 0.008
RECIPE = STANDARD.replace(
    epochs=1000, patience=0, batch_size=4, crop=257, steps_per_epoch=4, validation_count=3
)
"""Small epochs: scores, pictures and a checkpoint come every few seconds."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=20.0, help="of each phase")
    options.add_argument("--megapixels", type=int, default=12, help="of the image painted on")
    chosen = options.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), chosen.megapixels, chosen.seconds)
    print_table(
        f"The window while a training runs; painting at {chosen.megapixels} MP",
        [
            "what",
            "gap, longest",
            "computed, longest",
            "over 50 ms",
            "event, median / 99%",
            "epochs",
        ],
        rows,
    )


def measure(folder: Path, megapixels: int, seconds: float) -> list[list[str]]:
    make_project(folder, megapixels)
    settings = Settings()
    settings.model = "starter"
    settings.save()
    app, window = build(["maskwright", str(folder)])
    window.resize(1400, 900)
    window.show()
    settle(window)
    window.workspace.image_list.select(PAINTED)
    settle(window)
    assert window.teaching is not None
    training = window.teaching.training
    hand = Hand(app, window)
    rows = [
        phase(app, training, "nothing", lambda: spend(seconds)),
        phase(app, training, "painting", lambda: hand.paint(seconds), hand),
    ]
    rows.append(phase(app, training, "a training starts", lambda: start(training)))
    rows.append(phase(app, training, "training", lambda: spend(seconds)))
    rows.append(phase(app, training, "training and painting", lambda: hand.paint(seconds), hand))
    rows.append(phase(app, training, "stopping", lambda: stop(training)))
    window.close()
    app.processEvents()
    window.inference.wait_for_end(30)
    return rows


def make_project(folder: Path, megapixels: int) -> None:
    """Six photos with masks to learn from, one of them large."""
    names = ("astronaut.jpg", "cat.jpg", "coffee.jpg", "flower.jpg", "palace.jpg", "rocket.jpg")
    for name in names:
        shutil.copyfile(ROOT / "resources" / "sample" / name, folder / name)
    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    large = cv2.resize(load_image(folder / "coffee.jpg"), (height * 4 // 3, height))
    cv2.imwrite(str(folder / PAINTED), large[:, :, ::-1])
    with Project.open(folder) as project:
        project.scan()
        project.class_ids_for(("background", "object", "bird", "cup"))
        for name in (*names, PAINTED):
            rows, columns = project.load_image(name).shape[:2]
            mask = np.zeros((rows, columns), np.uint8)
            cv2.circle(mask, (columns // 2, rows // 2), rows // 3, 1, -1)
            project.save_mask(name, mask)


def phase(
    app: QApplication,
    training: Training,
    name: str,
    do: Callable[[], None],
    hand: Hand | None = None,
) -> list[str]:
    gaps: list[float] = []
    computed: list[float] = []
    last = [perf_counter(), thread_time()]

    def turn() -> None:
        now, own = perf_counter(), thread_time()
        gaps.append((now - last[0]) * 1000)
        computed.append((own - last[1]) * 1000)
        last[:] = now, own

    def epochs() -> int:
        return len(training.run.record.epochs) if training.run is not None else 0

    before = epochs()
    if hand is not None:
        hand.events.clear()
    beat = QTimer(timerType=Qt.TimerType.PreciseTimer)
    beat.timeout.connect(turn)
    app.processEvents()
    last[:] = perf_counter(), thread_time()
    beat.start(2)
    do()
    beat.stop()
    events = sorted(hand.events) if hand is not None else []
    row = [
        name,
        f"{max(gaps):.0f} ms",
        f"{max(computed):.0f} ms",
        f"{sum(gap > 50 for gap in gaps)} of {len(gaps)}",
        f"{median(events):.2f} / {events[int(len(events) * 0.99)]:.2f} ms" if events else "",
        str(epochs() - before),
    ]
    print(" · ".join(row), file=sys.stderr, flush=True)
    return row


def start(training: Training) -> None:
    """Until the first step of the optimiser is done."""
    training.start(RunRequest(RECIPE, "starter", device="cpu"))
    loop = QEventLoop()
    training.told.connect(lambda event: loop.quit() if event.event == "batch" else None)
    training.ended.connect(loop.quit)
    loop.exec()
    if not training.is_running:
        raise SystemExit("the training has ended by itself")


def stop(training: Training) -> None:
    loop = QEventLoop()
    training.ended.connect(loop.quit)
    training.stop()
    loop.exec()


def spend(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


class Hand:
    """Paints one stroke after another, an event every 8 ms."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        self._app = app
        self._painter = Painter(window)
        self._painter.choose_brush(1)
        settle(window)
        self.events: list[float] = []

    def paint(self, seconds: float) -> None:
        chance = np.random.default_rng(1)
        height, width = self._painter.mask.shape
        end = perf_counter() + seconds
        while perf_counter() < end:
            self._painter.choose_brush(int(chance.integers(4)))
            at = chance.integers((width, height))
            self._timed(lambda: self._painter.press((int(at[0]), int(at[1]))))  # noqa: B023
            for _ in range(40):
                at = np.clip(at + chance.integers(-60, 60, 2), 0, (width - 1, height - 1))
                self._timed(lambda: self._painter.move((int(at[0]), int(at[1]))))  # noqa: B023
            self._timed(lambda: self._painter.release((int(at[0]), int(at[1]))))  # noqa: B023

    def _timed(self, act: Callable[[], None]) -> None:
        started = perf_counter()
        act()
        self._app.sendPostedEvents()
        self._app.processEvents()
        self.events.append((perf_counter() - started) * 1000)
        while perf_counter() - started < EVENT_SECONDS:
            self._app.processEvents()


def settle(window: MainWindow) -> None:
    loop = QEventLoop()
    QTimer.singleShot(200, loop.quit)
    loop.exec()
    while not window.jobs.is_idle:
        QTimer.singleShot(20, loop.quit)
        loop.exec()


if __name__ == "__main__":
    main()
