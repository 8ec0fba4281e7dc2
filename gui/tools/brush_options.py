"""Size and shape of a brush, to be set with the mouse."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import wear_icon
from gui.tools.brush_settings import BrushSettings
from gui.widgets.arrow_slider import ArrowSlider
from gui.widgets.number_field import NumberField
from segmenter.editing.brush import LARGEST, SMALLEST, BrushShape

_TICKS = 300
"""Of the slider, which is logarithmic: as fine for a brush of 5 pixels as for one of 500."""


class BrushOptions(QWidget):
    """Follows the brush's settings, whoever changes them."""

    def __init__(self, brush: BrushSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._brush = brush
        self._slider = ArrowSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("brush_size_slider")
        self._slider.setRange(0, _TICKS)
        self._slider.setPageStep(_TICKS // 20)
        self._slider.setAccessibleName(self.tr("Size of the brush"))
        self._slider.setToolTip(self.tr("Size: [ and ], Shift+wheel, or Ctrl+drag on the image"))
        self._slider.setMinimumWidth(60)
        self._number = NumberField()
        self._number.setObjectName("brush_size")
        self._number.setRange(SMALLEST, LARGEST)
        self._number.setSuffix(self.tr(" px"))
        self._number.setAccelerated(True)
        self._number.setKeyboardTracking(False)
        self._number.setAccessibleName(self.tr("Size of the brush in image pixels"))
        self._number.setToolTip(self.tr("In pixels of the image"))
        self._round = _shape_button(BrushShape.ROUND, self.tr("Round"))
        self._square = _shape_button(BrushShape.SQUARE, self.tr("Square"))
        shapes = QButtonGroup(self)
        shapes.addButton(self._round)
        shapes.addButton(self._square)
        self._pressure = QCheckBox(self.tr("Pen pressure sets the size"))
        self._pressure.setObjectName("brush_pressure")
        self._pressure.setToolTip(self.tr("With a pen: the harder it is pressed, the larger"))
        self._lay_out()
        self._follow()
        self._slider.valueChanged.connect(lambda tick: brush.set_size(_size_of(tick)))
        self._number.valueChanged.connect(brush.set_size)
        self._round.clicked.connect(lambda: brush.set_shape(BrushShape.ROUND))
        self._square.clicked.connect(lambda: brush.set_shape(BrushShape.SQUARE))
        self._pressure.toggled.connect(brush.set_feels_pressure)
        brush.changed.connect(self._follow)

    def add(self, more: QWidget) -> None:
        """What only this tool has."""
        self._column.addWidget(more)

    def _lay_out(self) -> None:
        size = QHBoxLayout()
        size.setSpacing(8)
        size.addWidget(self._slider, 1)
        size.addWidget(self._number)
        shape = QHBoxLayout()
        shape.setSpacing(2)
        shape.addWidget(self._round)
        shape.addWidget(self._square)
        shape.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (words, part) in enumerate(((self.tr("Size"), size), (self.tr("Shape"), shape))):
            grid.addWidget(QLabel(words), row, 0)
            grid.addLayout(part, row, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(grid)
        self._column.addWidget(self._pressure)

    def _follow(self) -> None:
        brush = self._brush
        for widget in (self._slider, self._number, self._pressure):
            widget.blockSignals(True)
        # A tick stands for several sizes: one that already stands for this one stays.
        if _size_of(self._slider.value()) != brush.size:
            self._slider.setValue(_tick_of(brush.size))
        self._number.setValue(brush.size)
        self._pressure.setChecked(brush.feels_pressure)
        for widget in (self._slider, self._number, self._pressure):
            widget.blockSignals(False)
        self._round.setChecked(brush.shape is BrushShape.ROUND)
        self._square.setChecked(brush.shape is BrushShape.SQUARE)


def _size_of(tick: int) -> int:
    return round(SMALLEST * math.pow(LARGEST / SMALLEST, tick / _TICKS))


def _tick_of(size: int) -> int:
    return round(_TICKS * math.log(size / SMALLEST) / math.log(LARGEST / SMALLEST))


def _shape_button(shape: BrushShape, words: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(f"brush_{shape}")
    button.setText(words)
    button.setCheckable(True)
    button.setProperty("flat", True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    wear_icon(button, f"shape-{shape}")
    return button
