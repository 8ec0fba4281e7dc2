"""Qt's events of the viewport, handed to a tool as what the pointer does to the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from gui.canvas.pointer import Pointer, PointerTarget

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas


class PointerEvents:
    """Asked by the canvas after its navigation; without a target or an image, nothing happens."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._target: PointerTarget | None = None
        self._held = Qt.MouseButton.NoButton

    def set_target(self, target: PointerTarget | None) -> None:
        self._target = target
        self._held = Qt.MouseButton.NoButton

    @property
    def _is_off(self) -> bool:
        return self._target is None or self._canvas.content is None

    def viewport_event(self, event: QEvent) -> bool:
        """True where the tool has taken it."""
        if self._target is None or self._canvas.content is None:
            return False
        kind = event.type()
        if isinstance(event, QMouseEvent):
            pointer = self._pointer(event.position(), event.modifiers(), event.button())
            if kind == QEvent.Type.MouseButtonPress and self._held == Qt.MouseButton.NoButton:
                return self._took(event, self._target.press(pointer))
            if kind == QEvent.Type.MouseButtonDblClick:
                return self._took(event, self._target.double_click(pointer))
            if kind == QEvent.Type.MouseMove:
                self._target.move(self._pointer(event.position(), event.modifiers(), self._held))
                return False  # the canvas itself also wants to know what is under it
            if kind == QEvent.Type.MouseButtonRelease and event.button() == self._held:
                self._held = Qt.MouseButton.NoButton
                self._target.release(pointer)
                return True
        elif kind == QEvent.Type.Leave:
            self._target.leave()
        return False

    def wheel_event(self, event: QEvent) -> bool:
        """To be asked before the navigation, which would zoom."""
        if self._target is None or self._is_off or not isinstance(event, QWheelEvent):
            return False
        delta = event.angleDelta().y() or event.angleDelta().x()  # Alt swaps the axes
        pointer = self._pointer(event.position(), event.modifiers(), Qt.MouseButton.NoButton)
        handled = bool(delta) and self._target.wheel(delta / 120, pointer)
        if handled:
            event.accept()
        return handled

    def key_event(self, event: QKeyEvent) -> bool:
        if self._target is None or self._is_off:
            return False
        return self._target.key(event.key(), event.modifiers())

    def _took(self, event: QMouseEvent, taken: bool) -> bool:
        if taken:
            self._held = event.button()
        return taken

    def _pointer(
        self, at: QPointF, modifiers: Qt.KeyboardModifier, button: Qt.MouseButton
    ) -> Pointer:
        x, y = self._canvas.exact_image_point(at)
        return Pointer(x, y, QPointF(at), button, modifiers)
