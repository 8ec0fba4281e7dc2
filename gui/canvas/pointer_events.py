"""Qt's events of the viewport, handed to a tool as what the pointer does to the image."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPointingDevice, QTabletEvent, QWheelEvent

from gui.canvas.placed_view import PlacedView
from gui.canvas.pointer import Pointer, PointerTarget

_NONE = Qt.MouseButton.NoButton
_MODIFIERS = {
    Qt.Key.Key_Shift.value: Qt.KeyboardModifier.ShiftModifier,
    Qt.Key.Key_Control.value: Qt.KeyboardModifier.ControlModifier,
    Qt.Key.Key_Alt.value: Qt.KeyboardModifier.AltModifier,
    Qt.Key.Key_Meta.value: Qt.KeyboardModifier.MetaModifier,
}


class PointerEvents:
    """Asked by the view before its navigation; without a target or an image, nothing happens.

    From a press the target has taken to its release the pointer is the target's: other buttons
    and panning wait until then.
    """

    def __init__(self, view: PlacedView) -> None:
        self._view = view
        self._target: PointerTarget | None = None
        self._held = _NONE
        self._at: QPointF | None = None
        """Where the pointer is in the view; None while it is elsewhere."""
        self._is_panning = False
        self._last = Pointer(0, 0, QPointF())

    def set_target(self, target: PointerTarget | None) -> None:
        self._target = target
        self._held = _NONE
        self.view_moved()

    @property
    def is_dragging(self) -> bool:
        """A press was taken and is not released."""
        return self._held != _NONE

    def set_panning(self, panning: bool) -> None:
        """Whether the pointer moves the image now; a tool sees nothing of that."""
        if panning == self._is_panning or self.is_dragging:
            return
        self._is_panning = panning
        if panning and self._at is not None and self._target is not None:
            self._target.leave()
        self.view_moved()

    def viewport_event(self, event: QEvent) -> bool:
        """True where the tool has taken it."""
        if self._target is None or not self._view.has_image:
            return False
        if isinstance(event, QWheelEvent):
            return self._wheel(self._target, event)
        if isinstance(event, QTabletEvent):
            return self._pen(self._target, event)
        if isinstance(event, QMouseEvent):
            return self._mouse(self._target, event)
        if event.type() == QEvent.Type.Leave:
            self.leave()
        elif event.type() == QEvent.Type.UngrabMouse:
            self.interrupt()
        return False

    def key_event(self, event: QKeyEvent) -> bool:
        if self._target is None or not self._view.has_image:
            return False
        key = event.key()
        if key in _MODIFIERS:
            # X11 tells a modifier's own press without it and its release with it.
            held = event.modifiers() & ~_MODIFIERS[key]
            if event.type() == QEvent.Type.KeyPress:
                held |= _MODIFIERS[key]
            self._modifiers_changed(self._target, held)
            return False
        return event.type() == QEvent.Type.KeyPress and self._target.key(key, event.modifiers())

    def leave(self) -> None:
        """The pointer is elsewhere now."""
        if self._at is not None and not self.is_dragging:
            self._at = None
            if self._target is not None:
                self._target.leave()

    def image_gone(self) -> None:
        """There is nothing under the pointer until another image is shown."""
        if self._at is not None and self._target is not None:
            self._target.leave()

    def view_moved(self) -> None:
        """The image has moved under the pointer, or is another one."""
        if self._target is None or self._at is None or not self._view.has_image:
            return
        if self._is_panning:
            return
        last = self._last
        self._move(self._target, self._pointer(self._at, last.modifiers, self._held, last))

    def interrupt(self) -> None:
        """The release will never come: the window has lost the keyboard, or the pointer."""
        if self.is_dragging:
            self._held = _NONE
            if self._target is not None:
                self._target.finish()

    # -- one kind of event each -------------------------------------------------------------

    def _mouse(self, target: PointerTarget, event: QMouseEvent) -> bool:
        if self.is_dragging:
            return self._mouse_dragging(target, event)
        if self._is_panning:
            self._at = event.position()
            return False
        kind = event.type()
        pointer = self._pointer(event.position(), event.modifiers(), event.button())
        if kind == QEvent.Type.MouseMove:
            self._move(target, pointer)
            return False  # the canvas itself also wants to know what is under it
        is_second = kind == QEvent.Type.MouseButtonDblClick
        if is_second or kind == QEvent.Type.MouseButtonPress:
            return self._press(target, pointer, double=is_second)
        return False

    def _mouse_dragging(self, target: PointerTarget, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseMove:
            if not event.buttons() & self._held:
                self.interrupt()  # released where nobody has seen it
                return False
            self._move(target, self._pointer(event.position(), event.modifiers(), self._held))
        elif kind == QEvent.Type.MouseButtonRelease and event.button() == self._held:
            self._release(target, self._pointer(event.position(), event.modifiers(), self._held))
        return True

    def _pen(self, target: PointerTarget, event: QTabletEvent) -> bool:
        """What is not taken here comes again, as an event of the mouse."""
        taken = self._pen_taken(target, event)
        event.setAccepted(taken)
        return taken

    def _pen_taken(self, target: PointerTarget, event: QTabletEvent) -> bool:
        kind, button = event.type(), event.button()
        pen = Pointer(
            0,
            0,
            event.position(),
            pressure=event.pressure(),
            is_pen=True,
            is_eraser=event.pointerType() == QPointingDevice.PointerType.Eraser,
        )
        if self.is_dragging:
            pointer = self._pointer(event.position(), event.modifiers(), self._held, pen)
            if kind == QEvent.Type.TabletMove:
                self._move(target, pointer)
            elif kind == QEvent.Type.TabletRelease and button == self._held:
                self._release(target, pointer)
            return True
        if kind != QEvent.Type.TabletPress or self._is_panning:
            return False
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)  # as a press of the mouse gives it
        return self._press(target, self._pointer(event.position(), event.modifiers(), button, pen))

    def _wheel(self, target: PointerTarget, event: QWheelEvent) -> bool:
        delta = event.angleDelta().y() or event.angleDelta().x()  # Alt swaps the axes
        pointer = self._pointer(event.position(), event.modifiers(), self._held)
        handled = bool(delta) and target.wheel(delta / 120, pointer)
        if handled:
            event.accept()
        return handled

    def _modifiers_changed(self, target: PointerTarget, held: Qt.KeyboardModifier) -> None:
        if self._at is not None and held != self._last.modifiers and not self._is_panning:
            self._move(target, self._pointer(self._at, held, self._held, self._last))

    # -- what a target is told --------------------------------------------------------------

    def _press(self, target: PointerTarget, pointer: Pointer, *, double: bool = False) -> bool:
        self._at, self._last = pointer.view, pointer
        # Held from here on: what the target does now may end the drag again.
        self._held = pointer.button
        taken = target.double_click(pointer) if double else target.press(pointer)
        if not taken:
            self._held = _NONE
        return taken

    def _move(self, target: PointerTarget, pointer: Pointer) -> None:
        self._at, self._last = pointer.view, pointer
        target.move(pointer)

    def _release(self, target: PointerTarget, pointer: Pointer) -> None:
        self._held = _NONE
        self._at, self._last = pointer.view, pointer
        target.release(pointer)

    def _pointer(
        self,
        at: QPointF,
        modifiers: Qt.KeyboardModifier,
        button: Qt.MouseButton,
        pen: Pointer | None = None,
    ) -> Pointer:
        x, y = self._view.exact_image_point(at)
        if pen is None or not pen.is_pen:
            return Pointer(x, y, QPointF(at), button, modifiers)
        return Pointer(
            x,
            y,
            QPointF(at),
            button,
            modifiers,
            pressure=pen.pressure,
            is_pen=True,
            is_eraser=pen.is_eraser,
        )
