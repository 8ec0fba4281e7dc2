"""What all tools have in common."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from gui.canvas.canvas import Canvas
from gui.canvas.pointer import Pointer
from gui.editing.editor import Editor
from gui.jobs import Background
from gui.settings import Settings


@dataclass(frozen=True)
class ToolContext:
    """What a tool works with; it knows nothing else of the window."""

    canvas: Canvas
    """To look at: previews and the ring. A tool changes the mask through the editor alone."""
    editor: Editor
    settings: Settings
    background: Background


class Tool(QObject):
    """One of the tools; gets the pointer while it is the chosen one.

    ``press`` … ``move`` … ``release`` of one drag belong together; what it changes in between is
    one step (``editor.begin`` … ``editor.commit``).
    """

    name = ""
    """Of its action: ``tool.brush``."""
    hint = ""
    """One line for the status bar: what click, drag and modifiers do."""

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.canvas = context.canvas
        self.editor = context.editor
        self.settings = context.settings
        self.background = context.background

    def activate(self) -> None:
        """It is the chosen one now."""

    def deactivate(self) -> None:
        """Another one is chosen; drop what is unfinished and hide what was shown."""
        self.cancel()

    def options(self) -> QWidget | None:
        """Its settings for the side panel, made anew at each call; None where it has none."""
        return None

    def press(self, pointer: Pointer) -> bool:
        """True where the drag is the tool's own."""
        return False

    def move(self, pointer: Pointer) -> None:
        """With or without a button held; without one it is hovering."""

    def release(self, pointer: Pointer) -> None: ...

    def double_click(self, pointer: Pointer) -> bool:
        return self.press(pointer)

    def wheel(self, notches: float, pointer: Pointer) -> bool:
        return False

    def leave(self) -> None:
        """The pointer has left the image's view."""

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        return False

    def cancel(self) -> None:
        """Drop what is unfinished: Escape, another tool, another image."""
