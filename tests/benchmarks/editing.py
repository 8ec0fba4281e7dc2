"""What an edit of the mask costs without a screen, beside plain numpy: a table, never an assertion.

    python tests/benchmarks/editing.py [--sizes 12 50] [--strokes 20]

Strokes of 30 events, 7 pixels apart, on a mask of large patches; a brush event is the shape of the
brush's way and its painting. "numpy" is what one writes first: a copy of the whole mask for undo,
the distance of every pixel around from the way, boolean indexing. Both take turns, event by event.
Median / 99th percentile in milliseconds.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np
from measure import machine, print_table
from numpy.typing import NDArray

from segmenter.editing.brush import BrushShape, Point, stroke
from segmenter.editing.editable_mask import EditableMask
from segmenter.editing.protection import Protection
from segmenter.editing.rect import Rect

Labels = NDArray[np.uint8]
Cell = tuple[str, ...]

SIZES = {12: (4000, 3000), 50: (8660, 5774)}
BRUSHES = (41, 301, 1001)
EVENTS = 30
CLASSES = 8


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="+", choices=tuple(SIZES), default=[12, 50])
    options.add_argument("--strokes", type=int, default=20)
    chosen = options.parse_args()
    print(machine())
    strokes, whole = [], []
    for megapixels in chosen.sizes:
        start = patches(*SIZES[megapixels], seed=0)
        for size in BRUSHES:
            for protected in (False, True):
                times = paint_strokes(start, size, protected, chosen.strokes)
                lock = "yes" if protected else "no"
                strokes.append([str(megapixels), str(size), lock, *times])
        for name, new in edits_of_everything(start).items():
            whole.append([str(megapixels), name, *edit_everything(start, new)])
    columns = ["event", "begin + commit", "undo", "redo", "kB a stroke"]
    both = [each for column in columns for each in (column, "numpy")]
    print_table("Strokes", ["MP", "brush", "protected", *both], strokes)
    columns = ["replace", "commit", "undo", "redo"]
    columns += ["packing, on a thread", "undo once packed", "redo once packed", "kB"]
    print_table("Everything at once", ["MP", "edit of the whole mask", *columns], whole)


class Numpy:
    """What one writes first."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.locked: list[int] = []
        self._done: list[Labels] = []
        self._undone: list[Labels] = []

    def begin(self) -> None:
        self._done.append(self.labels.copy())
        self._undone.clear()

    def paint(self, start: Point, end: Point, size: int, value: int) -> None:
        reach = size // 2 + 1
        left, right = int(min(start[0], end[0])) - reach, int(max(start[0], end[0])) + reach + 1
        top, bottom = int(min(start[1], end[1])) - reach, int(max(start[1], end[1])) + reach + 1
        y, x = np.mgrid[top:bottom, left:right] + 0.5
        way_x, way_y = end[0] - start[0], end[1] - start[1]
        part = ((x - start[0]) * way_x + (y - start[1]) * way_y) / (way_x**2 + way_y**2)
        part = np.clip(part, 0, 1)
        away = (x - start[0] - part * way_x) ** 2 + (y - start[1] - part * way_y) ** 2
        inside = away <= (size / 2) ** 2
        target = self.labels[top:bottom, left:right]
        if self.locked:
            inside &= ~np.isin(target, self.locked)
        target[inside] = value

    def undo(self) -> None:
        self._undone.append(self.labels.copy())
        self.labels[:] = self._done.pop()

    def redo(self) -> None:
        self._done.append(self.labels.copy())
        self.labels[:] = self._undone.pop()

    @property
    def nbytes(self) -> int:
        return sum(labels.nbytes for labels in self._done)


