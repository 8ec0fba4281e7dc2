"""What was drawn of the image, kept as it is on the screen.

A large brush's ring moves over an image that stays as it is, and a stroke changes a crescent of
what the ring encloses: both repaint the whole square around the ring. What is underneath comes out
of this picture, and only what has changed is drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter, QRegion

from gui.canvas.device_grid import DeviceGrid

PIECE = 50_000
"""Drawing one more rectangle takes as long as so many pixels do."""
SMALL = 110_000
"""So many pixels are drawn as soon as it is known which of them are kept."""

Draw = Callable[[QPainter, DeviceGrid], None]


class KeptPicture:
    """Of one image at one place; everything is in device pixels, of the window where nothing else
    is said."""

    def __init__(self, draw: Draw) -> None:
        """``draw``: the part of the image that a grid covers, with a painter in device pixels."""
        self._draw = draw
        self._image: QImage | None = None
        self._valid = QRegion()
        self._origin = QPoint()
        """Where the view begins in its window."""
        self._grid: DeviceGrid | None = None
        """Of the whole image, where it was when this was drawn."""
        self._shown: tuple[object, ...] = ()

    def forget(self) -> None:
        """All of it looks different now."""
        self._image, self._grid, self._shown = None, None, ()
        self._valid = QRegion()

    def forget_part(self, rect: QRect) -> None:
        """``rect``: of the view."""
        self._valid -= QRegion(rect.translated(self._origin))

    def paint(
        self,
        painter: QPainter,
        whole: DeviceGrid,
        exposed: DeviceGrid,
        view: QRect,
        shown: tuple[object, ...],
    ) -> None:
        """``exposed`` of the image, out of the picture; what is missing there is added to it.

        ``whole``: the image; ``view``: what can be seen of it; ``shown``: the objects that it
        consists of, which are different ones where something else is shown.
        """
        place = _rect_of(exposed) & view
        if place.isEmpty():
            return
        if _area(place) <= SMALL:
            self._draw(painter, _part(whole, place))
            return
        self._adjust(whole, view, shown)
        missing = QRegion(place) - self._valid
        if missing.boundingRect() == _rect_of(whole) & view:
            # A repaint of everything: the next one will be, too, while something is being moved.
            self._draw(painter, _part(whole, place))
            return
        if self._image is None:
            self._image = QImage(view.size(), QImage.Format.Format_RGB32)
        if not missing.isEmpty():
            onto = QPainter(self._image)
            onto.translate(-self._origin)
            for rect in merged(list(missing)):  # type: ignore[call-overload]  # it is iterable
                self._draw(onto, _part(whole, rect))
                self._valid += rect
            onto.end()
        painter.drawImage(place.topLeft(), self._image, place.translated(-self._origin))

    def _adjust(self, whole: DeviceGrid, view: QRect, shown: tuple[object, ...]) -> None:
        """Nothing that was drawn of something else, or elsewhere, is of use."""
        if self._image is not None and self._image.size() != view.size():
            self.forget()
        same = len(shown) == len(self._shown) and all(
            one is other for one, other in zip(shown, self._shown, strict=True)
        )
        if not same or whole != self._grid or view.topLeft() != self._origin:
            self._valid = QRegion()
            self._grid, self._shown, self._origin = whole, shown, view.topLeft()


def merged(rects: Iterable[QRect]) -> list[QRect]:
    """The same area in fewer rectangles, where that is less work than what they cover in vain."""
    result: list[QRect] = []
    for rect in rects:
        result.append(rect)
        while len(result) > 1:
            both = result[-1] | result[-2]
            if _area(both) > _area(result[-1]) + _area(result[-2]) + PIECE:
                break
            result[-2:] = [both]
    return result


def _rect_of(grid: DeviceGrid) -> QRect:
    return QRect(grid.left, grid.top, grid.right - grid.left, grid.bottom - grid.top)


def _part(grid: DeviceGrid, rect: QRect) -> DeviceGrid:
    right, bottom = rect.left() + rect.width(), rect.top() + rect.height()
    return replace(grid, left=rect.left(), top=rect.top(), right=right, bottom=bottom)


def _area(rect: QRect) -> int:
    return rect.width() * rect.height()
