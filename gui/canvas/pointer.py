"""The pointer over the image: what mouse and pen mean to a tool."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QPointF, Qt


@dataclass(frozen=True)
class Pointer:
    """Where it is, and what is held."""

    x: float
    """In image coordinates: pixel (i, j) covers [i, i+1) × [j, j+1); may lie beyond the image."""
    y: float
    view: QPointF
    """The same place in logical pixels of the viewport."""
    button: Qt.MouseButton = Qt.MouseButton.NoButton
    """The button that was pressed or released; of a move: the one that is held."""
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    pressure: float = 1.0
    """Of a pen, 0–1; a mouse always has 1."""
    is_pen: bool = False
    is_eraser: bool = False
    """The other end of a pen."""

    @property
    def pixel(self) -> tuple[int, int]:
        """The image pixel it is in."""
        return int(self.x // 1), int(self.y // 1)

    def hovering(self) -> Pointer:
        """The same with no button held."""
        return replace(self, button=Qt.MouseButton.NoButton) if self.button.value else self

    def moved_to(self, x: float, y: float) -> Pointer:
        """The same at another place of the image."""
        return replace(self, x=x, y=y)


class PointerTarget(Protocol):
    """Who gets the pointer's events while an image is shown and nobody pans."""

    def press(self, pointer: Pointer) -> bool: ...
    def move(self, pointer: Pointer) -> None:
        """Also where the image moves under a pointer at rest, or a modifier is pressed."""
        ...

    def release(self, pointer: Pointer) -> None: ...
    def double_click(self, pointer: Pointer) -> bool: ...
    def wheel(self, notches: float, pointer: Pointer) -> bool:
        """False where it means nothing, and so zooms."""
        ...

    def leave(self) -> None:
        """It has left the view, or pans it."""
        ...

    def finish(self) -> None:
        """The drag ends without a release: another window has the keyboard or the pointer."""
        ...

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """A key pressed while the canvas has the focus; False where it means nothing."""
        ...
