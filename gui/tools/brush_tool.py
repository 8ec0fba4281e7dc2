"""The brush: paints the chosen class."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from gui.canvas.pointer import Pointer
from gui.tools.ink import Ink
from gui.tools.stroke_tool import StrokeTool
from gui.tools.tool import ToolContext


class BrushTool(StrokeTool):
    """The left button paints; the right one, and the other end of a pen, erases."""

    name = "tool.brush"
    memory = "brush"

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.erase_target = context.erase_target
        self.hint = self.tr(
            "Drag: paint · right button: erase · Shift: straight line · Ctrl+drag: size"
        )

    def ink(self, pointer: Pointer) -> Ink | None:
        if pointer.button == Qt.MouseButton.RightButton or pointer.is_eraser:
            return Ink(self.tr("erasing"), self.erase_target.class_id)
        if pointer.button != Qt.MouseButton.LeftButton or not self.editor.may_edit():
            return None
        class_id = self.need_class()
        return None if class_id is None else Ink(self.tr("brush stroke"), class_id)
