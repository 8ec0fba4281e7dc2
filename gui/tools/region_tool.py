"""What the tools have in common that preview a region first and then fill all of it."""

from __future__ import annotations

import cv2
from PySide6.QtCore import QObject, Qt, Signal

from gui.canvas.pointer import Pointer
from gui.canvas.preview import Color
from gui.tools.tool import Tool, ToolContext
from segmenter.editing.stencil import Stencil
from segmenter.project.classes import UNLABELLED, default_color

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
BACK = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_CONTROL = Qt.KeyboardModifier.ControlModifier


class RegionTool(Tool):
    """A step of its own for each region; erases where Ctrl is held."""

    unfinished_changed = Signal()
    """:attr:`is_unfinished` is different now."""

    step = ""
    """What the menu calls it: “Undo polygon”."""
    draws_border = True
    """Around the region; not where the tool draws lines of its own."""

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self._erase_target = context.erase_target
        self.erases = False
        """Regions become what the eraser leaves, instead of getting the chosen class."""
        self._is_chosen = False
        self._region: Stencil | None = None
        context.editor.class_changed.connect(self._recolor_if_chosen)
        context.editor.protection_changed.connect(self._recolor_if_chosen)
        context.canvas.classes_changed.connect(self._recolor_if_chosen)

    # -- what the kinds of tools differ in --------------------------------------------------

    def confirm(self) -> None:
        """Enter: make what is shown part of the mask."""

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        if not self.is_unfinished:
            return False
        if key in ENTER:
            self.follow_modifiers(modifiers)
            self.confirm()
            return True
        # Undo comes here where the mask has no step that could be taken back.
        if key in BACK or (key == Qt.Key.Key_Z and modifiers == _CONTROL):
            return self.take_back(whole=bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        return False

    # -- being chosen -----------------------------------------------------------------------

    def activate(self) -> None:
        if not self._is_chosen:
            # Only now: every event of a stroke would have to wait for those it doesn't concern.
            self.editor.changed.connect(self._recolor_if_protected)
        self._is_chosen = True
        self.recolor()

    def deactivate(self) -> None:
        self.finish()
        if self._is_chosen:
            self.editor.changed.disconnect(self._recolor_if_protected)
        self._is_chosen = False
        self.canvas.preview.clear()

    def may_begin(self) -> bool:
        """Whether there is something to paint with and on; the window says what is missing."""
        return self.editor.may_edit() and (self.erases or self.need_class() is not None)

    # -- what it would paint ----------------------------------------------------------------

    @property
    def value(self) -> int | None:
        """The label that regions get; None where there is none to give."""
        return self._erase_target.class_id if self.erases else self.editor.class_id

    def color_of(self, class_id: int | None) -> Color:
        if class_id is None:
            return (255, 255, 255)
        colors = {each.id: each.color for each in self.canvas.classes}
        return colors.get(class_id, default_color(class_id))

    def follow_modifiers(self, modifiers: Qt.KeyboardModifier) -> None:
        """Ctrl erases for as long as it is held."""
        self.set_erases(bool(modifiers & _CONTROL))

    def set_erases(self, erases: bool) -> None:
        if erases != self.erases:
            self.erases = erases
            self.recolor()

    @property
    def region(self) -> Stencil | None:
        """What :meth:`confirm` would fill, protected pixels and all."""
        return self._region

    def show_region(self, region: Stencil | None) -> None:
        """Show what of it would really be painted."""
        self._region = region
        value = self.value
        color = None if value == UNLABELLED else self.color_of(value)
        self.canvas.preview.set_stencil(self._paintable(region), color, border=self.draws_border)

    def recolor(self) -> None:
        """Class, protection or colours are others now, or erasing has begun or ended."""
        self.canvas.preview.set_color(self.color_of(self.editor.class_id))
        if self._region is not None:
            self.show_region(self._region)

    def apply(self, region: Stencil | None) -> bool:
        """Fill it, as one step. False where that isn't possible now."""
        value = self.value
        if value is None or region is None or not self.editor.begin(self.step):
            return False
        self.editor.paint(region, value)
        self.editor.commit()
        return True

    # -- inside -----------------------------------------------------------------------------

    def reach(self, logical_pixels: float) -> float:
        """So many logical pixels of the screen, in image pixels."""
        return logical_pixels * self.canvas.devicePixelRatioF() / self.canvas.zoom

    def pixel_in_image(self, pointer: Pointer) -> tuple[int, int] | None:
        """The image pixel it is in; None beside the image."""
        content = self.editor.content
        x, y = pointer.pixel
        if content is None or not (0 <= x < content.width and 0 <= y < content.height):
            return None
        return x, y

    def _paintable(self, region: Stencil | None) -> Stencil | None:
        protection, content = self.editor.protection, self.editor.content
        if region is None or content is None or protection.is_off:
            return region
        inside = region.clipped(content.width, content.height)
        if inside.rect.is_empty:
            return None
        free = cv2.LUT(self.canvas.mask[inside.rect.slices], protection.paintable())
        return Stencil(inside.rect, cv2.bitwise_and(inside.pixels, free).view("uint8"))

    def _recolor_if_chosen(self) -> None:
        if self._is_chosen:
            self.recolor()

    def _recolor_if_protected(self) -> None:
        """Which pixels are protected may be another matter after an edit."""
        if self._region is not None and not self.editor.protection.is_off:
            self.recolor()


def covers(region: Stencil | None, pixel: tuple[int, int] | None) -> bool:
    """Whether the pixel is one of the region's."""
    if region is None or pixel is None:
        return False
    x, y = pixel[0] - region.rect.left, pixel[1] - region.rect.top
    inside = 0 <= x < region.rect.width and 0 <= y < region.rect.height
    return inside and bool(region.pixels[y, x])


def is_far(start: Pointer, now: Pointer, logical_pixels: float = 4.0) -> bool:
    """The pointer was dragged, rather than a little unsteady during a click."""
    moved = now.view - start.view
    return moved.x() ** 2 + moved.y() ** 2 > logical_pixels**2
