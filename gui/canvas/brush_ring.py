"""The brush's ring: a line around exactly the pixels of the screen that a click would paint.

The lines are drawn just outside of them, a light one and a dark one around it, so that one of
the two is seen on any photo and nothing that is to be painted is hidden. The item claims all of
the scene, so that it can move without Qt's bookkeeping, and has the screen repainted itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from shiboken6 import VoidPtr

from gui.canvas.device_grid import DeviceGrid
from segmenter.editing.brush import BrushShape, dab, outline

LIGHT, DARK = QColor(255, 255, 255, 254), QColor(0, 0, 0, 190)
"""Qt draws lines that are all but opaque twice as fast as opaque ones."""
SMALLEST = 4
"""Device pixels below which a ring would be a blot; a cross says more."""
_EVERYWHERE = QRectF(-1e7, -1e7, 2e7, 2e7)
_SPRITE = 1200
"""Device pixels up to which a picture of the ring is kept."""
_WORTH_IT = 500
"""Device pixels from which on four parts of it are drawn sooner than the whole."""
_FAR = 20_000
"""Device pixels; Qt's own coordinates end at 32,767."""


class RingPlace(NamedTuple):
    """Which pixels: those of a dab."""

    left: int
    top: int
    size: int
    shape: BrushShape


class BrushRing(QGraphicsItem):
    """Knows what it is around, and how to draw it."""

    def __init__(
        self,
        grid: Callable[[], DeviceGrid],
        pixel_ratio: Callable[[], float],
        repaint: Callable[[QRect], None],
    ) -> None:
        """``grid``: where the image lies on the screen now; ``pixel_ratio``: of that screen;
        ``repaint``: of a rectangle in device pixels."""
        super().__init__()
        self._grid = grid
        self._pixel_ratio = pixel_ratio
        self._repaint = repaint
        self._place: RingPlace | None = None
        self._covered = QRect()
        self.setZValue(10)

    @property
    def place(self) -> RingPlace | None:
        """None while it is hidden."""
        return self._place

    def show_at(self, x: float, y: float, size: int, shape: BrushShape) -> bool:
        """Around what a dab at the image point (x, y) would paint; False, and hidden, where that
        is too small on the screen to be seen."""
        grid = self._grid()
        if size * grid.scale < SMALLEST:
            self.hide()
            return False
        rect = dab(x, y, size, shape).rect
        self._place = RingPlace(rect.left, rect.top, size, shape)
        reach = 2 * line_width(self._pixel_ratio())
        self._cover(grid.around(rect.left, rect.top, rect.right, rect.bottom, reach))
        return True

    def hide(self) -> None:
        if self._place is not None:
            self._place = None
            self._cover(QRect())

    def _cover(self, rect: QRect) -> None:
        """Repaint what it covers now and what it covered before. All that it encloses: strips
        along the line are fewer pixels, but take longer when they are drawn one by one."""
        before, self._covered = self._covered, rect
        self._repaint(before | rect)

    def boundingRect(self) -> QRectF:
        return _EVERYWHERE

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._place is None:
            return
        place, grid = self._place, DeviceGrid.over_image(1, 1, painter.deviceTransform())
        painter.save()
        # From here on one unit is one device pixel, whatever the pixel ratio.
        painter.resetTransform()
        width = line_width(painter.deviceTransform().m11())
        painter.setTransform(painter.deviceTransform().inverted()[0])
        scale = round(grid.scale)
        if scale == grid.scale and place.size * scale <= _SPRITE:
            left, top = place.left * scale + grid.dx, place.top * scale + grid.dy
            sprite = _sprite(place.size, place.shape, scale, width)
            for part in _drawn_parts(sprite.width()):
                at = part.translated(left - 2 * width, top - 2 * width).topLeft()
                painter.drawImage(at, sprite, part)
        else:
            _draw_lines(painter, device_outline(place, grid), width)
        painter.restore()


