"""Strokes are seen while they are painted; a stroke that changes nothing says why."""

from __future__ import annotations

import numpy as np
import pytest
from painting import Painter
from PySide6.QtWidgets import QApplication
from windows import picture, trigger

from gui.main_window import MainWindow

PLACE, END = (200, 120), (240, 130)


@pytest.mark.parametrize("hidden_by", ["view.overlay", "view.compare"])
def test_masks_come_back_with_the_first_stroke(
    window: MainWindow, painter: Painter, hidden_by: str
) -> None:
    before = picture(window)
    trigger(window, hidden_by)
    painter.stroke(PLACE, END)
    assert window.actions_by_name["view.overlay"].isChecked()
    assert not window.actions_by_name["view.compare"].isChecked()
    QApplication.processEvents()
    assert not np.array_equal(picture(window), before)


def test_a_hidden_class_is_shown_when_it_is_painted(window: MainWindow, painter: Painter) -> None:
    panel = window.workspace.class_panel
    panel.set_class_visible(1, False)
    assert panel.current_class is not None
    assert not panel.current_class.visible
    painter.stroke(PLACE, END)
    assert panel.current_class.visible


def test_looking_without_painting_changes_no_view(window: MainWindow, painter: Painter) -> None:
    trigger(window, "view.overlay")
    painter.move(PLACE)
    painter.move(END)
    assert not window.actions_by_name["view.overlay"].isChecked()


def test_a_stroke_that_protection_holds_back_says_so(window: MainWindow, painter: Painter) -> None:
    painter.stroke(PLACE, END)
    trigger(window, "protect.class")
    painter.choose_brush(2)
    painted = painter.mask.copy()
    painter.stroke(PLACE)
    assert np.array_equal(painter.mask, painted)
    assert "cat is protected" in window.messages.text
    window.messages.clear()
    trigger(window, "protect.only_unlabelled")
    painter.stroke(PLACE)
    assert "only unlabelled" in window.messages.text


def test_a_stroke_that_protection_has_nothing_to_do_with_is_silent(
    window: MainWindow, painter: Painter
) -> None:
    painter.choose_brush(2)
    painter.stroke(PLACE, END)
    painter.choose_brush(1)
    trigger(window, "protect.class")
    painter.choose_brush(2)
    painter.stroke(PLACE, END)  # the same once more: nothing changes, and nothing was protected
    assert window.messages.text == ""
    painter.stroke((30, 30), (60, 40))
    assert window.messages.text == ""
