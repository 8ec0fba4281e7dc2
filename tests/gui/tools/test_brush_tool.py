"""Painting with the brush, by the events a hand makes."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from windows import go_to, trigger

from gui.main_window import MainWindow


def test_a_drag_paints_the_chosen_class_and_undo_takes_it_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert window.project is not None
    window.project.add_class("background")
    paint_id = window.project.add_class("cat").id
    window.workspace.class_panel.set_classes(window.project.classes)
    window.workspace.class_panel.select(paint_id)
    go_to(qtbot, window, "cat.jpg")
    trigger(window, "tool.brush")
    canvas = window.canvas
    viewport = canvas.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=canvas.image_to_view(100, 100))
    qtbot.mouseMove(viewport, canvas.image_to_view(200, 100))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=canvas.image_to_view(200, 100))
    assert canvas.mask[100, 150] == paint_id
    assert canvas.mask[200, 150] == 255
    assert "brush stroke" in window.actions_by_name["edit.undo"].text()
    trigger(window, "edit.undo")
    assert np.all(canvas.mask == 255)
    trigger(window, "edit.redo")
    assert canvas.mask[100, 150] == paint_id
