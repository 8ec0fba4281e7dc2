"""How much better the rest of a folder gets, through the window, with every image corrected.

    python tests/benchmarks/loop.py CAMVID/val [--images 30] [--corrected 3] [--steps N]

The folder holds images/ and masks/ (8-bit PNGs; a pixel is its class, 255 unlabelled). Copies of
some of its images are opened in the real window without masks and predicted. Then images are
corrected one after the other, by strokes along the ground truth sent as mouse events; after each,
Learn now is pressed. Scored is what the window keeps as predictions of the images nobody touched,
which are the same ones in every row. Seconds are those of the clock, from the key on; gaps are of
a 5 ms timer in the thread that paints and takes strokes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))

import numpy as np
from measure import machine, print_table
from numpy.typing import NDArray
from painting import Painter
from pulse import Pulse
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tracing import trace

from gui.app import build
from gui.main_window import MainWindow
from segmenter.project.label_png import read_label_png
from segmenter.project.project import Project
from segmenter.training.metrics import ConfusionMatrix

CAMVID = (
    "sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian",
    "bicyclist",
)  # fmt: skip
PATIENCE = 600.0


@dataclass
class Row:
    """What is known after so many corrections."""

    corrected: int
    mean_iou: float
    accuracy: float
    strokes: int = 0
    learnt: float | None = None
    """Seconds from the key to the new model."""
    first: float | None = None
    """To the first new prediction …"""
    all: float | None = None
    """… and to the last one."""
    gap_ms: float | None = None
    own_gap_ms: float | None = None
    """No longer than this process computed in it."""


def wait(app: QApplication, until: Callable[[], bool]) -> None:
    """In an event loop as the app's own: unlike ``QTest.qWait`` it leaves Python to other threads
    while there is nothing to do, so that what computes there is as fast as in the app."""
    end = monotonic() + PATIENCE
    turn, tick = QEventLoop(), QTimer(interval=5)
    tick.timeout.connect(turn.quit)
    tick.start()
    while not until():
        turn.exec()
        if monotonic() > end:
            raise SystemExit("It takes too long.")
    app.processEvents()


def copy_some(folder: Path, count: int, to: Path) -> dict[str, Path]:
    """Image name → its mask, evenly spread over the folder."""
    found = sorted((folder / "images").iterdir())
    chosen = [found[i] for i in np.linspace(0, len(found) - 1, min(count, len(found))).astype(int)]
    to.mkdir()
    for path in chosen:
        shutil.copyfile(path, to / path.name)
    return {path.name: folder / "masks" / f"{path.stem}.png" for path in chosen}


class Loop:
    """One window and what is known to be true."""

    def __init__(
        self, app: QApplication, window: MainWindow, truths: dict[str, NDArray[np.uint8]]
    ) -> None:
        self.app = app
        self.window = window
        self.truths = truths
        self.rest: list[str] = []

    def wait_idle(self) -> None:
        wait(self.app, lambda: self.window.jobs.is_idle)

    def show(self, name: str) -> None:
        self.window.workspace.image_list.select(name)
        self.wait_idle()

    def correct(self, name: str) -> int:
        """By hand: everything unlabelled first, then stroke by stroke."""
        self.show(name)
        self.window.actions_by_name["edit.clear"].trigger()
        strokes = trace(Painter(self.window), self.truths[name])
        self.wait_idle()
        return strokes

    def learn(self, row: Row) -> None:
        """Press the key and watch."""
        inference = self.window.inference
        arrivals: list[float] = []
        taught: list[float] = []
        began = perf_counter()
        on_image = inference.image_done.connect(lambda _: arrivals.append(perf_counter() - began))
        on_taught = inference.taught.connect(lambda _: taught.append(perf_counter() - began))
        pulse = Pulse()
        QTest.keyClick(self.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        wait(self.app, lambda: bool(taught) and self.window.jobs.is_idle)
        pulse.stop()
        row.gap_ms, row.own_gap_ms = pulse.gaps[0], pulse.own_gaps[0]
        inference.image_done.disconnect(on_image)
        inference.taught.disconnect(on_taught)
        row.learnt, row.first, row.all = taught[0], arrivals[0], arrivals[-1]

    def score(self, row: Row) -> None:
        assert self.window.project is not None
        matrix = ConfusionMatrix(256)
        for name in self.rest:
            prediction = self.window.project.load_prediction(name)
            if prediction is None:
                raise SystemExit(f"{name} was not predicted: {self.window.messages.text}")
            matrix.update(self.truths[name], prediction.labels)
        used = np.unique(np.concatenate([np.unique(self.truths[name]) for name in self.rest]))
        row.mean_iou = float(np.mean(matrix.iou()[used[used != 255]]))
        row.accuracy = matrix.pixel_accuracy()


def measure(options: argparse.Namespace, scratch: Path) -> list[Row]:
    for name in ("CONFIG", "CACHE", "DATA", "LOG"):
        os.environ[f"MASKWRIGHT_{name}"] = str(scratch / name.lower())
    masks = copy_some(options.folder, options.images, scratch / "photos")
    with Project.open(scratch / "photos") as project:
        ids = np.full(256, 255, np.uint8)
        ids[: len(options.classes)] = project.class_ids_for(options.classes)
    truths = {name: ids[read_label_png(path)] for name, path in masks.items()}
    app, window = build(["maskwright", str(scratch / "photos")])
    window.resize(1280, 800)
    window.show()
    wait(app, lambda: window.teaching is not None)
    if options.steps and window.teaching is not None:
        learn_now = window.teaching.learn_now
        learn_now.recipe = learn_now.recipe.replace(steps=options.steps)
    loop = Loop(app, window, truths)
    names = list(truths)
    corrected = [
        names[i] for i in np.linspace(0, len(names) - 1, options.corrected + 2).astype(int)
    ]
    corrected = corrected[1:-1]
    loop.rest = [name for name in names if name not in corrected]
    wait(app, lambda: bool(window.shown_name) and window.jobs.is_idle)
    window.actions_by_name["segment.folder"].trigger()
    loop.wait_idle()
    rows = [Row(0, 0, 0)]
    loop.score(rows[0])
    for count, name in enumerate(corrected, start=1):
        row = Row(count, 0, 0, strokes=loop.correct(name))
        loop.show(loop.rest[0])
        if options.pictures:
            picture(window, options.pictures, f"{count - 1} corrected")
        loop.learn(row)
        loop.score(row)
        rows.append(row)
    if options.pictures:
        picture(window, options.pictures, f"{len(corrected)} corrected")
    window.close()
    return rows


def picture(window: MainWindow, folder: Path, name: str) -> None:
    """The window as it is, with the first image that nobody touches."""
    folder.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(folder / f"{name}.png"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=30)
    parser.add_argument("--corrected", type=int, default=3)
    parser.add_argument("--classes", type=lambda text: tuple(text.split(",")), default=CAMVID)
    parser.add_argument(
        "--steps", type=int, help="take so many in place of what the time allows: a busy machine"
    )
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        rows = measure(options, Path(scratch))
    print(machine())
    print_table(
        f"{len(rows) - 1} of {options.images} images of {options.folder.name} corrected",
        [
            "corrected", "strokes", "mean IoU", "pixels right", "learnt in s",
            "first prediction s", "all s", "longest gap ms",
            "of it by this process",
        ],
        [
            [
                str(row.corrected), str(row.strokes), f"{row.mean_iou:.1%}", f"{row.accuracy:.1%}",
                *("–" if value is None else f"{value:.1f}" for value in (
                    row.learnt, row.first, row.all)),
                *("–" if value is None else f"{value:.0f}" for value in (
                    row.gap_ms, row.own_gap_ms)),
            ]
            for row in rows
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
