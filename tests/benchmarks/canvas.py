"""How long the canvas takes, beside pyqtgraph's ImageItem: a table, never an assertion.

    python tests/benchmarks/canvas.py [--repeats 60] [--sizes 12 50] [--json]

Every figure is one whole event on the GUI thread: what is changed, and the painting until the
window's own pixels are up to date. Median and 99th percentile in milliseconds; "peer" is the same
in a pyqtgraph view with the photo and a label map over it as two ImageItems.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtWidgets import QApplication, QWidget

from gui.canvas.canvas import Canvas
from gui.canvas.canvas_item import OverlayStyle
from gui.canvas.content import CanvasContent, prepare
from segmenter.project.classes import LabelClass, default_color

Kind = TypeVar("Kind", bound=QWidget)
VIEW = (1400, 900)
SIZES = {12: (4000, 3000), 50: (8660, 5774)}
RADII = (20, 150, 500)
CLASSES = [LabelClass(i, f"class {i}" if i else "background", default_color(i)) for i in range(8)]


@dataclass
class Row:
    """One line of the table; milliseconds."""

    megapixels: int
    what: str
    ours: list[float]
    peer: list[float] | None = None


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--repeats", type=int, default=60)
    options.add_argument("--sizes", type=int, nargs="+", choices=tuple(SIZES), default=[12, 50])
    options.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = options.parse_args()
    app = QApplication.instance() or QApplication([])
    if not chosen.json:
        print(f"canvas of {VIEW[0]} × {VIEW[1]}, milliseconds: median / 99th percentile\n")
        print(f"{'MP':>3}  {'':32}{'maskwright':>16}{'pyqtgraph':>18}")
    for size in chosen.sizes:
        for row in measure(size, chosen.repeats):
            print(json.dumps(summary(row)) if chosen.json else line(row), flush=True)
    del app


def measure(megapixels: int, repeats: int) -> Iterator[Row]:
    rgb, labels, confidence = scene(*SIZES[megapixels])
    seconds = timed(lambda: prepare(rgb, labels, confidence), 5)
    yield Row(megapixels, "prepare (on a pool thread)", seconds)
    content = prepare(rgb, labels, confidence)
    with shown(Canvas()) as canvas, shown(Peer(rgb, labels)) as peer:
        canvas.set_classes(CLASSES)
        canvas.show_content(content)
        QApplication.processEvents()
        for what, ours, theirs in cases(canvas, content, peer):
            # Both alternately: what else this machine does then weighs on both alike.
            mine: list[float] = []
            other: list[float] = []
            for turn in range(repeats + 3):
                mine.append(once(ours, turn))
                if theirs is not None and turn < max(13, repeats // 3):
                    other.append(once(theirs, turn))
            yield Row(megapixels, what, mine[3:], other[3:] or None)


Act = Callable[[int], object]


def cases(
    canvas: Canvas, content: CanvasContent, peer: Peer
) -> Iterator[tuple[str, Act, Act | None]]:
    """What is measured: a name, what is done here, the same in the peer. Each takes its turn's
    number; the state a case needs is set up between them."""
    both = (canvas, peer)
    for view in both:
        view.fit()
    yield "show_content, fitted", lambda n: canvas.show_content(content), peer.show
    yield "full repaint, fitted", lambda n: canvas.viewport().update(), peer.repaint_all
    yield "  outlines alone", styled(canvas, OverlayStyle.OUTLINE), None
    yield "  fill and outlines", styled(canvas, OverlayStyle.FILL_AND_OUTLINE), None
    canvas.set_overlay_style(OverlayStyle.FILL)
    canvas.set_confidence_visible(True)
    yield "  confidence heat map", lambda n: canvas.viewport().update(), None
    canvas.set_confidence_visible(False)
    yield (
        "opacity drag, fitted",
        lambda n: canvas.set_opacity(0.2 + n % 60 / 100),
        lambda n: peer.set_opacity(0.2 + n % 60 / 100),
    )
    for radius in RADII:
        yield (
            f"brush radius {radius}, fitted",
            partial(brush, canvas, radius),
            partial(peer.brush, radius),
        )
    yield (
        "wheel zoom, from fitted to 16×",
        lambda n: zoom_step(canvas, n),
        peer.zoom_step,
    )
    for view in both:
        view.fit()
        view.actual_size()
    yield "full repaint, 1:1", lambda n: canvas.viewport().update(), peer.repaint_all
    yield "pan by 7 px, 1:1", lambda n: canvas.pan_by(*pan_of(n)), lambda n: peer.pan(*pan_of(n))
    for radius in RADII:
        yield (
            f"brush radius {radius}, 1:1",
            partial(brush, canvas, radius),
            partial(peer.brush, radius),
        )
    canvas.zoom_by(6)
    yield "full repaint, 6×", lambda n: canvas.viewport().update(), None
    yield "brush radius 20, 6×", partial(brush, canvas, 20), None
    yield from comparing(canvas)


def comparing(canvas: Canvas) -> Iterator[tuple[str, Act, Act | None]]:
    """With a prediction beside the mask that differs from it all over the image."""
    comparison = canvas.comparison
    canvas.fit()
    comparison.set_prediction(np.roll(canvas.mask, 60, axis=1))
    comparison.set_split(True)
    yield "split: full repaint, fitted", lambda n: canvas.viewport().update(), None
    comparison.set_split(False)
    comparison.set_marks_changes(True)
    yield "changes: full repaint, fitted", lambda n: canvas.viewport().update(), None
    for radius in RADII:
        yield f"  brush radius {radius}, fitted", partial(brush, canvas, radius), None
    canvas.actual_size()
    yield "changes: full repaint, 1:1", lambda n: canvas.viewport().update(), None
    for radius in RADII:
        yield f"  brush radius {radius}, 1:1", partial(brush, canvas, radius), None
    comparison.set_marks_changes(False)
    comparison.set_prediction(None)


class Peer(pg.GraphicsLayoutWidget):
    """The same picture as pyqtgraph's users make it: a photo, and labels by a lookup table."""

    def __init__(self, rgb: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
        super().__init__()
        self._rgb = rgb
        self._labels = labels.copy()
        self._box = self.addViewBox(lockAspect=True, invertY=True, enableMenu=False)
        # Without autoDownsample, which averages labels to ids that mean something else, and
        # takes seconds at each event.
        self._photo = pg.ImageItem(rgb, axisOrder="row-major")
        self._mask = pg.ImageItem(self._labels, axisOrder="row-major", levels=(0, 255))
        table = np.array([(*default_color(value), 128) for value in range(256)], np.uint8)
        table[[0, 255]] = 0
        self._mask.setLookupTable(table)
        self._box.addItem(self._photo)
        self._box.addItem(self._mask)

    def fit(self) -> None:
        self._box.setRange(QRectF(0, 0, self._rgb.shape[1], self._rgb.shape[0]), padding=0)

    def actual_size(self) -> None:
        left, top = self._rgb.shape[1] / 2 - VIEW[0] / 2, self._rgb.shape[0] / 2 - VIEW[1] / 2
        self._box.setRange(QRectF(left, top, *VIEW), padding=0)

    def show(self, turn: int | None = None) -> None:
        """As a widget, or (with a turn's number) another image."""
        if turn is None:
            super().show()
            return
        self._photo.setImage(self._rgb)
        self._mask.setImage(self._labels, levels=(0, 255))

    def repaint_all(self, turn: int) -> None:
        self.viewport().update()

    def set_opacity(self, opacity: float) -> None:
        self._mask.setOpacity(opacity)

    def pan(self, dx: float, dy: float) -> None:
        self._box.translateBy(x=dx, y=dy)

    def zoom_step(self, turn: int) -> None:
        if turn % 16 == 0:
            self.fit()
        self._box.scaleBy((0.8, 0.8))

    def brush(self, radius: int, turn: int) -> None:
        stroke(self._labels, turn, radius)
        self._mask.updateImage()


def brush(canvas: Canvas, radius: int, turn: int) -> None:
    """One event of a stroke: a line from the last point to this one, and its rectangle."""
    canvas.refresh(stroke(canvas.mask, turn, radius))


def stroke(labels: NDArray[np.uint8], turn: int, radius: int) -> QRect:
    """Around the middle of the image, 12 pixels at a time; the rectangle it has changed."""
    height, width = labels.shape
    angle = turn * 12 / 60
    start, end = (
        (round(width / 2 + 60 * np.cos(a)), round(height / 2 + 60 * np.sin(a)))
        for a in (angle, angle + 12 / 60)
    )
    cv2.line(labels, start, end, turn % 7 + 1, max(2, 2 * radius - 1))
    left, right = min(start[0], end[0]) - radius - 1, max(start[0], end[0]) + radius + 2
    top, bottom = min(start[1], end[1]) - radius - 1, max(start[1], end[1]) + radius + 2
    return QRect(left, top, right - left, bottom - top)


def zoom_step(canvas: Canvas, turn: int) -> None:
    if turn % 16 == 0:
        canvas.fit()
    canvas.zoom_by(1.25, QPointF(500, 400))


def pan_of(turn: int) -> tuple[int, int]:
    return (7, 0) if turn // 20 % 2 else (-7, 0)


def styled(canvas: Canvas, style: OverlayStyle) -> Act:
    return lambda n: canvas.set_overlay_style(style)


def scene(
    width: int, height: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """A photo-like image, blobs of eight classes, a smooth confidence map; always the same."""
    rng = np.random.default_rng(0)

    def smooth(channels: int, cell: int) -> NDArray[np.uint8]:
        coarse = rng.integers(
            0, 256, (height // cell + 2, width // cell + 2, channels), dtype=np.uint8
        )
        resized = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        return np.asarray(resized, np.uint8).reshape(height, width, channels)

    rgb = cv2.addWeighted(smooth(3, 90), 0.8, smooth(3, 3), 0.2, 0)
    labels = smooth(1, 160)[..., 0] // 32
    return np.asarray(rgb, np.uint8), np.ascontiguousarray(labels), smooth(1, 120)[..., 0].copy()


@contextmanager
def shown(widget: Kind) -> Iterator[Kind]:
    widget.resize(*VIEW)
    widget.show()
    QApplication.processEvents()
    yield widget
    widget.close()


def once(act: Act, turn: int) -> float:
    """Milliseconds of ``act`` and of all the painting it causes."""
    start = time.perf_counter()
    act(turn)
    QApplication.processEvents()
    return (time.perf_counter() - start) * 1000


def timed(act: Callable[[], object], repeats: int) -> list[float]:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return times


def summary(row: Row) -> dict[str, object]:
    result: dict[str, object] = {"megapixels": row.megapixels, "what": row.what.strip()}
    for name, times in (("", row.ours), ("peer_", row.peer)):
        if times is not None:
            result[f"{name}median_ms"] = round(float(np.median(times)), 3)
            result[f"{name}p99_ms"] = round(float(np.percentile(times, 99)), 3)
    return result


def line(row: Row) -> str:
    cells = [
        f"{np.median(times):8.2f} /{np.percentile(times, 99):6.1f}" if times else "—"
        for times in (row.ours, row.peer)
    ]
    return f"{row.megapixels:>3}  {row.what:32}{cells[0]:>16}{cells[1]:>18}"


if __name__ == "__main__":
    main()
