"""What brush, eraser and prediction brush have in common: strokes, the ring, the size."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from gui.canvas.pointer import Pointer
from gui.tools.brush_options import BrushOptions
from gui.tools.brush_settings import BrushSettings
from gui.tools.ink import Ink
from gui.tools.stroke import Stroke
from gui.tools.tool import Tool, ToolContext

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


class StrokeTool(Tool):
    """Drag to paint; Shift draws a straight line, Ctrl+drag changes the size."""

    memory = ""
    """What its size is remembered as."""
    first_size = 30
    has_size = True

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.brush = BrushSettings(context.settings, self.memory, self.first_size, self)
        self.brush.changed.connect(self._show_ring)
        self._stroke: Stroke | None = None
        self._last_end: tuple[str, float, float] | None = None
        """Image and place where the last stroke ended."""
        self._line: Pointer | None = None
        """Where a straight line would begin that is being drawn."""
        self._resized_from: tuple[Pointer, int] | None = None
        self._at: Pointer | None = None
        """Where the pointer is; None while it is not over the image's view."""
        """Of the wheel, what is less than a notch."""

    # -- what the kinds of tools differ in ---------------------------------------------------

    def ink(self, pointer: Pointer) -> Ink | None:
        """What a press at ``pointer`` paints with; None where it can't, and the person was told
        why, or where this press is none of the tool's. Without a kind there is no ink."""
        return None

    def options(self) -> QWidget | None:
        return BrushOptions(self.brush)

    # -- the pointer -------------------------------------------------------------------------

    @property
    def is_unfinished(self) -> bool:
        return bool(self._stroke or self._line or self._resized_from)

    def deactivate(self) -> None:
        super().deactivate()
        self.leave()

    def press(self, pointer: Pointer) -> bool:
        self._at = pointer
        is_left = pointer.button == Qt.MouseButton.LeftButton
        if is_left and pointer.modifiers == _CONTROL:
            self._resized_from = pointer, self.brush.size
            return True
        ink = self.ink(pointer)
        if ink is None or not self.editor.begin(ink.step):
            return False
        self._stroke = Stroke(self.editor, self.brush, ink)
        if pointer.modifiers & _SHIFT:
            self._line = self._line_start(pointer)
            self._show_ring()
        else:
            self._stroke.start(pointer)
            self._show_ring()
        return True

    def move(self, pointer: Pointer) -> None:
        self._at = pointer
        if self._resized_from is not None:
            start, size = self._resized_from
            # The ring stays where it is, and its edge follows the pointer.
            self.brush.set_size(size + 2 * (pointer.x - start.x))
            return
        if self._stroke is not None and self._line is None and not self._stroke.go_to(pointer):
            self._stroke = None  # something else has ended the step: undo, say
        self._show_ring()

    def release(self, pointer: Pointer) -> None:
        self._at = pointer
        self._end()

    def double_click(self, pointer: Pointer) -> bool:
        return self.press(pointer)

    def change_size(self, steps: int) -> None:
        self.brush.step(steps)

    def leave(self) -> None:
        self._at = None
        self._show_ring()

    def cancel(self) -> None:
        if self._stroke is not None:
            self.editor.roll_back()
        if self._resized_from is not None:
            self.brush.set_size(self._resized_from[1])
        self._stroke = self._line = self._resized_from = None
        self._show_ring()

    def finish(self) -> None:
        self._end()

    # -- inside ------------------------------------------------------------------------------

    def _end(self) -> None:
        stroke, line, at = self._stroke, self._line, self._at
        self._stroke = self._line = self._resized_from = None
        if stroke is not None:
            if line is not None and at is not None:
                stroke.start(line)
                stroke.go_to(at)
            if stroke.is_open:
                self.editor.commit()
            if stroke.last is not None:
                self._last_end = (self.editor.name, stroke.last.x, stroke.last.y)
        self._show_ring()

    def _line_start(self, pointer: Pointer) -> Pointer:
        """The end of the last stroke on this image, or here."""
        if self._last_end is None or self._last_end[0] != self.editor.name:
            return pointer
        return pointer.moved_to(*self._last_end[1:])

    def _show_ring(self) -> None:
        """Ring, cursor and line, as they ought to be now."""
        at = self._resized_from[0] if self._resized_from is not None else self._at
        ring = self.canvas.brush_ring
        if at is None:
            ring.hide()
            self.canvas.preview.set_path([])
            return
        if ring.show_at(at.x, at.y, self.brush.size, self.brush.shape):
            self.show_cursor(Qt.CursorShape.BlankCursor)
        else:
            self.show_cursor(Qt.CursorShape.CrossCursor)
        line = self._line
        if line is None and at.modifiers & _SHIFT and not self.is_unfinished:
            line = self._line_start(at)
        ends = [(line.x, line.y), (at.x, at.y)] if line is not None and line is not at else []
        self.canvas.preview.set_path(ends)
