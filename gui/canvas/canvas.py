"""The canvas: shows one image with what lies over it, and moves it under the pointer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPalette,
    QResizeEvent,
    QSinglePointEvent,
    QTransform,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from gui.canvas.brush_ring import BrushRing
from gui.canvas.canvas_item import CanvasItem, OverlayStyle
from gui.canvas.comparison import Comparison
from gui.canvas.content import CanvasContent, LabelKind, Labels, prepare
from gui.canvas.device_grid import DeviceGrid, image_index
from gui.canvas.legend import ConfidenceLegend
from gui.canvas.navigation import WHEEL_STEP, Navigation
from gui.canvas.pointer import PointerTarget
from gui.canvas.pointer_events import PointerEvents
from gui.canvas.preview import Preview
from gui.canvas.view_transform import ViewTransform, bounded_scale, fitted
from segmenter.project.classes import LabelClass

_PLENTY = 1e7
"""Scene units around the image: the view's own scrolling limits never come into play."""
_ALL_OF_IT = QRect()


class Canvas(QGraphicsView):
    """One image, its label map and its confidence; zoom and pan.

    ``show_content`` takes what :func:`gui.canvas.content.prepare` made on another thread and
    costs the GUI thread next to nothing whatever the image's size.
    """

    zoom_changed = Signal(float)
    """Device pixels per image pixel: 1.0 is “100%”."""
    classes_changed = Signal()
    """Names, colours or visibility of the classes."""
    hovered = Signal(int, int)
    """The image pixel under the pointer; (-1, -1) once it leaves the image."""

    _navigation: Navigation | None = None
    _pointer_events: PointerEvents | None = None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item = CanvasItem()
        self._navigation = Navigation(self, self)
        self._pointer_events = PointerEvents(self)
        self._scene = QGraphicsScene(self)
        self._scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self._scene.addItem(self._item)
        self.preview = Preview(self._scene, self._size_of_content, self)
        """What a tool is about to do; see :class:`gui.canvas.preview.Preview`."""
        self.brush_ring = BrushRing(self._grid, self.devicePixelRatioF, self._repaint_device)
        """Around what a brush would paint; see :class:`gui.canvas.brush_ring.BrushRing`."""
        self._scene.addItem(self.brush_ring)
        self.setScene(self._scene)
        self._place = ViewTransform()
        self._is_fitted = True
        self._zoom_anchor: tuple[QPointF, tuple[float, float]] | None = None
        self._hovered = (-1, -1)
        self._unlabelled: Labels | None = None
        self._set_up_view()
        self._legend = ConfidenceLegend(self)
        self._legend.hide()
        self.comparison = Comparison(self, self._item, self._legend)
        """Mask and prediction beside each other; see :class:`Comparison`."""

    def _set_up_view(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A photo isn't mirrored where text runs from right to left.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(self.tr("Image"))
        self._choose_background()

    # -- what is shown --------------------------------------------------------------------

    def show_content(self, content: CanvasContent, *, keep_view: bool = False) -> None:
        """Show a prepared image, fitted; ``keep_view`` keeps zoom and place where the new image
        has the size of the one before (comparing, stepping through one scene)."""
        before = self._item.content
        same_size = before is not None and (before.width, before.height) == (
            content.width,
            content.height,
        )
        self._unlabelled = None
        self._item.set_content(content)
        self._show_legend()
        if not (keep_view and same_size):
            self.setSceneRect(
                QRectF(0, 0, content.width, content.height).adjusted(
                    -_PLENTY, -_PLENTY, _PLENTY, _PLENTY
                )
            )
            self.fit()
        self._view_moved()

    def set_image(self, rgb: NDArray[np.uint8]) -> None:
        """Show uint8 H×W×3 with nothing over it. Prepares it here and now; for large images
        :func:`prepare` belongs on another thread and :meth:`show_content` here."""
        self.show_content(prepare(rgb))

    def set_labels(self, labels: Labels | None, kind: LabelKind | str = LabelKind.MASK) -> None:
        """Put a label map over the image: uint8 H×W class ids, 255 = unlabelled. It is kept, not
        copied, where it is contiguous. Raises ValueError where its size isn't the image's."""
        content = self._content_or_raise()
        fitting = None if labels is None else content.fitting(labels, "a label map")
        self._unlabelled = None
        self._item.content = replace(content, labels=fitting, kind=LabelKind(kind))
        self._item.update()
        self.comparison.follow()

    def set_confidence(self, confidence: NDArray[np.uint8] | None) -> None:
        """uint8 H×W, 0–255 for 0–1; shown by :meth:`set_confidence_visible`."""
        content = self._content_or_raise()
        fitting = None if confidence is None else content.fitting(confidence, "a confidence map")
        self._item.content = replace(content, confidence=fitting)
        self._item.update()
        self._show_legend()

    def clear(self) -> None:
        """Show nothing."""
        self._unlabelled = None
        self._item.set_content(None)
        self._show_legend()
        self._hover((-1, -1))

    @property
    def content(self) -> CanvasContent | None:
        return self._item.content

    @property
    def mask(self) -> Labels:  # type: ignore[override]  # QWidget.mask() is of no use here
        """The label map that is shown, uint8 H×W (not a copy); all 255 where there is none,
        0×0 without an image."""
        content = self._item.content
        if content is None:
            return np.empty((0, 0), np.uint8)
        if content.labels is not None:
            return content.labels
        if self._unlabelled is None:
            self._unlabelled = np.full((content.height, content.width), 255, np.uint8)
        return self._unlabelled

    @property
    def kind(self) -> LabelKind | None:
        """Whose label map is shown; None without one."""
        content = self._item.content
        return None if content is None or content.labels is None else content.kind

    def propose(self, labels: Labels | None) -> None:
        """Draw these (uint8, as large as the image) in the place of its labels, which stay as
        they are; None: no longer. Another image's content ends it too."""
        content = self._item.content
        if labels is not None and content is not None:
            labels = content.fitting(labels, "a label map")
        if labels is not self._item.proposed:
            self._item.proposed = labels
            self._item.update()

    def refresh(self, rect: QRect = _ALL_OF_IT) -> None:
        """Repaint the image pixels of ``rect`` after :attr:`mask` was edited in place there."""
        if rect.isNull():
            self._item.update()
            return
        # Straight to the viewport, past the scene's own bookkeeping of what is dirty.
        reach = self._item.reach / self.devicePixelRatioF() + 1  # and what rounding may add
        left, top = self._place.to_view(rect.left(), rect.top())
        right, bottom = self._place.to_view(rect.left() + rect.width(), rect.top() + rect.height())
        on_screen = QRectF(
            QPointF(left - reach, top - reach), QPointF(right + reach, bottom + reach)
        )
        self.viewport().update(on_screen.toAlignedRect() & self._view_rect)

    # -- how it is shown ------------------------------------------------------------------

    def set_classes(self, classes: Sequence[LabelClass]) -> None:
        """Colours and visibility; the background and hidden classes are clear."""
        self._item.set_classes(classes)
        self.classes_changed.emit()

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        """Those of the last :meth:`set_classes`."""
        return self._item.classes

    @property
    def opacity(self) -> float:
        return self._item.opacity_of_overlay

    def set_opacity(self, opacity: float) -> None:
        """Of the fill: 0 (clear) to 1."""
        self._item.set_opacity_of_overlay(opacity)

    @property
    def overlay_style(self) -> OverlayStyle:
        return self._item.style

    def set_overlay_style(self, style: OverlayStyle | str) -> None:
        self._item.style = OverlayStyle(style)
        self._item.update()

    def set_outline(self, on: bool) -> None:
        """Outlines alone, or the fill."""
        self.set_overlay_style(OverlayStyle.OUTLINE if on else OverlayStyle.FILL)

    def set_overlay_visible(self, visible: bool) -> None:
        self._item.overlay_visible = visible
        self._item.update()
        self.comparison.follow()

    def set_confidence_visible(self, visible: bool) -> None:
        """The heat map of what the model is unsure of, in place of the fill."""
        self._item.confidence_visible = visible
        self._item.update()
        self._show_legend()

    def set_compare(self, bare: bool) -> None:
        """The bare image for as long as it is on."""
        self._item.bare = bare
        self._item.update()
        self._show_legend()

    # -- where it is shown ----------------------------------------------------------------

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
        if self._item.content is not None:
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
        if self._item.content is None:
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

    def set_pointer_target(self, target: PointerTarget | None) -> None:
        """Who gets the pointer's events; see :class:`gui.canvas.pointer.PointerTarget`."""
        if self._pointer_events is not None:
            self._pointer_events.set_target(target)

    def exact_image_point(self, point: QPointF) -> tuple[float, float]:
        """Where ``point`` of the view lies in the image, with the fraction of the pixel."""
        grid = self._grid()
        ratio = self.devicePixelRatioF()
        return (point.x() * ratio - grid.dx) / grid.scale, (
            point.y() * ratio - grid.dy
        ) / grid.scale

    # -- Qt's events ----------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        middle = self._place.to_image(event.oldSize().width() / 2, event.oldSize().height() / 2)
        super().resizeEvent(event)
        self._place_legend()
        if self._item.content is None:
            return
        if self._is_fitted or not event.oldSize().isValid():
            self.fit()
            return
        width, height = self._view_size
        kept = self._place.placing(middle, (width / 2, height / 2), self._place.scale)
        self._move_to(kept.kept_in_sight(self._image_size, self._view_size))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover_at(event.position())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover((-1, -1))
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        # Qt sends the first events while the view is still being made.
        if self._navigation is None or self._pointer_events is None:
            return super().viewportEvent(event)
        if self._pointer_events.viewport_event(event):
            if isinstance(event, QSinglePointEvent):
                self._hover_at(event.position())
            return True
        handled = self._navigation.viewport_event(event)
        self._pointer_events.set_panning(self._navigation.is_panning)
        return handled or super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Other keys belong to the window's actions; a scroll area would take arrows and pages."""
        event.setAccepted(self._key_event(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self._key_event(event))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._pointer_events is not None:
            self._pointer_events.interrupt()
        super().focusOutEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._choose_background()
        super().changeEvent(event)

    # -- inside ---------------------------------------------------------------------------

    @property
    def _image_size(self) -> tuple[int, int]:
        content = self._content_or_raise()
        return content.width, content.height

    def _size_of_content(self) -> tuple[int, int] | None:
        content = self._item.content
        return None if content is None else (content.width, content.height)

    @property
    def _view_rect(self) -> QRect:
        return self.viewport().rect()

    @property
    def _view_size(self) -> tuple[int, int]:
        return self._view_rect.width(), self._view_rect.height()

    @property
    def _device_scale(self) -> float:
        return self._place.scale * self.devicePixelRatioF()

    def _content_or_raise(self) -> CanvasContent:
        if self._item.content is None:
            raise ValueError("the canvas shows no image")
        return self._item.content

    def _grid(self) -> DeviceGrid:
        """What the painting goes by, so that pointing can't disagree with it."""
        ratio = self.devicePixelRatioF()
        transform = QTransform.fromScale(self._place.scale * ratio, self._place.scale * ratio)
        transform *= QTransform.fromTranslate(self._place.dx * ratio, self._place.dy * ratio)
        return DeviceGrid.over_image(*self._image_size, transform)

    def _zoom_to(self, scale: float, at: QPointF) -> None:
        if self._item.content is None:
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
        """``rect`` in device pixels of the viewport."""
        ratio = self.devicePixelRatioF()
        left, top = math.floor(rect.left() / ratio), math.floor(rect.top() / ratio)
        right = math.ceil((rect.left() + rect.width()) / ratio)
        bottom = math.ceil((rect.top() + rect.height()) / ratio)
        self.viewport().update(QRect(left, top, right - left, bottom - top) & self._view_rect)

    def _key_event(self, event: QKeyEvent) -> bool:
        if self._navigation is None or self._pointer_events is None:
            return False
        if self._pointer_events.is_dragging:
            return self._pointer_events.key_event(event) or event.key() == Qt.Key.Key_Space
        return self._navigation.key_event(event) or self._pointer_events.key_event(event)

    def _view_moved(self) -> None:
        self.comparison.follow()
        if self._pointer_events is not None:
            self._pointer_events.view_moved()

    def _hover_at(self, point: QPointF) -> None:
        content = self._item.content
        if content is not None:
            x, y = self.view_to_image(point)
            inside = 0 <= x < content.width and 0 <= y < content.height
            self._hover((x, y) if inside else (-1, -1))

    def _hover(self, pixel: tuple[int, int]) -> None:
        if pixel != self._hovered:
            self._hovered = pixel
            self.hovered.emit(*pixel)

    def _choose_background(self) -> None:
        """A neutral grey, darker than the window in both themes: photos look right on it."""
        window = self.palette().color(QPalette.ColorRole.Window).lightness()
        level = round(window * 0.9) if window > 127 else round(window * 0.6)
        self.setBackgroundBrush(QColor(level, level, level))

    def _show_legend(self) -> None:
        content = self._item.content
        has_confidence = content is not None and content.confidence is not None
        self._legend.setVisible(
            has_confidence and self._item.confidence_visible and not self._item.bare
        )
        self._place_legend()

    def _place_legend(self) -> None:
        self._legend.adjustSize()
        self._legend.move(12, self.height() - self._legend.height() - 12)
        self.comparison.follow()


def _nearest_view_pixel(index: int, offset: int, scale: float, ratio: float) -> int:
    """The logical pixel whose device pixel shows ``index``, or else comes nearest to it."""
    centre = (index + 0.5) * scale + offset
    nearest = int(centre // ratio)
    for candidate in (nearest, nearest + 1, nearest - 1):
        if image_index(candidate * ratio, offset, scale) == index:
            return candidate
    return nearest
