"""Lines over the image: a polygon that is being drawn, a box, scribbles.

All in image coordinates. Lines and handles keep their width on the screen at every zoom, and
have two tones, so that they can be read on any photo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.device_grid import DeviceGrid
from gui.canvas.preview_stencil import EVERYWHERE, Color

Points = NDArray[np.float64]
"""N×2 image coordinates."""

HANDLE = 3.5
"""Half the side of a handle, logical pixels."""
REACH = 10.0
"""No line or handle is drawn farther than this from its place, logical pixels."""
CHUNK = 12
"""Points that are drawn as one line. Qt takes 62 ms for a line of 5,000 points 3 pixels wide, and
9 ms for the same in pieces of this size."""
# All but opaque, for the pieces of a line overlap at their ends; and Qt takes more than twice as
# long for a line that is quite opaque.
_DARK = QColor(22, 22, 24, 254)
_LIGHT = QColor(255, 255, 255, 254)


@dataclass(frozen=True)
class Path:
    """A polygon while it is drawn."""

    points: Points
    handles: tuple[int, ...] = ()
    """Points that can be taken hold of."""
    cursor: tuple[float, float] | None = None
    """Where the next vertex would be."""
    hot: int | None = None
    """The point whose handle is under the pointer."""
    closing: bool = False
    """A click would close it now: the first handle shows so."""
    is_area: bool = False
    """A faint line leads from the last point back to the first."""


@dataclass(frozen=True)
class Scribble:
    """A stroke that says “this is part of it” or “this is not”."""

    points: Points
    foreground: bool
    width: float
    """Image pixels."""

    @property
    def bounds(self) -> QRectF:
        half = self.width / 2
        return bounds_of(self.points).adjusted(-half, -half, half, half)


class PathItem(QGraphicsItem):
    """A path, a box and scribbles, whichever there are."""

    def __init__(self, image_size: Callable[[], tuple[int, int] | None]) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._image_size = image_size
        self.path: Path | None = None
        self.box: QRectF | None = None
        self.scribbles: tuple[Scribble, ...] = ()
        self.color = QColor(_LIGHT)

    def show_path(self, path: Path | None) -> None:
        before, self.path = self.path, path
        for changed in _changed_between(before, path):
            self._update(changed)

    def show_box(self, box: QRectF | None) -> None:
        before, self.box = self.box, box
        for each in (before, box):
            if each is not None:
                self._update(each)

    def show_scribbles(self, scribbles: tuple[Scribble, ...]) -> None:
        before, self.scribbles = self.scribbles, scribbles
        kept = {id(each) for each in before} & {id(each) for each in scribbles}
        for each in (*before, *scribbles):
            if id(each) not in kept:
                self._update(each.bounds)

    def show_color(self, color: Color) -> None:
        """Of the class; scribbles of the foreground have it."""
        self.color = QColor(*color)
        for each in self.scribbles:
            self._update(each.bounds)

    def boundingRect(self) -> QRectF:
        return EVERYWHERE

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        size = self._image_size()
        if size is None or (self.path is None and self.box is None and not self.scribbles):
            return
        grid = DeviceGrid.over_image(*size, painter.deviceTransform())
        painter.save()
        painter.resetTransform()
        base = painter.deviceTransform()
        painter.setTransform(base.inverted()[0])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = _Pen(painter, grid, base.m11(), option.exposedRect, self.color)
        for scribble in self.scribbles:
            pen.draw_scribble(scribble)
        if self.box is not None:
            pen.draw_box(self.box)
        if self.path is not None:
            pen.draw_path(self.path)
        painter.restore()

    def _update(self, area: QRectF) -> None:
        scene = self.scene()
        views = scene.views() if scene is not None else []
        if views:
            reach = REACH / views[0].transform().m11()
            self.update(area.adjusted(-reach, -reach, reach, reach))


@dataclass
class _Pen:
    """Draws in device pixels what is given in image coordinates."""

    painter: QPainter
    grid: DeviceGrid
    ratio: float
    """Device pixels per logical pixel: cosmetic widths are multiplied by it."""
    exposed: QRectF
    """Image coordinates."""
    color: QColor

    def draw_path(self, path: Path) -> None:
        if path.is_area and len(path.points) > 2:
            ends = [self._point(path.points[-1]), self._point(path.points[0])]
            self._two_tones(ends, strength=0.55)
        for run in self._runs_in_sight(path.points):
            self._two_tones(run)
        if path.cursor is not None and len(path.points):
            ends = [self._point(path.points[-1]), self._point(path.cursor)]
            self._two_tones(ends, dashed=True)
        for index in path.handles:
            self._draw_handle(path, index)

    def draw_box(self, box: QRectF) -> None:
        corners = (box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft())
        points = [self._point((each.x(), each.y())) for each in corners]
        self._two_tones([*points, points[0]])

    def draw_scribble(self, scribble: Scribble) -> None:
        """As broad as it counts, with a light rim; what is not part of it dark, with a dashed
        middle line: told apart by lightness and by pattern, not by hue alone."""
        line = QPainterPath()
        points = [self._point(each) for each in scribble.points]
        line.addPolygon(QPolygonF(points if len(points) > 1 else [points[0], points[0]]))
        width = max(scribble.width * self.grid.scale, 3 * self.ratio)
        fill = QColor(self.color) if scribble.foreground else QColor(25, 25, 28)
        fill.setAlpha(225)
        for color, broad in (
            (_DARK, width + 4 * self.ratio),
            (_LIGHT, width + 2 * self.ratio),
            (fill, width),
        ):
            self.painter.strokePath(line, self._pen(color, broad / self.ratio))
        if not scribble.foreground:
            middle = self._pen(_LIGHT, 1.2)
            middle.setDashPattern([3, 4])
            self.painter.strokePath(line, middle)

    def _draw_handle(self, path: Path, index: int) -> None:
        closing = path.closing and index == path.handles[0]
        half = HANDLE * self.ratio * (1.7 if closing or index == path.hot else 1.0)
        middle = self._point(path.points[index])
        square = QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half)
        self.painter.setPen(self._pen(_DARK, 1.4))
        self.painter.setBrush(self.color if closing or index == path.hot else _LIGHT)
        if closing:
            self.painter.drawEllipse(square)
        else:
            self.painter.drawRect(square)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)

    def _two_tones(
        self, line: list[QPointF], *, dashed: bool = False, strength: float = 1.0
    ) -> None:
        pieces = [QPolygonF(line[at : at + CHUNK + 1]) for at in range(0, len(line) - 1, CHUNK)]
        dark, light = self._pen(_DARK, 3.4), self._pen(_LIGHT, 1.4)
        if dashed:
            light.setDashPattern([4, 4])
        self.painter.setOpacity(strength)
        for pen in (dark, light):
            self.painter.setPen(pen)
            for piece in pieces:
                self.painter.drawPolyline(piece)
        self.painter.setOpacity(1.0)

    def _pen(self, color: QColor, width: float) -> QPen:
        return QPen(
            color,
            width * self.ratio,
            Qt.PenStyle.SolidLine,
            Qt.PenCapStyle.RoundCap,
            Qt.PenJoinStyle.RoundJoin,
        )

    def _point(self, point: tuple[float, float] | NDArray[np.float64]) -> QPointF:
        return QPointF(
            float(point[0]) * self.grid.scale + self.grid.dx,
            float(point[1]) * self.grid.scale + self.grid.dy,
        )

    def _runs_in_sight(self, points: Points) -> Iterator[list[QPointF]]:
        """The line in pieces that touch what is exposed: a freehand outline has thousands of
        points, and an event changes three. Points less than half a device pixel apart count
        once."""
        halves = np.round(points * (2 * self.grid.scale))
        points = points[np.append((np.diff(halves, axis=0) != 0).any(axis=1), True)]
        if len(points) < 2:
            return
        reach = REACH * self.ratio / self.grid.scale
        low = np.array([self.exposed.left() - reach, self.exposed.top() - reach])
        high = np.array([self.exposed.right() + reach, self.exposed.bottom() + reach])
        starts, ends = points[:-1], points[1:]
        touches = (np.maximum(starts, ends) >= low) & (np.minimum(starts, ends) <= high)
        seen = np.flatnonzero(touches.all(axis=1))
        for run in np.split(seen, np.flatnonzero(np.diff(seen) > 1) + 1):
            if len(run):
                part = points[run[0] : run[-1] + 2]
                device = part * self.grid.scale + (self.grid.dx, self.grid.dy)
                yield [QPointF(x, y) for x, y in device.tolist()]


def bounds_of(points: Points) -> QRectF:
    if not len(points):
        return QRectF()
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return QRectF(left, top, right - left, bottom - top)


def _changed_between(before: Path | None, after: Path | None) -> Iterator[QRectF]:
    """What to repaint: of a path that only grows at its end, the end alone."""
    same = 0
    if before is not None and after is not None:
        shorter = min(len(before.points), len(after.points))
        different = np.flatnonzero((before.points[:shorter] != after.points[:shorter]).any(axis=1))
        same = int(different[0]) if len(different) else shorter
    lit = [_lit_handle(path) for path in (before, after)]
    closed = [_closing_line(path) for path in (before, after)]
    for path, handle in zip((before, after), lit, strict=True):
        if path is None:
            continue
        tail = path.points[max(0, same - 1) :]
        if path.cursor is not None:
            tail = np.vstack([tail, path.cursor])
        if path.is_area and closed[0] != closed[1]:
            tail = np.vstack([tail, path.points[[0, -1]]])
        yield bounds_of(tail)
        if handle is not None and lit[0] != lit[1]:
            yield bounds_of(path.points[handle : handle + 1])


def _lit_handle(path: Path | None) -> int | None:
    if path is None:
        return None
    return path.handles[0] if path.closing else path.hot


def _closing_line(path: Path | None) -> tuple[float, ...] | None:
    if path is None or not path.is_area:
        return None
    return tuple(path.points[[0, -1]].ravel().tolist())
