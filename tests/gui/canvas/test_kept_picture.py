"""What is kept of the picture is what would be drawn anew, and spares most of the drawing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from gui.canvas import kept_picture
from gui.canvas.canvas import Canvas
from gui.canvas.canvas_item import OverlayStyle
from gui.canvas.content import prepare
from gui.canvas.device_grid import DeviceGrid
from gui.canvas.kept_picture import KeptPicture, merged
from segmenter.editing.brush import BrushShape

Screen = Callable[[], NDArray[np.uint8]]
WHOLE = DeviceGrid(1000, 800, 1.0, 0, 0, 0, 0, 1000, 800)
VIEW = QRect(0, 0, 900, 800)


def act(canvas: Canvas, rng: np.random.Generator) -> None:
    """One of the things that happen to a canvas."""
    x, y = (int(value) for value in rng.integers(20, 260, 2))
    match int(rng.integers(0, 12)):
        case 0 | 1 | 2 | 3:
            canvas.brush_ring.show_at(x, y, int(rng.integers(5, 120)), BrushShape.ROUND)
        case 4 | 5 | 6:
            parts = []
            for _ in range(int(rng.integers(1, 5))):
                left, top = (int(value) for value in rng.integers(0, 250, 2))
                width, height = (int(value) for value in rng.integers(1, 50, 2))
                canvas.mask[top : top + height, left : left + width] = rng.choice([0, 1, 2, 255])
                parts.append(QRect(left, top, width, height))
            canvas.refresh_parts(parts)
        case 7:
            canvas.brush_ring.hide()  # as its tool has it follow the image
            canvas.pan_by(*(int(value) for value in rng.integers(-15, 16, 2)))
        case 8:
            canvas.brush_ring.hide()
            canvas.zoom_by(float(rng.choice([0.5, 0.8, 1.25, 2.0])))
        case 9:
            canvas.set_opacity(float(rng.random()))
        case 10:
            canvas.set_overlay_style(str(rng.choice(list(OverlayStyle))))
        case _:
            canvas.propose(None if rng.random() < 0.5 else rng.permuted(canvas.mask))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_the_screen_shows_what_painting_anew_would(
    shown: Canvas, on_screen: Screen, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_picture, "SMALL", 2000)  # the canvas of the tests is a small one
    rng = np.random.default_rng(seed)
    for _ in range(25):
        for _ in range(int(rng.integers(1, 5))):
            act(shown, rng)
            if rng.random() < 0.7:
                on_screen()
        piecewise = on_screen()
        shown.refresh()
        difference = np.abs(piecewise.astype(int) - on_screen())
        assert difference.max() <= 3  # the last bits of smoothing
        assert difference.mean() < 0.05


def test_another_image_leaves_nothing_of_the_one_before(shown: Canvas, on_screen: Screen) -> None:
    for x in range(50, 200, 10):
        shown.brush_ring.show_at(x, 100, 80, BrushShape.ROUND)
        on_screen()
    shown.show_content(prepare(np.full((300, 400, 3), 90, np.uint8)), keep_view=True)
    shown.brush_ring.hide()
    shown.viewport().update(QRect(40, 50, 200, 120))
    middle = on_screen()[shown.height() // 2 - 20 : shown.height() // 2, 80:150]
    assert (middle == 90).all()


class Counting:
    """Fills what it is asked for with one colour, and counts the pixels."""

    def __init__(self) -> None:
        self.kept = KeptPicture(self._draw)
        self.drawn: list[tuple[int, int, int, int]] = []
        self.color = 0xFF204060
        self.shown: tuple[object, ...] = (object(), None)
        self.target = QImage(VIEW.size(), QImage.Format.Format_RGB32)

    def paint(self, rect: QRect, whole: DeviceGrid = WHOLE) -> int:
        """How many pixels were drawn anew."""
        before = sum(width * height for _, _, width, height in self.drawn)
        self.target.fill(0)
        exposed = DeviceGrid(
            1000, 800, whole.scale, whole.dx, whole.dy,
            rect.left(), rect.top(), rect.right() + 1, rect.bottom() + 1,
        )  # fmt: skip
        painter = QPainter(self.target)
        self.kept.paint(painter, whole, exposed, VIEW, self.shown)
        painter.end()
        seen = rect & VIEW
        assert self.target.pixel(seen.topLeft()) == self.color
        assert self.target.pixel(seen.bottomRight()) == self.color
        return sum(width * height for _, _, width, height in self.drawn) - before

    def _draw(self, painter: QPainter, grid: DeviceGrid) -> None:
        rect = QRect(grid.left, grid.top, grid.right - grid.left, grid.bottom - grid.top)
        self.drawn.append((rect.left(), rect.top(), rect.width(), rect.height()))
        painter.fillRect(rect, self.color)


def test_only_what_is_missing_is_drawn() -> None:
    made = Counting()
    part = QRect(100, 100, 400, 400)
    assert made.paint(part) == 160_000
    assert made.paint(part) == 0
    assert 20_000 <= made.paint(part.translated(50, 0)) < 160_000
    made.kept.forget_part(QRect(120, 120, 3, 4))
    assert made.paint(part) == 12


def test_what_is_small_is_drawn_straight_away() -> None:
    made, part = Counting(), QRect(100, 100, 40, 40)
    assert made.paint(part) == 1600
    assert made.paint(part) == 1600


def test_what_was_drawn_elsewhere_or_of_something_else_is_of_no_use() -> None:
    made = Counting()
    part = QRect(100, 100, 400, 400)
    made.paint(part)
    assert made.paint(part, DeviceGrid(1000, 800, 1.0, 1, 0, 1, 0, 1001, 800)) == 160_000
    made.shown = (object(), None)
    made.color = 0xFFAA0000
    assert made.paint(part) == 160_000
    made.kept.forget()
    assert made.paint(part) == 160_000


def test_all_of_it_is_painted_straight_and_what_is_beyond_the_view_not_at_all() -> None:
    made = Counting()
    assert made.paint(QRect(0, 0, 1000, 800)) == 900 * 800
    assert made.drawn == [(0, 0, 900, 800)]
    made.paint(QRect(800, 700, 200, 100))
    assert made.drawn[1:] == [(800, 700, 100, 100)]


def test_small_rectangles_are_joined_and_large_ones_far_apart_are_not() -> None:
    assert merged([QRect(0, 0, 10, 10), QRect(30, 0, 10, 10)]) == [QRect(0, 0, 40, 10)]
    apart = [QRect(0, 0, 50, 50), QRect(900, 900, 50, 50)]
    assert merged(apart) == apart
