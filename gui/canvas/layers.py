"""What the canvas draws of an image, one function a layer.

Each takes a painter whose coordinates are device pixels, and a :class:`DeviceGrid` that says
which of them to draw and which image pixels they show.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QImage, QPainter

from gui.canvas.device_grid import DeviceGrid
from gui.canvas.image_pyramid import ImagePyramid
from gui.canvas.palette import ColorTable

CRISP_SCALE = 3.0
"""From so many device pixels per image pixel on, pixels are shown as the squares they are."""


def draw_photo(painter: QPainter, grid: DeviceGrid, photo: ImagePyramid) -> None:
    """Averaged where it is shown smaller than it is, smooth up to 3×, square pixels beyond."""
    if grid.scale >= CRISP_SCALE:
        draw_pixels(painter, grid, grid.sample(photo.pixels), QImage.Format.Format_RGB32)
        return
    level = photo.level_for(grid.scale)
    image, size = photo.images[level], grid.scale * 2**level
    # Only the part in sight, with two pixels around it for the smoothing to look at: Qt's
    # coordinates end at 32,767, and a magnified photo is larger than that.
    left = max(0, int((grid.left - grid.dx) / size) - 2)
    top = max(0, int((grid.top - grid.dy) / size) - 2)
    right = min(image.width(), int((grid.right - grid.dx) / size) + 3)
    bottom = min(image.height(), int((grid.bottom - grid.dy) / size) + 3)
    # A level's last pixel may reach beyond the photo, which its half covers.
    right_edge = min(right * 2**level, photo.width) * grid.scale
    bottom_edge = min(bottom * 2**level, photo.height) * grid.scale
    target = QRectF(left * size, top * size, right_edge - left * size, bottom_edge - top * size)
    source = QRectF(left, top, target.width() / size, target.height() / size)
    # Where an edge lies half-way across a device pixel, Qt and the grid might disagree on it.
    painter.setClipRect(grid.left, grid.top, grid.right - grid.left, grid.bottom - grid.top)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, grid.scale != 1)
    painter.drawImage(target.translated(grid.dx, grid.dy), image, source)
    painter.setClipping(False)


def draw_map(
    painter: QPainter, grid: DeviceGrid, values: NDArray[np.uint8], table: ColorTable
) -> None:
    """A label or confidence map in the colours of ``table``."""
    draw_sampled(painter, grid, grid.sample(values), table)


def draw_sampled(
    painter: QPainter, grid: DeviceGrid, sampled: NDArray[np.uint8], table: ColorTable
) -> None:
    """The same for values that already are one for each device pixel of ``grid``."""
    height, width = sampled.shape
    image = QImage(sampled.data, width, height, sampled.strides[0], QImage.Format.Format_Indexed8)
    image.setColorTable(table)
    # Converting first is three times faster than letting the painter look every pixel up.
    argb = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(QPoint(grid.left, grid.top), argb)


def draw_pixels(
    painter: QPainter, grid: DeviceGrid, pixels: NDArray[np.uint32], pixel_format: QImage.Format
) -> None:
    """One colour for each device pixel of ``grid``."""
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, pixels.strides[0], pixel_format)
    painter.drawImage(QPoint(grid.left, grid.top), image)
