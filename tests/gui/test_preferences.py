"""Preferences apply at once, are remembered, and follow what is chosen elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QSlider, QSpinBox
from pytestqt.qtbot import QtBot
from windows import MakeWindow, trigger

from gui.main_window import MainWindow
from gui.preferences import Choices, PreferencesDialog
from gui.settings import Settings
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil


def opened(window: MainWindow) -> PreferencesDialog:
    trigger(window, "edit.preferences")
    dialog = window.findChild(PreferencesDialog)
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


@pytest.fixture
def dialog(window: MainWindow) -> PreferencesDialog:
    return opened(window)


def test_memory_for_undo_is_the_editors_at_once_and_remembered(
    window: MainWindow, dialog: PreferencesDialog
) -> None:
    spin = dialog.findChild(QSpinBox, "preferences_undo")
    assert spin is not None
    assert spin.value() == 256
    spin.setValue(64)
    assert window.desk is not None
    assert window.desk.correcting._budget.limit == 64 * 2**20
    assert Settings().undo_megabytes == 64


def test_pressure_is_switched_on_for_every_brush(
    window: MainWindow, dialog: PreferencesDialog, qtbot: QtBot
) -> None:
    box = dialog.findChild(QCheckBox, "preferences_pressure")
    assert box is not None
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center() / 8)
    assert box.isChecked()
    assert window.desk is not None
    assert len(window.desk.correcting.tools.brushes) == 3
    assert all(brush.feels_pressure for brush in window.desk.correcting.tools.brushes)
    window.desk.correcting.tools.brushes[0].set_feels_pressure(False)
    assert not box.isChecked()


def test_theme_and_opacity_agree_with_menu_and_side_panel(
    window: MainWindow, dialog: PreferencesDialog
) -> None:
    theme = dialog.findChild(QComboBox, "preferences_theme")
    opacity = dialog.findChild(QSlider, "preferences_opacity")
    beside = window.workspace.view_panel.findChild(QSlider, "opacity")
    assert theme is not None
    assert opacity is not None
    assert beside is not None
    theme.setCurrentIndex(theme.findData("dark"))
    assert window.theme.is_dark
    assert window.actions_by_name["view.theme_dark"].isChecked()
    trigger(window, "view.theme_light")
    assert theme.currentData() == "light"
    opacity.setValue(30)
    assert beside.value() == 30
    beside.setValue(70)
    assert opacity.value() == 70
    assert Settings().opacity == pytest.approx(0.7)
    trigger(window, "view.theme_system")


def test_defaults_are_restored_by_one_button(
    window: MainWindow, dialog: PreferencesDialog, qtbot: QtBot
) -> None:
    spin = dialog.findChild(QSpinBox, "preferences_undo")
    assert spin is not None
    spin.setValue(1024)
    button = dialog.findChild(QPushButton, "preferences_defaults")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert dialog.choices == Choices()
    assert window.settings.undo_megabytes == Choices().undo_megabytes


def test_a_second_time_the_same_dialog_comes_to_the_front(
    window: MainWindow, dialog: PreferencesDialog, qtbot: QtBot
) -> None:
    assert opened(window) is dialog
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()
    assert opened(window) is not dialog


def test_before_a_folder_is_open_choices_are_remembered(
    make_window: MakeWindow, photos: Path
) -> None:
    window = make_window()
    dialog = opened(window)
    spin = dialog.findChild(QSpinBox, "preferences_undo")
    box = dialog.findChild(QCheckBox, "preferences_pressure")
    assert spin is not None
    assert box is not None
    spin.setValue(512)
    box.click()
    assert window.desk is None
    assert Settings().undo_megabytes == 512
    window.close()
    later = make_window(photos)
    assert later.desk is not None
    assert later.desk.correcting._budget.limit == 512 * 2**20
    assert all(brush.feels_pressure for brush in later.desk.correcting.tools.brushes)


def test_the_memory_in_use_is_told_and_grows_with_a_step(
    window: MainWindow, dialog: PreferencesDialog, qtbot: QtBot
) -> None:
    used = dialog.findChild(QLabel, "preferences_undo_used")
    assert used is not None
    assert used.text() == "0.0 MB in use"
    assert window.desk is not None
    correcting = window.desk.correcting
    labels = np.random.default_rng(1).integers(0, 2, (1200, 1200), np.uint8)
    content = window.canvas.content
    assert content is not None
    labels = labels[: content.height, : content.width]
    assert correcting.editor.begin("noise")
    correcting.editor.paint(Stencil(Rect(0, 0, labels.shape[1], labels.shape[0]), labels), 1)
    correcting.editor.commit()
    assert correcting.undo_bytes > 0
    dialog.refresh()
    assert used.text() == f"{correcting.undo_bytes / 2**20:.1f} MB in use"
