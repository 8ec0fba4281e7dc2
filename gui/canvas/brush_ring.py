"""The brush's ring: a line around exactly the pixels of the screen that a click would paint.

The lines are drawn just outside of them, a light one and a dark one around it, so that one of
the two is seen on any photo and nothing that is to be painted is hidden. The item claims all of
the scene and repaints only strips along its line when it moves: a ring of 1,000 pixels costs what
its line covers, not what lies inside.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QRegion
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from shiboken6 import VoidPtr

from gui.canvas.device_grid import DeviceGrid
from segmenter.editing.brush import BrushShape, dab, outline

LIGHT, DARK = QColor(255, 255, 255), QColor(0, 0, 0, 190)
SMALLEST = 4
"""Device pixels below which a ring would be a blot; a cross says more."""
_BAND = 96
"""Device rows that are repainted together."""
_EVERYWHERE = QRectF(-1e7, -1e7, 2e7, 2e7)
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

    def __init__(self, grid: Callable[[], DeviceGrid], repaint: Callable[[QRegion], None]) -> None:
        """``grid``: where the image lies on the screen now; ``repaint``: of a region in device
        pixels."""
        super().__init__()
        self._grid = grid
        self._repaint = repaint
        self._place: RingPlace | None = None
        self._strips = _Strips()
        self.line_width = 1
        """Device pixels of either line."""
        self.setZValue(10)

    @property
    def place(self) -> RingPlace | None:
        """None while it is hidden."""
        return self._place

    def show_at(self, x: float, y: float, size: int, shape: BrushShape) -> bool:
        """Around what a dab at the image point (x, y) would paint; False, and hidden, where that
        is too small on the screen to be seen."""
        visible = size * self._grid().scale >= SMALLEST
        rect = dab(x, y, size, shape).rect
        self._show(RingPlace(rect.left, rect.top, size, shape) if visible else None)
        return visible

    def hide(self) -> None:
        self._show(None)

    def _show(self, place: RingPlace | None) -> None:
        if place == self._place and place is None:
            return
        before, self._place = self._strips, place
        self._strips = _Strips()
        if place is not None:
            points = device_outline(place, self._grid())
            self._strips = _Strips.along(points, 2 * self.line_width)
        self._repaint(before.united(self._strips).region())

    def boundingRect(self) -> QRectF:
        return _EVERYWHERE

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._place is None:
            return
        grid = DeviceGrid.over_image(1, 1, painter.deviceTransform())
        points = device_outline(self._place, grid)
        painter.save()
        # From here on one unit is one device pixel, whatever the pixel ratio.
        painter.resetTransform()
        painter.setTransform(painter.deviceTransform().inverted()[0])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for distance in range(2 * self.line_width):
            painter.setPen(QPen(LIGHT if distance < self.line_width else DARK, 1))
            painter.drawPolygon(_polygon(around(points, distance)), Qt.FillRule.OddEvenFill)
        painter.restore()


def device_outline(place: RingPlace, grid: DeviceGrid) -> NDArray[np.int64]:
    """N×2 corners (x, y), clockwise, of what the dab's pixels cover on the screen, in whole
    device pixels: the lines between them are horizontal and vertical by turns. Beyond what Qt
    can draw they are pulled in. Empty where no device pixel shows any of it."""
    corners = np.add(_corners(place.size, place.shape), (place.left, place.top))
    # Device pixel d shows image column i from the first d on whose centre lies in it.
    device = np.add(np.ceil(corners * grid.scale - 0.5), (grid.dx, grid.dy))
    device = np.clip(device, -_FAR, _FAR).astype(np.int64)
    # Zoomed out, steps of the outline fall together.
    device = device[(device != np.roll(device, 1, axis=0)).any(axis=1)]
    before, after = np.roll(device, 1, axis=0), np.roll(device, -1, axis=0)
    straight = ((before == device) & (device == after)).any(axis=1)
    return device[~straight]


def around(points: NDArray[np.int64], distance: int) -> NDArray[np.int64]:
    """The device pixels at the corners of the line ``distance`` pixels outside of an outline."""
    way_in = points - np.roll(points, 1, axis=0)
    way_out = np.roll(points, -1, axis=0) - points
    step = np.sign(way_in + way_out)  # one of the two is horizontal, the other vertical
    # Clockwise: on the way down the outside is at the right, on the way right above.
    moved = points.copy()
    moved[:, 0] += np.where(step[:, 1] > 0, distance, -1 - distance)
    moved[:, 1] += np.where(step[:, 0] < 0, distance, -1 - distance)
    return moved


@lru_cache(maxsize=8)
def _corners(size: int, shape: BrushShape) -> NDArray[np.int64]:
    return np.array(outline(size, shape), np.int64)


def _polygon(points: NDArray[np.int64]) -> QPolygonF:
    """Without a Python object for each of a few thousand points."""
    polygon = QPolygonF()
    polygon.resize(len(points))
    if len(points):
        # The stubs know neither what data() is (a pointer) nor that VoidPtr is a buffer.
        memory: Any = VoidPtr(polygon.data(), len(points) * 16, True)  # type: ignore[arg-type,call-arg]
        np.frombuffer(memory, np.float64)[:] = points.ravel()
    return polygon


class _Band(NamedTuple):
    """Of a few device rows, what a ring covers at its left and at its right."""

    top: int
    bottom: int
    left: int
    left_end: int
    right: int
    right_end: int

    def united(self, other: _Band) -> _Band:
        return _Band(
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.left, other.left),
            max(self.left_end, other.left_end),
            min(self.right, other.right),
            max(self.right_end, other.right_end),
        )

    def rects(self) -> tuple[QRect, ...]:
        height = self.bottom - self.top
        if self.right <= self.left_end:
            return (QRect(self.left, self.top, self.right_end - self.left, height),)
        return (
            QRect(self.left, self.top, self.left_end - self.left, height),
            QRect(self.right, self.top, self.right_end - self.right, height),
        )


class _Strips:
    """What a ring covers of the screen, band by band. The bands lie on a fixed grid, so that
    those of a ring before and after it has moved fit together."""

    def __init__(self, bands: dict[int, _Band] | None = None) -> None:
        self._bands = bands or {}

    @classmethod
    def along(cls, points: NDArray[np.int64], width: int) -> _Strips:
        """Along an outline of :func:`device_outline`, with lines of so many device pixels."""
        if not len(points):
            return cls()
        turn = int(points[:, 1].argmax()) + 1
        right, left = points[:turn], points[turn:][::-1]
        top, bottom = int(points[:, 1].min()) - width, int(points[turn - 1, 1]) + width
        bands = {}
        for number in range(max(top, 0) // _BAND, (bottom - 1) // _BAND + 1):
            low, high = number * _BAND, (number + 1) * _BAND
            left_least, left_most = _extent(left, low - width, high + width)
            right_least, right_most = _extent(right, low - width, high + width)
            bands[number] = _Band(
                max(low, top),
                min(high, bottom),
                left_least - width,
                left_most + width,
                right_least - width,
                right_most + width,
            )
        return cls(bands)

    def united(self, other: _Strips) -> _Strips:
        bands = dict(self._bands)
        for number, band in other._bands.items():
            bands[number] = bands[number].united(band) if number in bands else band
        return _Strips(bands)

    def region(self) -> QRegion:
        region = QRegion()
        for band in self._bands.values():
            for rect in band.rects():
                region += rect
        return region


def _extent(side: NDArray[np.int64], low: int, high: int) -> tuple[int, int]:
    """The least and the greatest x of one side of an outline, top to bottom, between two rows."""
    first, last = np.searchsorted(side[:, 1], (low, high))
    part = side[max(0, first - 1) : last + 1, 0]
    return int(part.min()), int(part.max())