class Clock:
    """Milliseconds by what took them."""

    def __init__(self) -> None:
        self._times: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def __call__(self, what: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self._times[what].append((time.perf_counter() - begin) * 1000)

    def cell(self, what: str) -> str:
        times = self._times[what]
        return f"{np.median(times):.2f} / {np.percentile(times, 99):.2f}"


def paint_strokes(start: Labels, size: int, protected: bool, strokes: int) -> Cell:
    ours, numpy = EditableMask(start.copy()), Numpy(start.copy())
    if protected:
        ours.protection, numpy.locked = Protection(locked=frozenset({3, 5})), [3, 5]
    bounds = Rect(0, 0, ours.width, ours.height)
    clock = Clock()
    # numpy keeps a whole mask a stroke: few enough of them that memory isn't what is measured.
    numpy_strokes = min(strokes, 4)
    for number in range(strokes):
        value = number % CLASSES
        ours.begin("brush stroke")
        if number < numpy_strokes:
            with clock("numpy begin"):
                numpy.begin()
        for at, to in way(bounds, size, seed=number):
            with clock("event"):
                ours.paint(stroke(at, to, size, BrushShape.ROUND, bounds=bounds), value)
            if number < numpy_strokes:
                with clock("numpy event"):
                    numpy.paint(at, to, size, value)
        with clock("commit"):
            ours.commit()
    nbytes = ours.history.nbytes / strokes, numpy.nbytes / numpy_strokes
    for what in ("undo", "redo"):
        repeat(clock, what, getattr(ours, what), strokes)
        repeat(clock, f"numpy {what}", getattr(numpy, what), numpy_strokes)
    pairs = [("event", "numpy event"), ("commit", "numpy begin")]
    pairs += [(what, f"numpy {what}") for what in ("undo", "redo")]
    cells = [clock.cell(what) for pair in pairs for what in pair]
    return (*cells, *(f"{each / 1000:.0f}" for each in nbytes))


def edit_everything(start: Labels, new: Labels) -> Cell:
    mask = EditableMask(start.copy())
    whole = Rect(0, 0, mask.width, mask.height)
    clock = Clock()
    for _ in range(5):
        mask.begin("edit")
        with clock("replace"):
            mask.replace(whole, new)
        with clock("commit"):
            mask.commit()
        for what in ("undo", "redo"):
            repeat(clock, what, getattr(mask, what), 1)
        with clock("packing"):
            mask.history.budget.settle()
        for what in ("undo", "redo", "undo"):
            repeat(clock, f"packed {what}", getattr(mask, what), 1)
    mask.redo()
    columns = ("replace", "commit", "undo", "redo", "packing", "packed undo", "packed redo")
    times = [clock.cell(what) for what in columns]
    return (*times, f"{mask.history.nbytes / 1000:.0f}")


def repeat(clock: Clock, what: str, action: Callable[[], object], times: int) -> None:
    for _ in range(times):
        with clock(what):
            action()


def way(bounds: Rect, size: int, seed: int) -> Iterator[tuple[Point, Point]]:
    """A wandering stroke that stays inside."""
    rng = np.random.default_rng(seed)
    margin = size / 2 + 8 * EVENTS
    at = (
        float(rng.uniform(margin, bounds.width - margin)),
        float(rng.uniform(margin, bounds.height - margin)),
    )
    direction = rng.uniform(0, 2 * math.pi)
    for _ in range(EVENTS):
        direction += rng.normal() / 5
        to = (at[0] + 7 * math.cos(direction), at[1] + 7 * math.sin(direction))
        yield at, to
        at = to


def patches(width: int, height: int, seed: int, side: int = 300) -> Labels:
    """Labels with round, wavy outlines, as masks of photos have them."""
    rng = np.random.default_rng(seed)
    small = rng.random((height // side + 2, width // side + 2)).astype(np.float32)
    smooth = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return (np.clip(smooth, 0, 0.999) * CLASSES).astype(np.uint8)


def edits_of_everything(start: Labels) -> dict[str, Labels]:
    height, width = start.shape
    return {
        "clear": np.full_like(start, 255),
        "another mask": patches(width, height, seed=1),
        "another mask, finely patterned": patches(width, height, seed=1, side=40),
        "smoother edges": np.asarray(cv2.medianBlur(start, 5), np.uint8),
    }


if __name__ == "__main__":
    main()
