"""A pen with pressure and an eraser at its other end."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication
from stroke_bench import HEIGHT, WIDTH, ZIGZAG, Point, in_image, stroked, tool
from tool_bench import LEFT, NONE, Bench

from segmenter.editing.brush import BrushShape, stroke
from segmenter.editing.rect import Rect

MIDDLE = Qt.MouseButton.MiddleButton


class Pen:
    """One end of a pen over a canvas."""

    def __init__(self, bench: Bench, kind: QPointingDevice.PointerType) -> None:
        self.bench = bench
        capability = QPointingDevice.Capability
        self.device = QPointingDevice(
            "a pen", 1, QPointingDevice.DeviceType.Stylus, kind,
            capability.Position | capability.Pressure, 1, 3,
        )  # fmt: skip

    def send(
        self, kind: QEvent.Type, at: Point, pressure: float, to: QObject | None = None
    ) -> bool:
        """Whether it was taken, so that no event of the mouse follows."""
        viewport = self.bench.canvas.viewport()
        moves = kind == QEvent.Type.TabletMove
        event = QTabletEvent(
            kind, self.device, QPointF(*at), QPointF(viewport.mapToGlobal(QPoint(*at))),
            pressure, 0, 0, 0, 0, 0, NONE,
            Qt.MouseButton.NoButton if moves else LEFT,
            LEFT if pressure else Qt.MouseButton.NoButton,
        )  # fmt: skip
        QApplication.sendEvent(to or viewport, event)
        return event.isAccepted()

    def stroke(self, way: list[Point], pressures: list[float]) -> None:
        assert self.send(QEvent.Type.TabletPress, way[0], pressures[0])
        for at, pressure in zip(way[1:], pressures[1:], strict=True):
            assert self.send(QEvent.Type.TabletMove, at, pressure)
        assert self.send(QEvent.Type.TabletRelease, way[-1], 0)


class TestAPen:
    @pytest.fixture
    def pen(self, bench: Bench) -> Pen:
        return Pen(bench, QPointingDevice.PointerType.Pen)

    def test_paints_as_a_mouse_does(self, bench: Bench, pen: Pen) -> None:
        before = bench.mask.copy()
        pen.stroke(ZIGZAG[:3], [0.2, 0.7, 0.4])
        expected = stroked(before, in_image(bench, ZIGZAG[:3]), 1)
        np.testing.assert_array_equal(bench.mask, expected)

    def test_sets_the_size_by_its_pressure_where_that_is_wanted(
        self, bench: Bench, pen: Pen
    ) -> None:
        tool(bench).brush.set_feels_pressure(True)
        before = bench.mask.copy()
        way, sizes = in_image(bench, ZIGZAG[:3]), [5, 20, 10]
        pen.stroke(ZIGZAG[:3], [0.25, 1.0, 0.5])
        expected = before.copy()
        bounds = Rect(0, 0, WIDTH, HEIGHT)
        for start, end in ((0, 0), (0, 1), (1, 2)):
            swept = stroke(
                way[start], way[end], sizes[start], BrushShape.ROUND,
                end_size=sizes[end], bounds=bounds,
            )  # fmt: skip
            expected[swept.rect.slices][swept.pixels.astype(bool)] = 1
        np.testing.assert_array_equal(bench.mask, expected)

    def test_erases_with_its_other_end(self, bench: Bench) -> None:
        before = bench.mask.copy()
        Pen(bench, QPointingDevice.PointerType.Eraser).stroke(ZIGZAG[:2], [0.5, 0.5])
        expected = stroked(before, in_image(bench, ZIGZAG[:2]), 255)
        np.testing.assert_array_equal(bench.mask, expected)

    def test_is_heard_through_the_window_as_the_system_sends_it(
        self, bench: Bench, pen: Pen
    ) -> None:
        before = bench.mask.copy()
        window = bench.canvas.windowHandle()
        pen.send(QEvent.Type.TabletPress, ZIGZAG[0], 0.5, window)
        pen.send(QEvent.Type.TabletMove, ZIGZAG[1], 0.5, window)
        pen.send(QEvent.Type.TabletRelease, ZIGZAG[1], 0, window)
        expected = stroked(before, in_image(bench, ZIGZAG[:2]), 1)
        np.testing.assert_array_equal(bench.mask, expected)
        assert bench.canvas.hasFocus()

    def test_hovering_is_left_to_the_mouse_that_follows(self, bench: Bench, pen: Pen) -> None:
        before = bench.mask.copy()
        assert not pen.send(QEvent.Type.TabletMove, (300, 200), 0)
        np.testing.assert_array_equal(bench.mask, before)

    def test_is_taken_back_by_escape(self, bench: Bench, pen: Pen) -> None:
        before = bench.mask.copy()
        pen.send(QEvent.Type.TabletPress, ZIGZAG[0], 0.5)
        pen.send(QEvent.Type.TabletMove, ZIGZAG[1], 0.5)
        bench.key(Qt.Key.Key_Escape)
        pen.send(QEvent.Type.TabletMove, ZIGZAG[2], 0.5)
        pen.send(QEvent.Type.TabletRelease, ZIGZAG[2], 0)
        np.testing.assert_array_equal(bench.mask, before)
