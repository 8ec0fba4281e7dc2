"""How a hand moves the canvas: wheel and pinch zoom, space and middle-button drag."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
    QWindow,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QGestureEvent,
    QPinchGesture,
)

WHEEL_STEP = 1.25
"""Zoom factor of one notch of a mouse wheel."""


class Movable(Protocol):
    """What navigation asks of the canvas."""

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None: ...
    def pan_by(self, dx: float, dy: float) -> None: ...


class Navigation(QObject):
    """Turns the events of a scroll area's viewport into zooming and panning.

    The space bar pans wherever the keyboard focus is in the window, as long as the pointer is
    over the canvas and no field, button or slider wants the key for itself.
    """

    def __init__(self, view: QAbstractScrollArea, target: Movable) -> None:
        super().__init__(view)
        self._view = view
        self._target = target
        self._space_held = False
        self._dragged_from: QPointF | None = None
        self._window: QWindow | None = None
        view.viewport().grabGesture(Qt.GestureType.PinchGesture)

    @property
    def is_panning(self) -> bool:
        """Whether the pointer belongs to panning now, not to a tool."""
        return self._space_held or self._dragged_from is not None

    def viewport_event(self, event: QEvent) -> bool:
        """To be asked first in the view's ``viewportEvent``; True where that was all.

        The view calls it, rather than this object filtering the view's events: wrapping a
        widget that is being destroyed sends it an event, and a filter in Python, which needs
        the wrapper, then calls itself until the process dies.
        """
        kind = event.type()
        handled = False
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            handled = self._drag(event)
        elif kind == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            handled = self._press(event)
        elif kind == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            handled = self._release(event)
        elif kind == QEvent.Type.Wheel and isinstance(event, QWheelEvent):
            handled = self._wheel(event)
        elif kind == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            handled = self._native_gesture(event)
        elif kind == QEvent.Type.Gesture and isinstance(event, QGestureEvent):
            handled = self._gesture(event)
        elif kind == QEvent.Type.Enter:
            self._watch(self._view.window().windowHandle())
        elif kind in (QEvent.Type.Leave, QEvent.Type.Hide):
            self._watch(None)
            if self._dragged_from is None:
                self._hold_space(False)
        return handled

    def key_event(self, event: QKeyEvent) -> bool:
        """The same for the view's ``keyPressEvent`` and ``keyReleaseEvent``."""
        if event.key() != Qt.Key.Key_Space or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        if event.type() == QEvent.Type.KeyPress:
            self._hold_space(True)
        elif not event.isAutoRepeat():
            self._hold_space(False)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sees the keys of the window, while the pointer is over the canvas."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._space_is_free() and self.key_event(event)
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            return self._space_held and self.key_event(event)
        return False

    def _watch(self, window: QWindow | None) -> None:
        """See the keys of ``window`` before the widget that has the focus does."""
        if self._window is window:
            return
        if self._window is not None:
            self._window.removeEventFilter(self)
        self._window = window
        if window is not None:
            window.installEventFilter(self)

    def _space_is_free(self) -> bool:
        """Only the canvas, a list and bare panes leave the space bar to panning."""
        focus = QApplication.focusWidget()
        return (
            focus is None
            or focus.focusPolicy() == Qt.FocusPolicy.NoFocus
            or isinstance(focus, QAbstractItemView)
            or focus is self._view
        )

    def _hold_space(self, held: bool) -> None:
        self._space_held = held
        self._show_cursor()

    def _show_cursor(self) -> None:
        viewport = self._view.viewport()
        if self._dragged_from is not None:
            viewport.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space_held:
            viewport.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            viewport.unsetCursor()

    def _press(self, event: QMouseEvent) -> bool:
        middle = event.button() == Qt.MouseButton.MiddleButton
        left_with_space = self._space_held and event.button() == Qt.MouseButton.LeftButton
        if not (middle or left_with_space):
            return False
        self._dragged_from = event.position()
        self._show_cursor()
        return True

    def _drag(self, event: QMouseEvent) -> bool:
        if self._dragged_from is None:
            return False
        # Whole pixels only, and the rest is kept for the next event: the image stays under the
        # hand however finely a tablet reports.
        moved = (event.position() - self._dragged_from).toPoint()
        self._dragged_from += QPointF(moved)
        self._target.pan_by(moved.x(), moved.y())
        return True

    def _release(self, event: QMouseEvent) -> bool:
        if self._dragged_from is None or event.button() not in (
            Qt.MouseButton.MiddleButton,
            Qt.MouseButton.LeftButton,
        ):
            return False
        self._dragged_from = None
        self._show_cursor()
        return True

    def _wheel(self, event: QWheelEvent) -> bool:
        on_touchpad = event.device() is not None and (
            event.device().type() == QInputDevice.DeviceType.TouchPad
        )
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if on_touchpad and not control and not event.pixelDelta().isNull():
            delta = event.pixelDelta()
            self._target.pan_by(delta.x(), delta.y())
        elif event.angleDelta().y():
            notches = event.angleDelta().y() / 120
            self._target.zoom_by(WHEEL_STEP**notches, event.position())
        event.accept()
        return True

    def _native_gesture(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._target.zoom_by(max(0.1, 1 + event.value()), event.position())
        return True

    def _gesture(self, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        if pinch.changeFlags() & QPinchGesture.ChangeFlag.ScaleFactorChanged:
            at = QPointF(self._view.viewport().mapFromGlobal(pinch.centerPoint().toPoint()))
            self._target.zoom_by(pinch.scaleFactor(), at)
        event.accept(Qt.GestureType.PinchGesture)
        return True