class Outline(NamedTuple):
    """The line around what a dab's pixels cover on the screen, clockwise from the top; its
    parts are horizontal and vertical by turns."""

    points: NDArray[np.int64]
    """N×2 corners (x, y) in whole device pixels; N is 0 where no device pixel shows any of it."""
    outwards: NDArray[np.int64]
    """N×2: 1 where the outside of a corner is at its right (or below), −1 where at its left."""

    def around(self, distance: int) -> NDArray[np.int64]:
        """N×2 device pixels: the corners of a line ``distance`` pixels outside."""
        # A corner at x has pixel x at its right, and pixel x - 1 at its left.
        return self.points + np.where(self.outwards > 0, distance, -1 - distance)


def line_width(pixel_ratio: float) -> int:
    """Device pixels of either line, for about one logical pixel."""
    return max(1, round(pixel_ratio))


def device_outline(place: RingPlace, grid: DeviceGrid) -> Outline:
    """On the device pixels of ``grid``. Beyond what Qt can draw corners are pulled in."""
    corners, outwards = _corners(place.size, place.shape)
    device = grid.first_pixels(corners + np.array((place.left, place.top)))
    np.clip(device, -_FAR, _FAR, out=device)
    if grid.scale >= 1:
        return Outline(device, outwards)
    # Zoomed out, steps of the outline fall together.
    device = device[_differs(device, np.concatenate((device[-1:], device[:-1])))]
    before = np.concatenate((device[-1:], device[:-1]))
    after = np.concatenate((device[1:], device[:1]))
    device = device[((before != device) & (device != after)).sum(axis=1) == 0]
    return Outline(device, _outwards(device))


def _differs(points: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
    different = points != others
    return np.asarray(different[:, 0] | different[:, 1])


def _outwards(points: NDArray[np.int64]) -> NDArray[np.int64]:
    """See :class:`Outline`. Clockwise: on the way down the outside is at the right, on the way
    to the right it is above."""
    way = np.sign(
        np.concatenate((points[1:], points[:1])) - np.concatenate((points[-1:], points[:-1]))
    )
    return np.stack((way[:, 1], -way[:, 0]), axis=1)


@lru_cache(maxsize=8)
def _corners(size: int, shape: BrushShape) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    points = np.array(outline(size, shape), np.int64)
    return points, _outwards(points)


@lru_cache(maxsize=4)
def _sprite(size: int, shape: BrushShape, scale: int, width: int) -> QImage:
    """The ring at a whole number of device pixels per image pixel, where it looks the same
    wherever it is: a picture of it takes a fifth of the time that its lines take."""
    side = size * scale + 4 * width
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    grid = DeviceGrid(1, 1, scale, 2 * width, 2 * width, 0, 0, side, side)
    painter = QPainter(image)
    _draw_lines(painter, device_outline(RingPlace(0, 0, size, shape), grid), width)
    painter.end()
    return image


@lru_cache(maxsize=4)
def _drawn_parts(side: int) -> tuple[QRect, ...]:
    """Of a sprite: but for its middle, where it is large and that is clear."""
    if side < _WORTH_IT:
        return (QRect(0, 0, side, side),)
    # What a disc of this width encloses reaches 0.146 of it from the corners of the square.
    rim = math.ceil(side * 0.16)
    inner = side - 2 * rim
    return (
        QRect(0, 0, side, rim),
        QRect(0, rim, rim, inner),
        QRect(side - rim, rim, rim, inner),
        QRect(0, side - rim, side, rim),
    )


def _draw_lines(painter: QPainter, outline: Outline, width: int) -> None:
    """``width`` device pixels of each colour; the painter's units are device pixels."""
    if not len(outline.points):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for distance in range(2 * width):
        painter.setPen(LIGHT if distance < width else DARK)
        # drawPolygon takes seven times as long with a polygon of as many points.
        painter.drawPolyline(_closed(outline.around(distance)))


def _closed(points: NDArray[np.int64]) -> QPolygonF:
    """Without a Python object for each of a few thousand points."""
    polygon = QPolygonF()
    polygon.resize(len(points) + 1)
    # The stubs know neither what data() is (a pointer) nor that VoidPtr is a buffer.
    memory: Any = VoidPtr(polygon.data(), (len(points) + 1) * 16, True)  # type: ignore[arg-type,call-arg]
    drawn = np.frombuffer(memory, np.float64).reshape(-1, 2)
    drawn[:-1] = points
    drawn[-1] = points[0]
    return polygon
