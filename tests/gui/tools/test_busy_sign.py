"""A word while something takes longer than a blink."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.canvas.canvas import Canvas
from gui.tools.busy_sign import BusySign


def label_of(canvas: Canvas) -> QWidget:
    found = canvas.findChild(QWidget, "busy_sign")
    assert isinstance(found, QWidget)
    return found


def made(qtbot: QtBot) -> tuple[Canvas, BusySign]:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(500, 400)
    canvas.show()
    return canvas, BusySign(canvas, "Working …", canvas)


def test_it_appears_when_it_takes_long_and_goes_when_it_is_done(qtbot: QtBot) -> None:
    canvas, sign = made(qtbot)
    sign.set_busy(True)
    assert not label_of(canvas).isVisible()
    qtbot.waitUntil(label_of(canvas).isVisible)
    assert canvas.rect().contains(label_of(canvas).geometry())
    assert label_of(canvas).accessibleName() == "Working …"
    sign.set_busy(False)
    assert not label_of(canvas).isVisible()


def test_what_is_quick_shows_nothing(qtbot: QtBot) -> None:
    canvas, sign = made(qtbot)
    sign.set_busy(True)
    sign.set_busy(False)
    sign.set_busy(True)
    sign.set_busy(False)
    assert not sign._late.isActive()
    assert not label_of(canvas).isVisible()
