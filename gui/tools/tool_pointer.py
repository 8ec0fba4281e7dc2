"""Between the canvas and the chosen tool: what is the same for every tool."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from gui.canvas.canvas import Canvas
from gui.canvas.pointer import Pointer
from gui.tools.tool import Tool

_ALT = Qt.KeyboardModifier.AltModifier


class ToolPointer:
    """Hands the pointer on; with Alt to the picker, and Escape to whom it may concern."""

    def __init__(self, canvas: Canvas, picker: Tool, put_away: Callable[[], bool]) -> None:
        """``put_away``: puts the tool away; False where there is none."""
        self._canvas = canvas
        self._picker = picker
        self._put_away = put_away
        self._tool = picker
        self._picks = False
        self._is_held = False

    def set_tool(self, tool: Tool) -> None:
        self._tool = tool
        self._picks = self._is_held = False
        self._canvas.setCursor(tool.cursor)

    def press(self, pointer: Pointer) -> bool:
        self._lend(pointer)
        self._is_held = self._now.press(pointer)
        return self._is_held

    def double_click(self, pointer: Pointer) -> bool:
        self._lend(pointer)
        self._is_held = self._now.double_click(pointer)
        return self._is_held

    def move(self, pointer: Pointer) -> None:
        self._lend(pointer)
        self._now.move(pointer if self._is_held else pointer.hovering())

    def release(self, pointer: Pointer) -> None:
        if not self._is_held:  # the drag was ended before the button was released
            self.move(pointer)
            return
        self._is_held = False
        self._now.release(pointer)
        self._lend(pointer)

    def wheel(self, notches: float, pointer: Pointer) -> bool:
        return self._now.wheel(notches, pointer)

    def leave(self) -> None:
        self._now.leave()

    def finish(self) -> None:
        self._is_held = False
        self._tool.interrupt()

    def end(self) -> None:
        """The image is about to be another one."""
        self._is_held = False
        self._tool.finish()

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        if self._tool.key(key, modifiers):
            return True
        if key != Qt.Key.Key_Escape:
            return False
        if self._tool.is_unfinished:
            self._is_held = False
            self._tool.cancel()
            return True
        return self._put_away()

    @property
    def _now(self) -> Tool:
        return self._picker if self._picks else self._tool

    def _lend(self, pointer: Pointer) -> None:
        """Alt gives the pointer to the picker, but never in the middle of a drag."""
        picks = pointer.modifiers == _ALT and self._tool is not self._picker
        if self._is_held or picks == self._picks:
            return
        if picks:
            self._tool.leave()
        self._picks = picks
        self._canvas.setCursor(self._now.cursor)
