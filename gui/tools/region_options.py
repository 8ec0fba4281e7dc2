"""The settings of the region tools in the side panel: rows for switches, numbers and choices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.tools.region_tool import RegionTool
from gui.tools.tool_settings import ChoiceSetting, NumberSetting, SwitchSetting
from gui.widgets.arrow_slider import ArrowSlider
from gui.widgets.number_field import NumberField

# What is clicked leaves the keyboard with the canvas, where Enter, Backspace and Escape belong
# to the tool.
_BY_TAB = Qt.FocusPolicy.TabFocus


class Option(NamedTuple):
    """One of a few."""

    value: str
    words: str
    tip: str


class RegionOptions(QWidget):
    """Rows from top to bottom; each follows its setting, whoever changes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._column.addLayout(self._grid)

    def add_switch(self, setting: SwitchSetting, words: str, tip: str) -> None:
        box = _Switch(setting)
        box.setText(words)
        box.setToolTip(tip)
        self._column.addWidget(box)

    def add_number(self, setting: NumberSetting, words: str, tip: str, suffix: str = "") -> None:
        """A slider and a field: what is rough is dragged, what is exact typed."""
        number = _Number(setting, suffix)
        number.describe(words, tip)
        self._add_row(words, number)

    def add_choice(self, setting: ChoiceSetting, words: str, options: Sequence[Option]) -> None:
        self._add_row(words, _Choice(setting, options))

    def add_confirm(self, tool: RegionTool) -> None:
        """What Enter and Escape do, for those who look for a button."""
        self._column.addWidget(_Confirm(tool))

    def _add_row(self, words: str, widget: QWidget) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(QLabel(words), row, 0)
        self._grid.addWidget(widget, row, 1)


class _Switch(QCheckBox):
    def __init__(self, setting: SwitchSetting) -> None:
        super().__init__()
        self._setting = setting
        self.setObjectName(setting.name)
        self.setFocusPolicy(_BY_TAB)
        self._follow()
        self.toggled.connect(setting.set)
        setting.changed.connect(self._follow)

    def _follow(self) -> None:
        self.setChecked(self._setting.is_on)


class _Number(QWidget):
    def __init__(self, setting: NumberSetting, suffix: str) -> None:
        super().__init__()
        self._setting = setting
        self._slider = ArrowSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName(f"{setting.name}.slider")
        self._slider.setMinimumWidth(60)
        self._slider.setFocusPolicy(_BY_TAB)
        self._field = NumberField()
        self._field.setObjectName(setting.name)
        self._field.setSuffix(suffix)
        self._field.setKeyboardTracking(False)
        self._field.setAccelerated(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._slider, 1)
        row.addWidget(self._field)
        for each in (self._slider, self._field):
            each.setRange(setting.lowest, setting.highest)
        self._follow()
        self._slider.valueChanged.connect(setting.set)
        self._field.valueChanged.connect(setting.set)
        setting.changed.connect(self._follow)

    def describe(self, words: str, tip: str) -> None:
        for each in (self._slider, self._field):
            each.setAccessibleName(words)
            each.setToolTip(tip)

    def _follow(self) -> None:
        self._slider.setValue(self._setting.value)
        self._field.setValue(self._setting.value)


class _Choice(QWidget):
    def __init__(self, setting: ChoiceSetting, options: Sequence[Option]) -> None:
        super().__init__()
        self._setting = setting
        self._buttons: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for option in options:
            button = QToolButton()
            button.setObjectName(f"{setting.name}.{option.value}")
            button.setText(option.words)
            button.setToolTip(option.tip)
            button.setCheckable(True)
            button.setProperty("flat", True)
            button.setFocusPolicy(_BY_TAB)
            button.clicked.connect(partial(self._choose, option.value))
            group.addButton(button)
            row.addWidget(button)
            self._buttons[option.value] = button
        row.addStretch(1)
        self._follow()
        setting.changed.connect(self._follow)

    def _choose(self, value: str, _checked: bool = False) -> None:
        self._setting.set(value)

    def _follow(self) -> None:
        self._buttons[self._setting.value].setChecked(True)


class _Confirm(QWidget):
    def __init__(self, tool: RegionTool) -> None:
        super().__init__()
        self._tool = tool
        self._apply, self._drop = QPushButton(self.tr("Apply")), QPushButton(self.tr("Drop"))
        self._apply.setToolTip(self.tr("Make what is shown part of the mask (Enter)"))
        self._drop.setToolTip(self.tr("Drop what is shown (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button, name in ((self._apply, "apply"), (self._drop, "drop")):
            button.setObjectName(f"{tool.name}.{name}")
            button.setFocusPolicy(_BY_TAB)
            row.addWidget(button, 1)
        self._apply.clicked.connect(self._confirm)
        self._drop.clicked.connect(self._cancel)
        tool.unfinished_changed.connect(self._follow)
        self._follow()

    def _confirm(self) -> None:
        self._tool.confirm()

    def _cancel(self) -> None:
        self._tool.cancel()

    def _follow(self) -> None:
        self._apply.setEnabled(self._tool.is_unfinished)
        self._drop.setEnabled(self._tool.is_unfinished)
