"""The eraser: makes pixels unlabelled, or gives them a class of one's choice."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from gui.canvas.pointer import Pointer
from gui.tools.brush_options import BrushOptions
from gui.tools.erase_options import EraseOptions
from gui.tools.ink import Ink
from gui.tools.stroke_tool import StrokeTool
from gui.tools.tool import ToolContext


class EraserTool(StrokeTool):
    """With a size of its own."""

    name = "tool.eraser"
    memory = "eraser"
    first_size = 50

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.erase_target = context.erase_target
        self.hint = self.tr("Drag: erase · Shift: straight line · Ctrl+drag: size")

    def ink(self, pointer: Pointer) -> Ink | None:
        if pointer.button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return None
        return Ink(self.tr("erasing"), self.erase_target.class_id)

    def options(self) -> QWidget | None:
        options = BrushOptions(self.brush)
        options.add(EraseOptions(self.erase_target, self.canvas))
        return options
