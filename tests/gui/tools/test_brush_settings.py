"""Sizes, shapes, what is erased to: each tool's own, and remembered."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QSlider, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.canvas.canvas import Canvas
from gui.settings import Settings
from gui.tools.brush_options import BrushOptions
from gui.tools.brush_settings import LADDER, BrushSettings, stepped
from gui.tools.erase_options import EraseOptions
from gui.tools.erase_target import EraseTarget
from segmenter.editing.brush import BrushShape
from segmenter.project.classes import UNLABELLED, LabelClass

CLASSES = [
    LabelClass(0, "background", (0, 0, 0)),
    LabelClass(3, "cat", (230, 57, 70)),
    LabelClass(7, "dog", (42, 157, 244)),
]


Kind = TypeVar("Kind", bound=QWidget)


def child(widget: QWidget, kind: type[Kind], name: str = "") -> Kind:
    found = widget.findChild(kind, name) if name else widget.findChild(kind)
    assert found is not None
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


def test_steps_go_up_and_down_the_same_whole_sizes() -> None:
    assert LADDER[0] == 1
    assert LADDER[-1] == 1000
    up = [1]
    while up[-1] < 1000:
        up.append(stepped(up[-1], 1))
    down = [1000]
    while down[-1] > 1:
        down.append(stepped(down[-1], -1))
    assert up == down[::-1] == list(LADDER)
    assert len(up) < 50
    assert stepped(1, -1) == 1
    assert stepped(1000, 3) == 1000
    assert all(high <= max(low + 1, low * 1.25) for low, high in pairwise(up))


def test_each_tool_remembers_its_own(settings: Settings) -> None:
    brush, eraser = BrushSettings(settings, "brush", 30), BrushSettings(settings, "eraser", 50)
    brush.set_size(12.4)
    brush.set_shape(BrushShape.SQUARE)
    eraser.set_size(5000)
    eraser.set_feels_pressure(True)
    brush, eraser = BrushSettings(settings, "brush", 30), BrushSettings(settings, "eraser", 50)
    assert (brush.size, brush.shape, brush.feels_pressure) == (12, BrushShape.SQUARE, False)
    assert (eraser.size, eraser.shape, eraser.feels_pressure) == (1000, BrushShape.ROUND, True)


def test_a_settings_file_with_nonsense_in_it_counts_for_nothing(settings: Settings) -> None:
    settings.set_choice("brush.shape", "triangle")
    settings.set_number("brush.size", 123456)
    brush = BrushSettings(settings, "brush", 30)
    assert (brush.size, brush.shape) == (30, BrushShape.ROUND)


def test_pressure_reaches_from_one_pixel_to_the_whole_size(settings: Settings) -> None:
    brush = BrushSettings(settings, "brush", 80)
    assert brush.size_at(0.1) == 80
    brush.set_feels_pressure(True)
    assert [brush.size_at(pressure) for pressure in (0.0, 0.001, 0.5, 1.0)] == [1, 1, 40, 80]


def test_slider_number_and_keys_agree(settings: Settings, qtbot: QtBot) -> None:
    brush = BrushSettings(settings, "brush", 30)
    options = BrushOptions(brush)
    qtbot.addWidget(options)
    slider, number = child(options, QSlider), child(options, QSpinBox)
    assert number.value() == 30
    for size in (1, 2, 3, 7, 30, 31, 500, 999, 1000):
        number.setValue(size)
        assert brush.size == size
        assert number.value() == size
    slider.setValue(slider.minimum())
    assert (brush.size, number.value()) == (1, 1)
    slider.setValue((slider.minimum() + slider.maximum()) // 2)
    assert 30 <= brush.size <= 33  # the geometric middle
    brush.set_size(1000)
    assert slider.value() == slider.maximum()


def test_shape_and_pressure_are_switched_where_they_stand(settings: Settings, qtbot: QtBot) -> None:
    brush = BrushSettings(settings, "brush", 30)
    options = BrushOptions(brush)
    qtbot.addWidget(options)
    options.show()
    qtbot.mouseClick(child(options, QToolButton, "brush_square"), Qt.MouseButton.LeftButton)
    assert brush.shape is BrushShape.SQUARE
    assert not child(options, QToolButton, "brush_round").isChecked()
    child(options, QCheckBox).click()
    assert brush.feels_pressure
    brush.set_shape(BrushShape.ROUND)
    assert child(options, QToolButton, "brush_round").isChecked()


class TestWhatErasedPixelsBecome:
    @pytest.fixture
    def canvas(self, qtbot: QtBot) -> Canvas:
        canvas = Canvas()
        qtbot.addWidget(canvas)
        canvas.set_classes(CLASSES)
        return canvas

    def test_is_remembered_for_each_folder(
        self, settings: Settings, canvas: Canvas, tmp_path: Path
    ) -> None:
        target = EraseTarget(settings, canvas)
        target.set_folder(tmp_path / "one")
        assert target.class_id == UNLABELLED
        target.set_class(3)
        target.set_folder(tmp_path / "two")
        assert target.class_id == UNLABELLED
        again = EraseTarget(settings, canvas)
        again.set_folder(tmp_path / "one")
        assert again.class_id == 3

    def test_is_chosen_from_the_classes(
        self, settings: Settings, canvas: Canvas, tmp_path: Path, qtbot: QtBot
    ) -> None:
        target = EraseTarget(settings, canvas)
        target.set_folder(tmp_path)
        options = EraseOptions(target, canvas)
        qtbot.addWidget(options)
        box = child(options, QComboBox)
        names = [box.itemText(row) for row in range(box.count())]
        assert names == ["unlabelled", "background", "cat", "dog"]
        options.show()
        qtbot.keyClick(box, Qt.Key.Key_C)
        assert box.currentText() == "cat"
        assert target.class_id == 3
        canvas.set_classes(CLASSES[:1])
        assert target.class_id == UNLABELLED
        assert box.currentText() == "unlabelled"
