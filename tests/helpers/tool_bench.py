"""One tool over one image, driven by a hand's events, without the rest of the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.canvas.canvas import Canvas
from gui.canvas.content import LabelKind, prepare
from gui.canvas.view_transform import ViewTransform
from gui.editing.editor import Editor
from gui.jobs import Background, Jobs
from gui.settings import Settings
from gui.tools.pick_tool import PickTool
from gui.tools.tool import Tool, ToolContext
from gui.tools.tool_pointer import ToolPointer
from segmenter.editing.history import HistoryBudget
from segmenter.project.classes import LabelClass
from segmenter.project.project import Project

CLASSES = [
    LabelClass(0, "background", (0, 0, 0)),
    LabelClass(1, "cat", (230, 57, 70)),
    LabelClass(2, "dog", (42, 157, 244)),
]
IMAGES = ("one.png", "two.png")
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Bench:
    """800 × 600 logical pixels of canvas, class 1 chosen."""

    _held = Qt.MouseButton.NoButton
    _modifiers = NONE

    def __init__(
        self,
        qtbot: QtBot,
        kind: type[Tool],
        photo: NDArray[np.uint8],
        labels: NDArray[np.uint8] | None = None,
        *,
        folder: Path,
        read_only: bool = False,
    ) -> None:
        """``folder``: an empty one of its own, for the project."""
        for name in IMAGES:
            Image.fromarray(photo).save(folder / name)
        self.qtbot = qtbot
        self.canvas = Canvas()
        qtbot.addWidget(self.canvas, before_close_func=lambda _: self._close())
        self.canvas.resize(800, 600)
        self.canvas.set_classes(CLASSES)
        self.jobs = Jobs(self.canvas)
        self.background = Background(self.jobs, self.canvas)
        self.editor = Editor(self.background, HistoryBudget(), self.canvas)
        self.editor.parts_changed.connect(self.canvas.refresh_parts)
        self.project = Project.open(folder, read_only=read_only)
        self.project.scan()
        self.editor.set_project(self.project)
        self.settings = Settings()
        context = ToolContext(self.canvas, self.editor, self.settings, self.background)
        self.tool = kind(context, self.canvas)
        self._pointer = ToolPointer(self.canvas, PickTool(context, self.canvas), lambda: False)
        self._pointer.set_tool(self.tool)
        self.canvas.set_pointer_target(self._pointer)
        self.show(photo, labels)
        self.canvas.show()
        qtbot.waitExposed(self.canvas)
        self.canvas.setFocus()
        self.editor.set_class(1)
        self.tool.activate()

    def show(
        self,
        photo: NDArray[np.uint8],
        labels: NDArray[np.uint8] | None = None,
        name: str = IMAGES[0],
    ) -> None:
        """Another image, as the window shows it."""
        self._pointer.end()
        given = None if labels is None else labels.copy()
        content = prepare(photo, given, kind=LabelKind.MASK)
        self.editor.show(name, content)
        self.canvas.show_content(content)

    def place(self, scale: float, dx: int = 0, dy: int = 0) -> None:
        """Logical pixels per image pixel, and where the image's corner is in the view."""
        self.canvas._move_to(ViewTransform(scale, dx, dy))

    def _close(self) -> None:
        self.tool.deactivate()
        self.editor.show_nothing()
        self.background.close()
        self.project.close()

    @property
    def mask(self) -> NDArray[np.uint8]:
        return self.canvas.mask

    def image_point(self, x: int, y: int) -> tuple[float, float]:
        """What a point of the view is in the image."""
        return self.canvas.exact_image_point(QPointF(x, y))

    def pixel(self, x: int, y: int) -> tuple[int, int]:
        """The image pixel that a point of the view is in."""
        left, top = self.image_point(x, y)
        return int(left // 1), int(top // 1)

    def view_point(self, x: float, y: float) -> tuple[int, int]:
        return self.canvas.image_to_view(int(x), int(y)).toTuple()

    # -- the hand; all places are points of the view ----------------------------------------

    def press(
        self,
        at: tuple[int, int],
        button: Qt.MouseButton = LEFT,
        modifiers: Qt.KeyboardModifier = NONE,
    ) -> None:
        self._held, self._modifiers = button, modifiers
        QTest.mousePress(self.canvas.viewport(), button, modifiers, QPoint(*at))

    def release(
        self,
        at: tuple[int, int],
        button: Qt.MouseButton = LEFT,
        modifiers: Qt.KeyboardModifier = NONE,
    ) -> None:
        self._held, self._modifiers = Qt.MouseButton.NoButton, NONE
        QTest.mouseRelease(self.canvas.viewport(), button, modifiers, QPoint(*at))

    def move(self, at: tuple[int, int]) -> None:
        # QTest would move the screen's own pointer too, which enters and leaves windows.
        viewport = self.canvas.viewport()
        place = QPointF(*at)
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            place,
            viewport.mapToGlobal(place),
            Qt.MouseButton.NoButton,
            self._held,
            self._modifiers,
        )
        QApplication.sendEvent(viewport, event)

    def click(
        self,
        at: tuple[int, int],
        button: Qt.MouseButton = LEFT,
        modifiers: Qt.KeyboardModifier = NONE,
    ) -> None:
        # A pause between clicks, told by time stamps: two in one spot are no double click.
        QTest.mouseClick(self.canvas.viewport(), button, modifiers, QPoint(*at), 1)

    def drag(
        self,
        way: Sequence[tuple[int, int]],
        button: Qt.MouseButton = LEFT,
        modifiers: Qt.KeyboardModifier = NONE,
    ) -> None:
        self.press(way[0], button, modifiers)
        for at in way[1:]:
            self.move(at)
        self.release(way[-1], button, modifiers)

    def double_click(self, at: tuple[int, int]) -> None:
        """Both clicks."""
        self.click(at)
        QTest.mouseDClick(self.canvas.viewport(), LEFT, NONE, QPoint(*at))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.canvas, key, modifiers)

    def turn_wheel(
        self, at: tuple[int, int], notches: float, modifiers: Qt.KeyboardModifier = NONE
    ) -> None:
        viewport, place = self.canvas.viewport(), QPoint(*at)
        event = QWheelEvent(
            QPointF(place), QPointF(viewport.mapToGlobal(place)), QPoint(),
            QPoint(0, round(120 * notches)), Qt.MouseButton.NoButton, modifiers,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(viewport, event)

    def interrupt(self) -> None:
        """Another window takes the pointer: no release will come."""
        QApplication.sendEvent(self.canvas.viewport(), QEvent(QEvent.Type.UngrabMouse))
        self._held = Qt.MouseButton.NoButton

    def quiet(self) -> None:
        """Until nothing is computed any more."""
        self.qtbot.waitUntil(lambda: self.jobs.is_idle, timeout=30_000)
