"""What a tool is: told what the pointer does, and changes the mask through the editor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from gui.canvas.canvas import Canvas
from gui.canvas.pointer import Pointer
from gui.editing.editor import Editor
from gui.jobs import Background
from gui.settings import Settings
from gui.tools.erase_target import EraseTarget


@dataclass(frozen=True)
class ToolContext:
    """What a tool works with; it knows nothing else of the window."""

    canvas: Canvas
    """To look at: previews, the ring, ``canvas.classes``. A tool changes the mask through the
    editor alone."""
    editor: Editor
    settings: Settings
    background: Background

    @cached_property
    def erase_target(self) -> EraseTarget:
        """What the eraser and the brush's right button erase to."""
        return EraseTarget(self.settings, self.canvas)


class Tool(QObject):
    """One of the tools; gets the pointer while it is the chosen one.

    ``press`` … ``move`` … ``release`` of one drag belong together; what it changes in between is
    one step (``editor.begin`` … ``editor.commit``).

    The tool box does for every tool: Alt picks a class, Escape first cancels what is unfinished
    and then puts the tool away, and no press is handed on while another button is held.
    """

    name = ""
    """Of its action: ``tool.brush``."""
    cursor: Qt.CursorShape | QCursor = Qt.CursorShape.CrossCursor
    """Over the image; :meth:`show_cursor` changes it while the tool is in use."""
    has_size = False
    """Shift and the wheel change it; see :meth:`change_size`."""

    hint_changed = Signal()
    class_wanted = Signal()
    """There is no class to paint with: offer to add or choose one."""

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.canvas = context.canvas
        self.editor = context.editor
        self._turned = 0.0
        self.hint = ""
        """One line for the status bar: what click, drag and modifiers do."""

    @property
    def is_unfinished(self) -> bool:
        """Something is begun that Escape would drop."""
        return False

    def activate(self) -> None:
        """It is the chosen one now."""

    def deactivate(self) -> None:
        """Another one is chosen: end what is unfinished and hide what was shown."""
        self.finish()

    def options(self) -> QWidget | None:
        """Its settings for the side panel, made anew at each call; None where it has none."""
        return None

    def press(self, pointer: Pointer) -> bool:
        """True where the drag is the tool's own."""
        return False

    def move(self, pointer: Pointer) -> None:
        """With or without a button held (``pointer.button``); without one it is hovering. Also
        called when the image moves under a pointer at rest, or a modifier is pressed."""

    def release(self, pointer: Pointer) -> None: ...

    def double_click(self, pointer: Pointer) -> bool:
        return self.press(pointer)

    def wheel(self, notches: float, pointer: Pointer) -> bool:
        """True where it was for the tool. Fine wheels send parts of notches, which add up."""
        if not self.has_size or not pointer.modifiers & Qt.KeyboardModifier.ShiftModifier:
            return False
        self._turned += notches
        whole = int(self._turned)
        self._turned -= whole
        self.change_size(whole)
        return True

    def leave(self) -> None:
        """The pointer has left the image's view, or pans it."""

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        return False

    def change_size(self, steps: int) -> None:
        """The keys for a smaller or larger brush, or whatever else the tool has of a size."""

    def take_back(self, *, whole: bool = False) -> bool:
        """Undo takes back the last part of what is unfinished (``whole``: all of a piece that was
        drawn in one go) before it takes back a step of the mask. False where nothing is."""
        return False

    def cancel(self) -> None:
        """Drop what is unfinished: Escape."""

    def finish(self) -> None:
        """Another image or another tool: end what is unfinished. A stroke is kept as if the button
        had been released; what only Enter would apply is dropped."""
        self.cancel()

    def resume(self) -> None:
        """Its image is shown still, or again: go on with what :meth:`finish` has left open."""

    def interrupt(self) -> None:
        """The window loses the keyboard or the pointer in the middle of a drag: there will be no
        release."""
        self.finish()

    def show_hint(self, hint: str) -> None:
        if hint != self.hint:
            self.hint = hint
            self.hint_changed.emit()

    def show_cursor(self, cursor: Qt.CursorShape | QCursor) -> None:
        """Over the image, while this is the chosen tool."""
        if cursor != self.cursor:
            self.cursor = cursor
            self.canvas.setCursor(cursor)

    def need_class(self) -> int | None:
        """The class to paint with; where there is none, the window offers to make one."""
        if self.editor.class_id is None:
            self.class_wanted.emit()
        return self.editor.class_id
