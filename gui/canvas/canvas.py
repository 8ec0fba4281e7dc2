"""The canvas: shows one image with what lies over it, and moves it under the pointer."""

from __future__ import annotations

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
    QPainter,
    QPalette,
    QResizeEvent,
    QSinglePointEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from gui.canvas.brush_ring import BrushRing
from gui.canvas.canvas_item import CanvasItem, OverlayStyle
from gui.canvas.comparison import Comparison
from gui.canvas.content import CanvasContent, LabelKind, Labels, prepare
from gui.canvas.foot import place_at_foot
from gui.canvas.legend import ConfidenceLegend
from gui.canvas.navigation import Navigation
from gui.canvas.placed_view import PlacedView
from gui.canvas.pointer import PointerTarget
from gui.canvas.pointer_events import PointerEvents
from gui.canvas.preview import Preview
from segmenter.project.classes import UNLABELLED, LabelClass

_ALL_OF_IT = QRect()


class Canvas(PlacedView):
    """One image, its label map and its confidence; zoom and pan.

    ``show_content`` takes what :func:`gui.canvas.content.prepare` made on another thread and
    costs the GUI thread next to nothing whatever the image's size.
    """

    content_shown = Signal()
    """An image, or new content of the one that was shown."""
    resized = Signal()
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
        self._hovered = (-1, -1)
        self._unlabelled: Labels | None = None
        self._set_up_view()
        self._legend = ConfidenceLegend(self)
        self._legend.hide()
        self._covered = QRect()
        """On the screen."""
        self.comparison = Comparison(self, self._item, self._taken_at_foot)
        """Mask and prediction beside each other; see :class:`Comparison`."""

    def _set_up_view(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
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
            self._fit_anew()
        self._view_moved()
        self.content_shown.emit()

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
        if self._pointer_events is not None:
            self._pointer_events.image_gone()
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
            self._unlabelled = np.full((content.height, content.width), UNLABELLED, np.uint8)
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
        else:
            self.refresh_parts([rect])

    def refresh_parts(self, rects: Sequence[QRect]) -> None:
        """The same for several rectangles, none of them empty, that were edited at once."""
        if self._item.content is None:
            return
        # Straight to the viewport, past the scene's own bookkeeping of what is dirty.
        grid, reach = self._grid(), self._item.reach
        around = QRect()
        for rect in rects:
            left, top = rect.left(), rect.top()
            part = grid.around(left, top, left + rect.width(), top + rect.height(), reach)
            self._item.forget(part)
            around |= part
        self._repaint_device(around)

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

    def keep_clear_of(self, place: QRect) -> None:
        """A message lies over this part of the screen (empty: none does): what says how to read
        the image stands above it."""
        self._covered = place
        self._place_legend()

    # -- the pointer, and Qt's other events -------------------------------------------------

    def set_pointer_target(self, target: PointerTarget | None) -> None:
        """Who gets the pointer's events; see :class:`gui.canvas.pointer.PointerTarget`."""
        if self._pointer_events is not None:
            self._pointer_events.set_target(target)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """``rect`` in image coordinates; not where the image hides all of it."""
        content = self._item.content
        if content is not None:
            edge = 1 / self._place.scale
            image = QRectF(0, 0, content.width, content.height)
            if image.adjusted(edge, edge, -edge, -edge).contains(rect):
                return
        super().drawBackground(painter, rect)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_legend()
        self.resized.emit()

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

    def _size_of_content(self) -> tuple[int, int] | None:
        content = self._item.content
        return None if content is None else (content.width, content.height)

    def _content_or_raise(self) -> CanvasContent:
        if self._item.content is None:
            raise ValueError("the canvas shows no image")
        return self._item.content

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
        place_at_foot(self._legend, self, Qt.AlignmentFlag.AlignLeft, [self._covered_here])
        self.comparison.follow()

    @property
    def _covered_here(self) -> QRect:
        return self._covered.translated(self.mapFromGlobal(QPoint()))

    def _taken_at_foot(self) -> list[QRect]:
        legend = [self._legend.geometry()] if self._legend.isVisible() else []
        return [self._covered_here, *legend]
