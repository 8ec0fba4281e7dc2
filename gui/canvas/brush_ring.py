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
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPolygonF, QRegion
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from shiboken6 import VoidPtr

from gui.canvas.device_grid import DeviceGrid
from segmenter.editing.brush import BrushShape, dab, outline

LIGHT, DARK = QColor(255, 255, 255), QColor(0, 0, 0, 190)
SMALLEST = 4
"""Device pixels below which a ring would be a blot; a cross says more."""
_LARGE = 450 * 450
"""Device pixels from which strips along the line are repainted instead of all it encloses."""
_BAND = 96
"""Device rows of one strip."""
_WHOLE = -1
"""In the place of a band's number: all of a ring that is not large."""
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

    def __init__(
        self,
        grid: Callable[[], DeviceGrid],
        pixel_ratio: Callable[[], float],
        repaint: Callable[[QRegion], None],
    ) -> None:
        """``grid``: where the image lies on the screen now; ``pixel_ratio``: of that screen;
        ``repaint``: of a region in device pixels."""
        super().__init__()
        self._grid = grid
        self._pixel_ratio = pixel_ratio
        self._repaint = repaint
        self._place: RingPlace | None = None
        self._drawn: _Drawn | None = None
        self._strips = _Strips()
        self.setZValue(10)

    @property
    def place(self) -> RingPlace | None:
        """None while it is hidden."""
        return self._place

    def show_at(self, x: float, y: float, size: int, shape: BrushShape) -> bool:
        """Around what a dab at the image point (x, y) would paint; False, and hidden, where that
        is too small on the screen to be seen."""
        grid = self._grid()
        visible = size * grid.scale >= SMALLEST
        rect = dab(x, y, size, shape).rect
        self._show(RingPlace(rect.left, rect.top, size, shape) if visible else None, grid)
        return visible

    def hide(self) -> None:
        if self._place is not None:
            self._show(None, self._grid())

    def _show(self, place: RingPlace | None, grid: DeviceGrid) -> None:
        before, self._place = self._strips, place
        self._strips = _Strips()
        if place is not None:
            line = self._outline_on(grid)
            self._strips = _Strips.along(line.points, 2 * line_width(self._pixel_ratio()))
        self._repaint(before.united(self._strips).region())

    def _outline_on(self, grid: DeviceGrid) -> Outline:
        """Where a ring is painted, it was just moved there: computed once for both."""
        assert self._place is not None
        key = (self._place, grid.scale, grid.dx, grid.dy)
        if self._drawn is None or self._drawn.key != key:
            self._drawn = _Drawn(key, device_outline(self._place, grid))
        return self._drawn.outline

    def boundingRect(self) -> QRectF:
        return _EVERYWHERE

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._place is None:
            return
        outline = self._outline_on(DeviceGrid.over_image(1, 1, painter.deviceTransform()))
        if not len(outline.points):
            return
        painter.save()
        # From here on one unit is one device pixel, whatever the pixel ratio.
        painter.resetTransform()
        width = line_width(painter.deviceTransform().m11())
        painter.setTransform(painter.deviceTransform().inverted()[0])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for distance in range(2 * width):
            painter.setPen(LIGHT if distance < width else DARK)
            # drawPolygon takes seven times as long with a polygon of as many points.
            painter.drawPolyline(_closed(outline.around(distance)))
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


class _Drawn(NamedTuple):
    key: tuple[RingPlace, float, int, int]
    outline: Outline


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
            right = max(self.left_end, self.right_end)
            return (QRect(self.left, self.top, right - self.left, height),)
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
        (left_end, top), (right_end, bottom) = (
            points.min(axis=0).tolist(),
            points.max(axis=0).tolist(),
        )
        if (right_end - left_end) * (bottom - top) < _LARGE:
            left, right = left_end - width, right_end + width
            whole = _Band(top - width, bottom + width, left, right, left, right)
            return cls({_WHOLE: whole})
        return cls(cls._bands_along(points, width, top, bottom))

    @staticmethod
    def _bands_along(
        points: NDArray[np.int64], width: int, highest: int, lowest: int
    ) -> dict[int, _Band]:
        turn = int(points[:, 1].argmax()) + 1
        right, left = points[:turn], points[turn:][::-1]
        top, bottom = highest - width, lowest + width
        bands = {}
        for number in range(max(top, 0) // _BAND, (bottom - 1) // _BAND + 1):
            low, high = number * _BAND, (number + 1) * _BAND
            left_least, left_most = _extent(left, low - width, high + width)
            right_least, right_most = _extent(right, low - width, high + width)
            if low <= highest or high >= lowest:  # the line crosses from one side to the other
                left_most = right_most
            bands[number] = _Band(
                max(low, top),
                min(high, bottom),
                left_least - width,
                left_most + width,
                right_least - width,
                right_most + width,
            )
        return bands

    def united(self, other: _Strips) -> _Strips:
        """What either covers."""
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
