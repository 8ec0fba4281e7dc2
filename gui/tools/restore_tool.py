"""The prediction brush: gives the mask back what the model predicted."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from gui.canvas.pointer import Pointer
from gui.tools.ink import Ink
from gui.tools.stroke_tool import StrokeTool
from gui.tools.tool import ToolContext


class RestoreTool(StrokeTool):
    """Where a correction went too far."""

    name = "tool.restore"
    memory = "restore"
    first_size = 60

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.hint = self.tr(
            "Drag: bring back what the model predicted · Shift: straight line · Ctrl+drag: size"
        )

    def activate(self) -> None:
        super().activate()
        self.editor.want_prediction(self.name, True)

    def deactivate(self) -> None:
        super().deactivate()
        self.editor.want_prediction(self.name, False)

    def ink(self, pointer: Pointer) -> Ink | None:
        if pointer.button != Qt.MouseButton.LeftButton or not self.editor.may_edit():
            return None
        prediction = self.editor.prediction()
        if prediction is None and self.editor.prediction_is_pending:
            self.editor.refused.emit(
                self.tr("The prediction is still being read; try again in a moment.")
            )
            return None
        if prediction is None:
            self.editor.refused.emit(
                self.tr("There is no prediction of this image to bring back; segment it first.")
            )
            return None
        return Ink(self.tr("prediction brush"), prediction)
