"""No tool at all: the hand, which moves the image."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Qt

from gui.canvas.pointer import Pointer
from gui.tools.tool import Tool, ToolContext


class HandTool(Tool):
    """Drag to look around; nothing can be changed by accident."""

    cursor = Qt.CursorShape.OpenHandCursor

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self._dragged_from: QPointF | None = None

    def press(self, pointer: Pointer) -> bool:
        if pointer.button != Qt.MouseButton.LeftButton:
            return False
        self._dragged_from = pointer.view
        self.show_cursor(Qt.CursorShape.ClosedHandCursor)
        return True

    def move(self, pointer: Pointer) -> None:
        if self._dragged_from is None or not pointer.button:
            return
        # Whole pixels, and the rest is kept for the next event.
        moved = (pointer.view - self._dragged_from).toPoint()
        self._dragged_from += QPointF(moved)
        if not moved.isNull():
            self.canvas.pan_by(moved.x(), moved.y())

    def release(self, pointer: Pointer) -> None:
        self.cancel()

    def cancel(self) -> None:
        self._dragged_from = None
        self.show_cursor(Qt.CursorShape.OpenHandCursor)
