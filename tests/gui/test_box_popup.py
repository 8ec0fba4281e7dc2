"""What is chosen in the list of a box can be told from the rest."""

from __future__ import annotations

import numpy as np
import pytest
from pictures import rgb_of
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_chosen_entry_lies_on_the_accent(window: MainWindow, qtbot: QtBot, mode: str) -> None:
    """Its words are white there, and were white on white."""
    window.theme.set_mode(mode)
    box = next(each for each in window.findChildren(QComboBox) if each.isVisible())
    box.showPopup()
    ground = QColor(window.theme.colors.accent)
    accent = np.array([ground.red(), ground.green(), ground.blue()])

    def stands_out() -> bool:
        pixels = rgb_of(box.view().window().grab().toImage()).reshape(-1, 3).astype(int)
        share = (np.abs(pixels - accent) <= 3).all(axis=1).mean()
        return bool(0.5 / box.count() < share < 1.1 / box.count())

    try:
        qtbot.waitUntil(stands_out, timeout=5000)
    finally:
        box.hidePopup()
        window.theme.set_mode("system")
