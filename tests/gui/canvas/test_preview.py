"""What a tool is about to do, on the screen: pixel for pixel, and no more repainted than needed."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.canvas.canvas import Canvas
from gui.canvas.content import prepare
from gui.canvas.preview import Scribble
from gui.canvas.preview_stencil import BLANK, FILL, border_width
from gui.canvas.view_transform import ViewTransform
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil

Picture = Callable[..., NDArray[np.uint8]]
GREY = 90
RED = (230, 57, 70)
SCALES = [0.25, 0.377, 1.0, 1.3137, 4.455, 16.0]
RATIOS = [1.0, 1.5, 2.0]


@pytest.fixture
def blob() -> Stencil:
    """Of awkward shape, with a hole, reaching beyond the left edge of a 53 × 37 image."""
    pixels = np.zeros((30, 41), np.uint8)
    cv2.circle(pixels, (18, 14), 13, 1, -1)
    cv2.circle(pixels, (20, 12), 4, 0, -1)
    pixels[25:, 30:] = 1
    return Stencil(Rect(-6, 5, 41, 30), pixels)


def show_grey(canvas: Canvas, width: int = 53, height: int = 37) -> None:
    canvas.show_content(prepare(np.full((height, width, 3), GREY, np.uint8)))


def full_size(stencil: Stencil, width: int = 53, height: int = 37) -> NDArray[np.uint8]:
    result = np.zeros((height, width), np.uint8)
    part = stencil.clipped(width, height)
    result[part.rect.slices] = part.pixels
    return result


@pytest.mark.parametrize("zoom", [(s, r) for s in SCALES for r in RATIOS])
def test_every_device_pixel_shows_whether_the_pixel_its_centre_is_in_would_change(
    canvas: Canvas,
    picture: Picture,
    blob: Stencil,
    expected_labels: Callable[..., NDArray[np.int_]],
    zoom: tuple[float, float],
) -> None:
    scale, ratio = zoom
    show_grey(canvas)
    canvas._move_to(ViewTransform(scale, 21, 14))
    bare = picture(ratio)
    canvas.preview.set_stencil(blob, RED)
    seen = picture(ratio)
    offset = (int(21 * ratio + 0.5), int(14 * ratio + 0.5))
    covered = expected_labels(full_size(blob), scale * ratio, offset, seen.shape[:2]) == 1
    width = border_width(ratio)
    inner = cv2.erode(covered.astype(np.uint8), _square(width.line)) > 0
    outer = cv2.dilate(covered.astype(np.uint8), _square(width.halo)) > 0
    inside = np.array([round(GREY + (c - GREY) * FILL) for c in RED])
    assert np.abs(seen[inner] - inside.astype(int)).max(initial=0) <= 1
    assert (seen[covered & ~inner] == 255).all()
    assert (seen[outer & ~covered] < bare[outer & ~covered]).all()
    np.testing.assert_array_equal(seen[~outer], bare[~outer])


def _square(distance: int) -> NDArray[np.uint8]:
    return np.ones((2 * distance + 1, 2 * distance + 1), np.uint8)


def test_what_would_become_unlabelled_is_pale(
    canvas: Canvas, picture: Picture, blob: Stencil
) -> None:
    show_grey(canvas)
    canvas._move_to(ViewTransform(8.0, 0, 0))
    canvas.preview.set_stencil(blob, None)
    expected = [round(GREY + (c - GREY) * FILL) for c in BLANK]
    assert np.abs(picture()[19 * 8 + 4, 6 * 8 + 4].astype(int) - expected).max() <= 1


def test_clearing_leaves_nothing_behind(canvas: Canvas, picture: Picture, blob: Stencil) -> None:
    show_grey(canvas)
    bare = picture()
    preview = canvas.preview
    preview.set_stencil(blob, RED)
    preview.set_path([(3, 4), (20, 30), (40, 8)], handles=[0, 1, 2], cursor=(10, 20), closing=True)
    preview.set_box(QRectF(5, 6, 20, 11))
    preview.set_scribbles([Scribble(np.array([[3.0, 3.0], [9.0, 30.0]]), True, 4)])
    assert (picture() != bare).any()
    preview.clear()
    np.testing.assert_array_equal(picture(), bare)
    assert preview.stencil is None
    assert preview.path is None


class WatchedCanvas(Canvas):
    """Remembers what Qt asks it to paint."""

    repainted = QRect()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.repainted = self.repainted.united(event.rect())
        super().paintEvent(event)

    def repainted_by(self, change: Callable[[], object]) -> QRect:
        QApplication.processEvents()
        self.repainted = QRect()
        change()
        QApplication.processEvents()
        return self.repainted


@pytest.fixture
def watched(qtbot: QtBot) -> WatchedCanvas:
    made = WatchedCanvas()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    qtbot.waitExposed(made)
    show_grey(made, 4000, 3000)
    return made


def test_another_stencil_repaints_its_own_rectangle_alone(watched: WatchedCanvas) -> None:
    small = Stencil(Rect(1000, 600, 100, 50), np.ones((50, 100), np.uint8))
    seen = watched.repainted_by(lambda: watched.preview.set_stencil(small, RED))
    corner = watched.image_to_view(1000, 600)
    assert seen.contains(corner)
    assert seen.width() < 40
    assert seen.height() < 30
    assert watched.repainted_by(lambda: watched.preview.set_stencil(None)).contains(corner)


def test_a_growing_path_repaints_its_end_alone(watched: WatchedCanvas) -> None:
    points = [(100.0 + 3 * i, 2900.0 - 2 * i) for i in range(1000)]
    watched.preview.set_path(points, handles=[0])
    longer = [*points, (3120.0, 880.0)]
    seen = watched.repainted_by(lambda: watched.preview.set_path(longer, handles=[0]))
    assert seen.contains(watched.image_to_view(3120, 880))
    assert seen.width() < 60
    assert seen.height() < 60


def test_lines_keep_their_width_on_the_screen(canvas: Canvas, picture: Picture) -> None:
    widths = []
    for scale, ratio in ((2.0, 1.0), (16.0, 1.0), (2.0, 2.0)):
        show_grey(canvas)
        canvas._move_to(ViewTransform(scale, 20, 20))
        canvas.preview.set_path([(10, 0), (10, 12)])
        row = picture(ratio)[int((20 + 6 * scale) * ratio), :, 0]
        row = row[int(22 * ratio) : int((20 + 40 * scale) * ratio)]
        widths.append(int((row != GREY).sum()) / ratio)
    assert max(widths) - min(widths) <= 1
    assert 3 <= min(widths) <= 6


def test_a_path_can_be_read_on_black_and_on_white(canvas: Canvas, picture: Picture) -> None:
    for level in (0, 255):
        canvas.show_content(prepare(np.full((37, 53, 3), level, np.uint8)))
        canvas.preview.clear()
        bare = picture().astype(int)
        canvas.preview.set_path([(5, 5), (45, 30)], handles=[0, 1])
        assert np.abs(picture() - bare).max() > 180


def test_a_background_scribble_differs_from_a_foreground_one_without_hue(
    canvas: Canvas, picture: Picture
) -> None:
    means = []
    for foreground in (True, False):
        show_grey(canvas)
        canvas._move_to(ViewTransform(6.0, 0, 0))
        canvas.preview.set_color((240, 220, 40))
        canvas.preview.set_scribbles(
            [Scribble(np.array([[10.0, 15.0], [40.0, 15.0]]), foreground, 5)]
        )
        means.append(float(picture()[82:88, 70:230].mean()))
    assert abs(means[0] - means[1]) > 60
