"""Where the image lies in the view: zoomed, moved by whole pixels, and which point is which."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QResizeEvent, QTransform
from PySide6.QtWidgets import QGraphicsView, QWidget

from gui.canvas.device_grid import DeviceGrid, image_index
from gui.canvas.navigation import WHEEL_STEP
from gui.canvas.view_transform import ViewTransform, bounded_scale, fitted

_PLENTY = 1e7
"""Scene units around the image: the view's own scrolling limits never come into play."""


class PlacedView(QGraphicsView):
    """A view of an image of some size; whoever inherits draws it and says how large it is."""

    zoom_changed = Signal(float)
    """Device pixels per image pixel: 1.0 is “100%”."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = ViewTransform()
        self._is_fitted = True
        self._zoom_anchor: tuple[QPointF, tuple[float, float]] | None = None
        self._last_grid: tuple[object, DeviceGrid] | None = None
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A photo isn't mirrored where text runs from right to left.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def _size_of_content(self) -> tuple[int, int] | None:
        """Width and height of the image; None: there is none."""
        return None

    def _view_moved(self) -> None:
        """The image lies somewhere else now."""

    @property
    def has_image(self) -> bool:
        return self._size_of_content() is not None

    @property
    def zoom(self) -> float:
        """Device pixels per image pixel."""
        return self._device_scale

    @property
    def is_fitted(self) -> bool:
        return self._is_fitted

    def fit(self) -> None:
        """The whole image, and so it stays while the window changes its size."""
        self._is_fitted = True
        if self._size_of_content() is not None:
            self._move_to(fitted(self._image_size, self._view_size, self.devicePixelRatioF()))

    def actual_size(self) -> None:
        """One image pixel on one pixel of the screen, around what is in the middle now."""
        self._zoom_to(1 / self.devicePixelRatioF(), QPointF(self.viewport().rect().center()))

    def zoom_in(self) -> None:
        self.zoom_by(WHEEL_STEP)

    def zoom_out(self) -> None:
        self.zoom_by(1 / WHEEL_STEP)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom, keeping what is under ``at`` (a point of the view; else its centre) there."""
        self._zoom_to(
            self._place.scale * factor, at if at is not None else QRectF(self._view_rect).center()
        )

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the image by logical pixels of the view."""
        if self._size_of_content() is None:
            return
        self._is_fitted = False
        moved = self._place.moved(dx, dy)
        self._move_to(moved.kept_in_sight(self._image_size, self._view_size))

    def image_to_view(self, x: float, y: float) -> QPoint:
        """The pixel of the view that shows image pixel (x, y), the one nearest its centre."""
        grid = self._grid()
        ratio = self.devicePixelRatioF()
        return QPoint(
            _nearest_view_pixel(int(x), grid.dx, grid.scale, ratio),
            _nearest_view_pixel(int(y), grid.dy, grid.scale, ratio),
        )

    def view_to_image(self, point: QPoint | QPointF) -> tuple[int, int]:
        """The image pixel shown at ``point`` of the view; beyond the image it counts on."""
        grid = self._grid()
        ratio = self.devicePixelRatioF()
        return (
            image_index(point.x() * ratio, grid.dx, grid.scale),
            image_index(point.y() * ratio, grid.dy, grid.scale),
        )

    def exact_image_point(self, point: QPointF) -> tuple[float, float]:
        """Where ``point`` of the view lies in the image, with the fraction of the pixel."""
        grid = self._grid()
        ratio = self.devicePixelRatioF()
        return (point.x() * ratio - grid.dx) / grid.scale, (
            point.y() * ratio - grid.dy
        ) / grid.scale

    # -- inside ---------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        middle = self._place.to_image(event.oldSize().width() / 2, event.oldSize().height() / 2)
        super().resizeEvent(event)
        if self._size_of_content() is None:
            return
        if self._is_fitted or not event.oldSize().isValid():
            self.fit()
            return
        width, height = self._view_size
        kept = self._place.placing(middle, (width / 2, height / 2), self._place.scale)
        self._move_to(kept.kept_in_sight(self._image_size, self._view_size))

    def _fit_anew(self) -> None:
        """The image is of another size than the one before."""
        width, height = self._image_size
        self.setSceneRect(
            QRectF(0, 0, width, height).adjusted(-_PLENTY, -_PLENTY, _PLENTY, _PLENTY)
        )
        self.fit()

    @property
    def _image_size(self) -> tuple[int, int]:
        size = self._size_of_content()
        if size is None:
            raise ValueError("the canvas shows no image")
        return size

    @property
    def _view_rect(self) -> QRect:
        return self.viewport().rect()

    @property
    def _view_size(self) -> tuple[int, int]:
        return self._view_rect.width(), self._view_rect.height()

    @property
    def _device_scale(self) -> float:
        return self._place.scale * self.devicePixelRatioF()

    def _grid(self) -> DeviceGrid:
        """What the painting goes by, so that pointing can't disagree with it."""
        key = (self._place, self.devicePixelRatioF(), self._image_size)
        if self._last_grid is None or self._last_grid[0] != key:
            place, ratio, size = key
            transform = QTransform.fromScale(place.scale * ratio, place.scale * ratio)
            transform *= QTransform.fromTranslate(place.dx * ratio, place.dy * ratio)
            self._last_grid = key, DeviceGrid.over_image(*size, transform)
        return self._last_grid[1]

    def _zoom_to(self, scale: float, at: QPointF) -> None:
        if self._size_of_content() is None:
            return
        image, view = self._image_size, self._view_size
        scale = bounded_scale(scale, image, view, self.devicePixelRatioF())
        # Offsets are whole pixels: without the remembered point, ten notches at one spot would
        # add up ten roundings.
        if self._zoom_anchor is None or self._zoom_anchor[0] != at:
            self._zoom_anchor = (QPointF(at), self._place.to_image(at.x(), at.y()))
        anchor = self._zoom_anchor
        self._is_fitted = False
        zooming_out = scale < self._place.scale
        moved = self._place.placing(anchor[1], (at.x(), at.y()), scale)
        if zooming_out and image[0] * scale <= view[0] and image[1] * scale <= view[1]:
            moved = moved.centred(image, view)
            self._move_to(moved)
        else:
            kept = moved.kept_in_sight(image, view)
            self._move_to(kept)
            if kept == moved:
                self._zoom_anchor = anchor

    def _move_to(self, place: ViewTransform) -> None:
        self._zoom_anchor = None
        rescaled = place.scale != self.transform().m11()
        self._place = place
        if rescaled:
            self.setTransform(QTransform.fromScale(place.scale, place.scale))
        self.horizontalScrollBar().setValue(-place.dx)
        self.verticalScrollBar().setValue(-place.dy)
        if rescaled:
            self.zoom_changed.emit(self._device_scale)
        self._view_moved()

    def _repaint_device(self, rect: QRect) -> None:
        """``rect`` in device pixels of the viewport; a little more where the pixel ratio is odd."""
        ratio = self.devicePixelRatioF()
        step = _whole_step(ratio)
        unit = step * ratio
        left, top = math.floor(rect.left() / unit), math.floor(rect.top() / unit)
        right = math.ceil((rect.left() + rect.width()) / unit)
        bottom = math.ceil((rect.top() + rect.height()) / unit)
        around = QRect(left * step, top * step, (right - left) * step, (bottom - top) * step)
        self.viewport().update(around & self._view_rect)


@lru_cache(maxsize=4)
def _whole_step(pixel_ratio: float) -> int:
    """How many logical pixels are a whole number of device pixels. Where a repaint ends half-way
    across a device pixel, Qt would clear that and not let it be drawn: a bright line."""
    return Fraction(pixel_ratio).limit_denominator(16).denominator


def _nearest_view_pixel(index: int, offset: int, scale: float, ratio: float) -> int:
    """The logical pixel whose device pixel shows ``index``, or else comes nearest to it."""
    centre = (index + 0.5) * scale + offset
    nearest = int(centre // ratio)
    for candidate in (nearest, nearest + 1, nearest - 1):
        if image_index(candidate * ratio, offset, scale) == index:
            return candidate
    return nearest
