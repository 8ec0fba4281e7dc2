"""Chooses the class under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from gui.canvas.pointer import Pointer
from gui.tools.tool import Tool, ToolContext
from segmenter.project.classes import UNLABELLED


class PickTool(Tool):
    """Click, or drag until the right one is chosen. Alt lends it to any other tool."""

    name = "tool.pick"
    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.hint = self.tr("Click: choose the class under the pointer")

    def press(self, pointer: Pointer) -> bool:
        if pointer.button != Qt.MouseButton.LeftButton:
            return False
        self._pick(pointer)
        return True

    def move(self, pointer: Pointer) -> None:
        if pointer.button == Qt.MouseButton.LeftButton:
            self._pick(pointer)

    def _pick(self, pointer: Pointer) -> None:
        labels = self.editor.labels
        x, y = pointer.pixel
        if labels is None or not (0 <= x < labels.shape[1] and 0 <= y < labels.shape[0]):
            return
        class_id = int(labels[y, x])
        if class_id != UNLABELLED:
            self.editor.set_class(class_id)
