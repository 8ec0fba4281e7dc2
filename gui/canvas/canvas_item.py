"""The one item of the canvas's scene: a photo with its maps over it, in image coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.content import CanvasContent
from gui.canvas.device_grid import DeviceGrid
from gui.canvas.layers import draw_map, draw_photo, draw_sampled
from gui.canvas.outline import HALO, OutlineWidth, outline, unused_value
from gui.canvas.palette import drawn_ids, fill_table, heat_table
from segmenter.project.classes import LabelClass


class OverlayStyle(StrEnum):
    """How the label map is drawn."""

    FILL = "fill"
    OUTLINE = "outline"
    FILL_AND_OUTLINE = "fill and outline"


class CanvasItem(QGraphicsItem):
    """Draws only what is exposed, straight at the resolution of the screen."""

    def __init__(self) -> None:
        super().__init__()
        # Without it Qt hands every paint the whole item as exposed.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.content: CanvasContent | None = None
        self.style = OverlayStyle.FILL
        self.overlay_visible = True
        self.confidence_visible = False
        self.bare = False
        self.outline_width = OutlineWidth.for_pixel_ratio(1)
        self._opacity = 0.5
        self._classes: tuple[LabelClass, ...] = ()
        self._rebuild_tables()

    def set_content(self, content: CanvasContent | None) -> None:
        self.prepareGeometryChange()
        self.content = content
        self.update()

    @property
    def opacity_of_overlay(self) -> float:
        return self._opacity

    def set_opacity_of_overlay(self, opacity: float) -> None:
        self._opacity = min(max(opacity, 0.0), 1.0)
        self._rebuild_tables()
        self.update()

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        return self._classes

    def set_classes(self, classes: Sequence[LabelClass]) -> None:
        self._classes = tuple(classes)
        self._rebuild_tables()
        self.update()

    def boundingRect(self) -> QRectF:
        if self.content is None:
            return QRectF()
        return QRectF(0, 0, self.content.width, self.content.height)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self.content is None:
            return
        content = self.content
        to_device = painter.deviceTransform()
        grid = DeviceGrid.over_image(content.width, content.height, to_device)
        grid = grid.within(option.exposedRect)
        if grid.is_empty:
            return
        painter.save()
        # From here on one unit is one device pixel, whatever the pixel ratio.
        painter.resetTransform()
        base = painter.deviceTransform()
        painter.setTransform(base.inverted()[0])
        self.outline_width = OutlineWidth.for_pixel_ratio(base.m11())
        draw_photo(painter, grid, content.photo)
        if not self.bare:
            self._draw_overlay(painter, grid, content)
        painter.restore()

    def _draw_overlay(self, painter: QPainter, grid: DeviceGrid, content: CanvasContent) -> None:
        heat = self.confidence_visible and content.confidence is not None
        if heat and content.confidence is not None:
            draw_map(painter, grid, content.confidence, self._heat)
        if content.labels is None or not self.overlay_visible:
            return
        reach = 0 if self.style is OverlayStyle.FILL else self.outline_width.reach
        sampled = grid.grown(reach).sample(content.labels)
        # Two fills over each other could not be read: the heat map takes the fill's place.
        if self.style is not OverlayStyle.OUTLINE and not heat:
            inner = np.ascontiguousarray(sampled[reach:-reach, reach:-reach] if reach else sampled)
            draw_sampled(painter, grid, inner, self._fill)
        if self.style is not OverlayStyle.FILL:
            lines = outline(sampled, self._drawn, self.outline_width, self._halo_value)
            draw_sampled(painter, grid, lines, self._lines)

    def _rebuild_tables(self) -> None:
        self._fill = fill_table(self._classes, self._opacity)
        self._heat = heat_table(0.85)
        self._drawn = drawn_ids(self._classes)
        self._lines = fill_table(self._classes, 1.0)
        self._halo_value = unused_value(self._drawn)
        if self._halo_value is not None:
            self._lines[self._halo_value] = HALO
