"""Moving the canvas by hand, through real events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from gui.canvas.canvas import Canvas
from gui.canvas.content import prepare


@pytest.fixture
def shown(canvas: Canvas, qtbot: QtBot) -> Canvas:
    with qtbot.waitExposed(canvas):
        canvas.set_image(np.zeros((600, 1000, 3), np.uint8))
    return canvas


def turn_wheel(canvas: Canvas, at: QPoint, notches: float) -> None:
    viewport = canvas.viewport()
    event = QWheelEvent(
        QPointF(at), QPointF(viewport.mapToGlobal(at)), QPoint(), QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def under(canvas: Canvas, at: QPoint) -> tuple[float, float]:
    return canvas._place.to_image(at.x(), at.y())


@pytest.mark.parametrize("at", [QPoint(120, 90), QPoint(300, 200), QPoint(60, 60)])
def test_the_wheel_zooms_at_the_pointer(shown: Canvas, at: QPoint) -> None:
    before = under(shown, at)
    zoom = shown.zoom
    turn_wheel(shown, at, 1)
    assert shown.zoom == pytest.approx(zoom * 1.25)
    pixel = 1 / shown.zoom
    assert np.abs(np.subtract(under(shown, at), before)).max() <= 0.51 * pixel


def test_many_notches_at_one_spot_do_not_drift(shown: Canvas) -> None:
    at = QPoint(131, 97)
    before = under(shown, at)
    for _ in range(15):
        turn_wheel(shown, at, 1)
    for _ in range(12):
        turn_wheel(shown, at, -1)
    assert np.abs(np.subtract(under(shown, at), before)).max() <= 0.51 / shown.zoom


def test_zooming_out_ends_with_the_image_whole_and_centred(shown: Canvas) -> None:
    for _ in range(40):
        turn_wheel(shown, QPoint(30, 40), -1)
    assert shown.zoom == pytest.approx(384 / 1000 / 2)
    first, last = shown.image_to_view(0, 0), shown.image_to_view(999, 599)
    assert abs(first.x() + last.x() - 400) <= 2
    assert abs(first.y() + last.y() - 300) <= 2


def test_zooming_in_ends_at_64_screen_pixels_per_pixel(shown: Canvas) -> None:
    for _ in range(60):
        shown.zoom_in()
    assert shown.zoom == pytest.approx(64)


def test_zoom_changed_tells_the_zoom(shown: Canvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(shown.zoom_changed) as told:
        shown.actual_size()
    assert told.args == [1.0]


def test_a_pinch_zooms_at_the_fingers(shown: Canvas) -> None:
    at = QPoint(200, 140)
    before, zoom = under(shown, at), shown.zoom
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
        QPointF(at), QPointF(at), QPointF(shown.viewport().mapToGlobal(at)), 0.5, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(shown.viewport(), event)
    assert shown.zoom == pytest.approx(1.5 * zoom)
    assert np.abs(np.subtract(under(shown, at), before)).max() <= 0.51 / shown.zoom


def drag(canvas: Canvas, button: Qt.MouseButton, start: QPoint, end: QPoint) -> None:
    viewport = canvas.viewport()
    QTest.mousePress(viewport, button, pos=start)
    for part in (0.3, 0.7, 1.0):
        step = start + QPoint(round((end - start).x() * part), round((end - start).y() * part))
        move(canvas, step, button)
    QTest.mouseRelease(viewport, button, pos=end)


def move(canvas: Canvas, to: QPoint, button: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    viewport = canvas.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(to), QPointF(viewport.mapToGlobal(to)), button, button,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def test_the_middle_button_drags_the_image_along(shown: Canvas) -> None:
    shown.actual_size()
    grabbed = shown.view_to_image(QPoint(200, 100))
    drag(shown, Qt.MouseButton.MiddleButton, QPoint(200, 100), QPoint(150, 163))
    assert shown.view_to_image(QPoint(150, 163)) == grabbed


def test_space_and_the_left_button_do_too(shown: Canvas) -> None:
    shown.actual_size()
    grabbed = shown.view_to_image(QPoint(200, 100))
    QTest.keyPress(shown, Qt.Key.Key_Space)
    assert shown.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor
    drag(shown, Qt.MouseButton.LeftButton, QPoint(200, 100), QPoint(270, 50))
    QTest.keyRelease(shown, Qt.Key.Key_Space)
    assert shown.view_to_image(QPoint(270, 50)) == grabbed
    assert shown.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_without_space_the_left_button_is_left_to_tools(shown: Canvas) -> None:
    shown.actual_size()
    before = shown.view_to_image(QPoint(200, 100))
    drag(shown, Qt.MouseButton.LeftButton, QPoint(200, 100), QPoint(270, 50))
    assert shown.view_to_image(QPoint(200, 100)) == before


def test_the_image_can_not_be_lost(shown: Canvas) -> None:
    shown.actual_size()
    for _ in range(20):
        shown.pan_by(-500, -500)
    x, y = shown.view_to_image(QPoint(199, 149))
    assert 0 <= x < 1000
    assert 0 <= y < 600


def test_a_fitted_image_stays_fitted_while_the_window_changes(shown: Canvas) -> None:
    shown.resize(700, 500)
    assert shown.is_fitted
    assert shown.zoom == pytest.approx((700 - 16) / 1000)
    shown.resize(300, 400)
    assert shown.zoom == pytest.approx((300 - 16) / 1000)


def test_a_zoomed_image_keeps_its_middle_while_the_window_changes(shown: Canvas) -> None:
    shown.actual_size()
    middle = shown.view_to_image(QPoint(200, 150))
    shown.resize(640, 480)
    assert shown.zoom == 1.0
    assert np.abs(np.subtract(shown.view_to_image(QPoint(320, 240)), middle)).max() <= 1


def test_fit_comes_back_after_zooming(shown: Canvas) -> None:
    shown.zoom_in()
    assert not shown.is_fitted
    shown.fit()
    assert shown.is_fitted
    assert shown.zoom == pytest.approx(384 / 1000)


def test_the_next_image_is_fitted_unless_the_view_is_to_be_kept(shown: Canvas) -> None:
    shown.actual_size()
    same_size = prepare(np.zeros((600, 1000, 3), np.uint8))
    shown.show_content(same_size, keep_view=True)
    assert shown.zoom == 1.0
    shown.show_content(prepare(np.zeros((500, 1000, 3), np.uint8)), keep_view=True)
    assert shown.is_fitted
    shown.actual_size()
    shown.show_content(same_size)
    assert shown.is_fitted


def test_the_pixel_under_the_pointer_is_told_until_it_leaves_the_image(
    shown: Canvas, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(shown.hovered) as told:
        move(shown, shown.image_to_view(321, 123))
    assert np.abs(np.subtract(told.args, (321, 123))).max() <= 1 / shown.zoom
    with qtbot.waitSignal(shown.hovered) as told:
        move(shown, QPoint(200, 2))
    assert told.args == [-1, -1]


class TestSpaceWhileAnotherWidgetHasTheFocus:
    @pytest.fixture
    def window(self, shown: Canvas, qtbot: QtBot) -> QWidget:
        window = QWidget()
        self.field, self.list = QLineEdit(), QListWidget()
        row = QHBoxLayout(window)
        for each in (self.field, self.list, shown):
            row.addWidget(each)
        qtbot.addWidget(window)
        window.resize(900, 400)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    def press_space(self, window: QWidget, shown: Canvas) -> None:
        """As a keyboard does: to the window, which passes it to the widget with the focus."""
        QApplication.sendEvent(shown.viewport(), QEvent(QEvent.Type.Enter))
        QTest.keyPress(window.windowHandle(), Qt.Key.Key_Space)

    def test_a_list_leaves_it_to_the_canvas(self, window: QWidget, shown: Canvas) -> None:
        self.list.setFocus()
        self.press_space(window, shown)
        assert shown.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor
        QTest.keyRelease(window.windowHandle(), Qt.Key.Key_Space)
        assert shown.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor

    def test_a_field_keeps_it(self, window: QWidget, shown: Canvas) -> None:
        self.field.setFocus()
        self.press_space(window, shown)
        assert self.field.text() == " "
        assert shown.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor

    def test_once_the_pointer_has_left_nothing_is_taken(
        self, window: QWidget, shown: Canvas
    ) -> None:
        self.list.setFocus()
        QApplication.sendEvent(shown.viewport(), QEvent(QEvent.Type.Enter))
        QApplication.sendEvent(shown.viewport(), QEvent(QEvent.Type.Leave))
        QTest.keyPress(window.windowHandle(), Qt.Key.Key_Space)
        assert shown.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor
