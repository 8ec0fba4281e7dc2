"""The one item of the canvas's scene: a photo with its maps over it, in image coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.changes import (
    MarkSize,
    change_table,
    changes,
    mark_table,
    marked_fill,
    marked_fill_table,
    marks,
)
from gui.canvas.content import CanvasContent, LabelKind, Labels
from gui.canvas.device_grid import DeviceGrid
from gui.canvas.kept_picture import KeptPicture
from gui.canvas.layers import draw_map, draw_photo, draw_pixels, draw_sampled
from gui.canvas.outline import HALO, OutlineWidth, outline, unused_value
from gui.canvas.palette import drawn_ids, fill_table, heat_table
from segmenter.project.classes import LabelClass


class OverlayStyle(StrEnum):
    """How the label map is drawn."""

    FILL = "fill"
    OUTLINE = "outline"
    FILL_AND_OUTLINE = "fill and outline"


_FADED = 0.4
"""How much of the fill is left, where changes are marked, of what is unchanged."""


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
        self.prediction: Labels | None = None
        """What the mask is compared with, uint8 H×W; None: with nothing."""
        self.divider: float | None = None
        """Left of this x of the image the prediction is drawn; None: nowhere."""
        self.shows_prediction = False
        """All over the image."""
        self.proposed: Labels | None = None
        """Drawn in the place of the mask, as large as it, while somebody thinks about an edit."""
        self.marks_changes = False
        self._mark_size = MarkSize.for_pixel_ratio(1)
        self._mark_colors = mark_table()
        self.outline_width = OutlineWidth.for_pixel_ratio(1)
        self._opacity = 0.5
        self._classes: tuple[LabelClass, ...] = ()
        self._change_table = change_table(())
        self._marked_fill: NDArray[np.uint32] | None = None
        self._kept = KeptPicture(self._draw)
        self._rebuild_tables()

    def set_content(self, content: CanvasContent | None) -> None:
        self.prepareGeometryChange()
        self.content = content
        self.proposed = None
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
        self._change_table = change_table(self._classes)
        self._rebuild_tables()
        self.update()

    @property
    def is_comparable(self) -> bool:
        """There are a mask and a prediction."""
        content = self.content
        return (
            self.prediction is not None
            and content is not None
            and content.labels is not None
            and content.kind is LabelKind.MASK
            and content.labels.shape == self.prediction.shape
        )

    @property
    def reach(self) -> int:
        """How many device pixels around an edit look different after it."""
        reach = 0 if self.style is OverlayStyle.FILL else self.outline_width.reach
        return max(reach, self._mark_size.reach) if self.marks_changes else reach

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
        whole = DeviceGrid.over_image(content.width, content.height, to_device)
        grid = whole.within(option.exposedRect)
        if grid.is_empty:
            return
        painter.save()
        # From here on one unit is one device pixel, whatever the pixel ratio.
        painter.resetTransform()
        base = painter.deviceTransform()
        painter.setTransform(base.inverted()[0])
        self.outline_width = OutlineWidth.for_pixel_ratio(base.m11())
        self._mark_size = MarkSize.for_pixel_ratio(base.m11())
        if widget is None:  # a picture of the scene
            self._draw(painter, grid)
        else:
            ratio = base.m11()
            # The painter's device is the whole window, and the view a part of it.
            left, top = round(base.dx()), round(base.dy())
            view = QRect(left, top, round(widget.width() * ratio), round(widget.height() * ratio))
            shown = (content.photo, content.labels, content.confidence, self.prediction)
            self._kept.paint(painter, whole, grid, view, shown)
        painter.restore()

    def update(self) -> None:  # type: ignore[override]
        """All of it looks different now; for a part of it there is :meth:`forget`.

        The whole view is repainted: at odd pixel ratios Qt would clear a row of the screen more
        than it lets be drawn, and leave a bright line along the image's edge.
        """
        self._kept.forget()
        for view in self.scene().views() if self.scene() is not None else ():
            view.viewport().update()

    def forget(self, rect: QRect) -> None:
        """These device pixels of the view look different now; whoever says so has them
        repainted."""
        self._kept.forget_part(rect)

    def _draw(self, painter: QPainter, grid: DeviceGrid) -> None:
        """``painter``'s units are device pixels."""
        content = self.content
        if content is None:
            return
        draw_photo(painter, grid, content.photo)
        if not self.bare:
            self._draw_overlay(painter, grid, content)

    def _draw_overlay(self, painter: QPainter, grid: DeviceGrid, content: CanvasContent) -> None:
        heat = self.confidence_visible and content.confidence is not None
        if heat and content.confidence is not None:
            height, width = content.confidence.shape
            scale = grid.scale * content.confidence_step
            coarse = replace(grid, width=width, height=height, scale=scale)
            draw_map(painter, coarse, content.confidence, self._heat)
        if content.labels is None or not self.overlay_visible:
            return
        labels = content.labels if self.proposed is None else self.proposed
        predicted = self.prediction if self.is_comparable else None
        if predicted is None:
            self._draw_labels(painter, grid, labels, heat)
            return
        left, right = self._divided(grid)
        if not left.is_empty:
            self._draw_labels(painter, left, predicted, heat)
        if not right.is_empty:
            against = predicted if self.marks_changes else None
            self._draw_labels(painter, right, labels, heat, against)

    def _divided(self, grid: DeviceGrid) -> tuple[DeviceGrid, DeviceGrid]:
        """The parts that show the prediction and the mask."""
        if self.shows_prediction:
            at = grid.right
        elif self.divider is None:
            at = grid.left
        else:
            at = grid.dx + round(self.divider * grid.scale)
        at = min(max(at, grid.left), grid.right)
        return replace(grid, right=at), replace(grid, left=at)

    def _draw_labels(
        self,
        painter: QPainter,
        grid: DeviceGrid,
        labels: Labels,
        heat: bool,
        against: Labels | None = None,
    ) -> None:
        """One label map; with marks where it is not as ``against``."""
        reach = self.reach
        wide = grid.grown(reach)
        sampled = wide.sample(labels)
        drawn = None
        if against is not None:
            drawn = self._marks(grid, changes(sampled, wide.sample(against), self._change_table))
        # Two fills over each other could not be read: the heat map takes the fill's place.
        has_fill = self.style is not OverlayStyle.OUTLINE and not heat
        if has_fill:
            inner = np.ascontiguousarray(_inner(sampled, reach))
            if drawn is not None:
                pixels = marked_fill(inner, drawn, self._marked)
                draw_pixels(painter, grid, pixels, QImage.Format.Format_ARGB32_Premultiplied)
            else:
                draw_sampled(painter, grid, inner, self._fill if against is None else self._faded)
        if self.style is not OverlayStyle.FILL:
            margin = reach - self.outline_width.reach
            lines = outline(
                _inner(sampled, margin), self._drawn, self.outline_width, self._halo_value
            )
            draw_sampled(painter, grid, lines, self._lines)
        if drawn is not None and not has_fill:
            draw_sampled(painter, grid, drawn, self._mark_colors)

    def _marks(self, grid: DeviceGrid, kinds: Labels) -> Labels | None:
        """None where nothing was changed."""
        if not cv2.countNonZero(kinds):
            return None
        left, top = grid.left - grid.dx, grid.top - grid.dy
        return marks(kinds, self.reach, self._mark_size, left, top)

    @property
    def _marked(self) -> NDArray[np.uint32]:
        """Made when it is first needed: moving the opacity should not have to wait for it."""
        if self._marked_fill is None:
            self._marked_fill = marked_fill_table(self._faded, self._fill)
        return self._marked_fill

    def _rebuild_tables(self) -> None:
        self._fill = fill_table(self._classes, self._opacity)
        # What is as it was steps back, so that what was changed stands out.
        self._faded = fill_table(self._classes, self._opacity * _FADED)
        self._marked_fill = None
        self._heat = heat_table(0.85)
        self._drawn = drawn_ids(self._classes)
        self._lines = fill_table(self._classes, 1.0)
        self._halo_value = unused_value(self._drawn)
        if self._halo_value is not None:
            self._lines[self._halo_value] = HALO


def _inner(values: NDArray[np.uint8], margin: int) -> NDArray[np.uint8]:
    return values[margin:-margin, margin:-margin] if margin else values
