"""Opening, waiting, and a hand that moves the pointer over the image."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gui.main_window import MainWindow

WAIT_MS = 120_000
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_BUTTON, NO_KEY = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier

Place = tuple[float, float]
"""In the image, from its corner: (0, 0) to (1, 1)."""


def settle(window: MainWindow, milliseconds: int = 900) -> None:
    """Until no job is left and the thumbnails are drawn."""
    deadline = QDeadlineTimer(WAIT_MS)
    loop = QEventLoop()
    while not window.jobs.is_idle and not deadline.hasExpired():
        QTimer.singleShot(20, loop.quit)
        loop.exec()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def opened(window: MainWindow, folder: Path, image: str = "") -> MainWindow:
    window.open_folder(folder)
    settle(window)
    if image:
        window.workspace.image_list.select(image)
        settle(window)
    return window


def act(window: MainWindow, name: str) -> None:
    """Trigger the action of this name."""
    action = window.actions_by_name[name]
    if not action.isEnabled():
        raise SystemExit(f"{name} can't be triggered in this scene")
    action.trigger()


def dialog_of(window: MainWindow, name: str) -> QDialog:
    """The one of this name that is open."""
    for each in window.findChildren(QDialog, name):
        if each.isVisible():
            return each
    raise SystemExit(f"{name} has not opened")


def over(window: MainWindow, dialog: QWidget) -> QPixmap:
    """The dialog in the middle of its window, as a person sees both."""
    picture, front = window.grab(), dialog.grab()
    ratio = picture.devicePixelRatio()
    left = (picture.width() - front.width()) / 2 / ratio
    top = (picture.height() - front.height()) / 2 / ratio
    painter = QPainter(picture)
    painter.setOpacity(0.25)
    painter.fillRect(window.rect(), Qt.GlobalColor.black)
    painter.setOpacity(1.0)
    painter.drawPixmap(QPointF(left, top), front)
    painter.end()
    return picture


class Hand:
    """Sends the events that a mouse sends."""

    def __init__(self, window: MainWindow) -> None:
        self._canvas = window.canvas
        content = window.canvas.content
        if content is None:
            raise SystemExit("no image is shown")
        self._size = content.width, content.height

    def move(self, place: Place, held: Qt.MouseButton = NO_BUTTON) -> None:
        viewport, point = self._canvas.viewport(), QPointF(self._point(place))
        moved = QMouseEvent(
            QEvent.Type.MouseMove, point, viewport.mapToGlobal(point), NO_BUTTON, held, NO_KEY
        )
        QApplication.sendEvent(viewport, moved)

    def drag(
        self, way: Iterable[Place], button: Qt.MouseButton = LEFT, *, let_go: bool = True
    ) -> None:
        places = list(way)
        viewport = self._canvas.viewport()
        self.move(places[0])
        QTest.mousePress(viewport, button, NO_KEY, self._point(places[0]))
        for (x, y), (to_x, to_y) in pairwise(places):
            steps = max(2, math.ceil(40 * math.hypot(to_x - x, to_y - y)))
            for step in range(1, steps + 1):
                part = step / steps
                self.move((x + (to_x - x) * part, y + (to_y - y) * part), button)
        if let_go:
            QTest.mouseRelease(viewport, button, NO_KEY, self._point(places[-1]))

    def click(self, place: Place, button: Qt.MouseButton = LEFT) -> None:
        self.drag([place], button)

    def _point(self, place: Place) -> QPoint:
        width, height = self._size
        return self._canvas.image_to_view(int(place[0] * width), int(place[1] * height))
