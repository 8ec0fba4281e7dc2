"""The brush: paints the chosen class."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from gui.canvas.pointer import Pointer
from gui.tools.tool import Tool, ToolContext
from segmenter.editing.brush import BrushShape, stroke


class BrushTool(Tool):
    """Press and drag to paint."""

    name = "tool.brush"

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.size = 20
        self.shape = BrushShape.ROUND
        self._last: tuple[float, float] | None = None

    def press(self, pointer: Pointer) -> bool:
        if pointer.button != Qt.MouseButton.LeftButton or self.editor.class_id is None:
            return False
        if not self.editor.begin(self.tr("brush stroke")):
            return False
        self._last = (pointer.x, pointer.y)
        self.move(pointer)
        return True

    def move(self, pointer: Pointer) -> None:
        if self._last is None or self.editor.class_id is None:
            return
        here = (pointer.x, pointer.y)
        self.editor.paint(stroke(self._last, here, self.size, self.shape), self.editor.class_id)
        self._last = here

    def release(self, pointer: Pointer) -> None:
        self._last = None
        self.editor.commit()

    def cancel(self) -> None:
        if self._last is not None:
            self._last = None
            self.editor.roll_back()
