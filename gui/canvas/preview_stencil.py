"""The pixels an edit would cover, drawn over the image before it is made."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.device_grid import DeviceGrid
from gui.canvas.layers import draw_sampled
from gui.canvas.outline import HALO, OutlineWidth
from gui.canvas.palette import ColorTable
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil

Color = tuple[int, int, int]
FILL = 0.55
"""Opacity inside: a preview is to be seen on the mask and the photo through it."""
EVERYWHERE = QRectF(-1e6, -1e6, 2e6, 2e6)
"""The bounds of what is drawn over the image: they never change, so that something else to draw
repaints its own rectangle alone."""
BLANK = (214, 218, 224)
"""In the place of a class's colour where pixels would become unlabelled."""
_LINE = 0xFFFFFFFF
_OUTSIDE, _INSIDE, _BORDER, _RIM = range(4)
NO_BORDER = OutlineWidth(0, 0)


class StencilItem(QGraphicsItem):
    """Sampled at the resolution of the screen by the rule the mask is drawn by, so that what is
    shown is what is painted, and it costs what the screen costs whatever the stencil's size."""

    def __init__(self, image_size: Callable[[], tuple[int, int] | None]) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._image_size = image_size
        self._stencil: Stencil | None = None
        self._table: ColorTable = []
        self._has_border = True

    @property
    def stencil(self) -> Stencil | None:
        return self._stencil

    def show_stencil(
        self, stencil: Stencil | None, color: Color | None, *, border: bool = True
    ) -> None:
        """``color`` None: the pixels would become unlabelled."""
        size = self._image_size()
        if stencil is not None and size is not None:
            stencil = stencil.clipped(*size)
        if size is None or stencil is None or stencil.rect.is_empty:
            stencil = None
        table = stencil_table(color)
        before, self._stencil = self._stencil, stencil
        self._table = table
        self._has_border = border
        for each in (before, stencil):
            if each is not None:
                self.update(self._around(each.rect))

    def boundingRect(self) -> QRectF:
        return EVERYWHERE

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        size = self._image_size()
        if self._stencil is None or size is None:
            return
        whole = DeviceGrid.over_image(*size, painter.deviceTransform())
        shown = whole.within(option.exposedRect)
        if shown.is_empty:
            return
        painter.save()
        painter.resetTransform()
        base = painter.deviceTransform()
        painter.setTransform(base.inverted()[0])
        width = border_width(base.m11()) if self._has_border else NO_BORDER
        grid = shown.grown(width.halo)
        covered = sampled_stencil(self._stencil, whole, grid.grown(width.reach))
        if covered.any():
            draw_sampled(painter, grid, bordered(covered, width), self._table)
        painter.restore()

    def _around(self, rect: Rect) -> QRectF:
        """With room for the border, which is a few pixels of the screen wide."""
        scene = self.scene()
        views = scene.views() if scene is not None else []
        reach = 4 / views[0].transform().m11() if views else 4.0
        return QRectF(*rect).adjusted(-reach, -reach, reach, reach)


def border_width(pixel_ratio: float) -> OutlineWidth:
    """Thinner than the outlines of masks: what similar colours select has a great many edges."""
    return OutlineWidth(max(1, round(pixel_ratio)), max(1, round(pixel_ratio)))


def stencil_table(color: Color | None) -> ColorTable:
    """What the values of :func:`bordered` look like."""
    red, green, blue = BLANK if color is None else color
    return [0, round(255 * FILL) << 24 | red << 16 | green << 8 | blue, _LINE, HALO]


def sampled_stencil(stencil: Stencil, whole: DeviceGrid, grid: DeviceGrid) -> NDArray[np.uint8]:
    """For each device pixel of ``grid``, whether it shows a pixel of the stencil: 1 or 0.

    ``whole``: the grid over the whole image, beyond which there are no pixels to show.
    """
    rect = stencil.rect
    result = np.zeros((grid.bottom - grid.top, grid.right - grid.left), np.uint8)
    rows = _span(grid.rows() - rect.top, rect.height, grid.top, whole.top, whole.bottom)
    columns = _span(grid.columns() - rect.left, rect.width, grid.left, whole.left, whole.right)
    picked_rows, picked_columns = rows[1], columns[1]
    if len(picked_rows) and len(picked_columns):
        first, last = int(picked_columns[0]), int(picked_columns[-1]) + 1
        part = stencil.pixels[picked_rows, first:last]
        result[rows[0], columns[0]] = part.take(picked_columns - first, axis=1, mode="clip")
    return result


def bordered(covered: NDArray[np.uint8], width: OutlineWidth) -> NDArray[np.uint8]:
    """A line inside the edge of what is covered and a dark rim outside of it, as a map of
    indices into :func:`stencil_table`; ``covered`` has ``width.reach`` more pixels all around."""
    if width.reach == 0:
        return covered
    inner = cv2.erode(covered, _square(width.line))
    outer = cv2.dilate(covered, _square(width.halo))
    values = covered * np.uint8(_BORDER) - inner + (outer - covered) * np.uint8(_RIM)
    reach = width.reach
    return np.ascontiguousarray(values[reach:-reach, reach:-reach])


def _span(
    indices: NDArray[np.intp], size: int, start: int, first: int, last: int
) -> tuple[slice, NDArray[np.intp]]:
    """Which of a row of device pixels beginning at ``start`` show one of ``size`` stencil pixels
    (and lie on the image: ``first`` … ``last - 1``), and which."""
    low = max(int(np.searchsorted(indices, 0)), first - start, 0)
    high = max(low, min(int(np.searchsorted(indices, size)), last - start))
    return slice(low, high), indices[low:high]


def _square(distance: int) -> NDArray[np.uint8]:
    return np.ones((2 * distance + 1, 2 * distance + 1), np.uint8)
