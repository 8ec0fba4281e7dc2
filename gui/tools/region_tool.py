"""What the tools have in common that preview a region first and then fill all of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from gui.canvas.pointer import Pointer
from gui.canvas.preview import Color
from gui.tools.tool import Tool, ToolContext
from segmenter.editing.stencil import Stencil
from segmenter.project.classes import UNLABELLED, default_color

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
BACK = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)


class RegionTool(Tool):
    """A step of its own for each region; erases where Ctrl is held."""

    step = ""
    """What the menu calls it: “Undo polygon”."""

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.erases = False
        """Regions become unlabelled instead of getting the chosen class."""
        self._is_chosen = False
        context.editor.class_changed.connect(self._recolor_if_chosen)
        context.canvas.classes_changed.connect(self._recolor_if_chosen)

    def activate(self) -> None:
        self._is_chosen = True
        self.recolor()

    def deactivate(self) -> None:
        self._is_chosen = False
        self.finish()
        self.canvas.preview.clear()

    def may_begin(self) -> bool:
        """Whether there is something to paint with and on; the window says what is missing."""
        return self.editor.may_edit() and (self.erases or self.need_class() is not None)

    @property
    def color(self) -> Color | None:
        """Of what would be painted; None: it would become unlabelled."""
        return None if self.erases else self.class_color

    @property
    def class_color(self) -> Color:
        chosen = self.editor.class_id
        if chosen is None:
            return (255, 255, 255)
        colors = {each.id: each.color for each in self.canvas.classes}
        return colors.get(chosen, default_color(chosen))

    def follow_modifiers(self, modifiers: Qt.KeyboardModifier) -> None:
        """Ctrl erases for as long as it is held."""
        erases = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if erases != self.erases:
            self.erases = erases
            self.recolor()

    def recolor(self) -> None:
        """The class is another one now, or erasing has begun or ended."""
        preview = self.canvas.preview
        preview.set_color(self.class_color)
        if preview.stencil is not None:
            preview.set_stencil(preview.stencil, self.color)

    def apply(self, stencil: Stencil | None) -> bool:
        """Fill it, as one step. False where that isn't possible now."""
        value = UNLABELLED if self.erases else self.editor.class_id
        if value is None or stencil is None or not self.editor.begin(self.step):
            return False
        self.editor.paint(stencil, value)
        self.editor.commit()
        return True

    def reach(self, logical_pixels: float) -> float:
        """So many logical pixels of the screen, in image pixels."""
        return logical_pixels * self.canvas.devicePixelRatioF() / self.canvas.zoom

    def _recolor_if_chosen(self) -> None:
        if self._is_chosen:
            self.recolor()


def is_far(start: Pointer, now: Pointer, logical_pixels: float = 4.0) -> bool:
    """The pointer was dragged, rather than a little unsteady during a click."""
    moved = now.view - start.view
    return moved.x() ** 2 + moved.y() ** 2 > logical_pixels**2
