"""Fields for one value of a recipe: a number, a word or a switch, shown as a person thinks of it.

All of them have ``edited``, ``content`` and ``put``; only what is done by hand is ``edited``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QLocale, QSize, Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox

from gui.training.recipe_texts import SHARE, FieldText

_LARGEST = 2**31 - 1
"""That Qt's field for whole numbers holds; nobody types a larger seed by hand."""
_DIGITS = 10
_OF_A_NUMBER = frozenset("0123456789.,eE+-")


class WholeField(QSpinBox):
    """A whole number."""

    edited = Signal()

    def __init__(self, text: FieldText, limits: tuple[float, float]) -> None:
        super().__init__()
        self._text = text
        self.setRange(int(limits[0]), min(int(limits[1]), _LARGEST))
        self.setAccelerated(True)
        self.setLocale(QLocale.c())
        self.valueChanged.connect(lambda _: self._show_unit())
        self._show_unit()
        if text.zero:
            self.setSpecialValueText(text.zero)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(lambda _: self.edited.emit())

    @property
    def content(self) -> int:
        return self.value()

    def put(self, value: int) -> None:
        self.blockSignals(True)
        self.setValue(min(value, self.maximum()))
        self._show_unit()
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _only_with_focus(self, event, super().wheelEvent)

    def _show_unit(self) -> None:
        if self._text.unit:
            self.setSuffix(f" {self._text.unit_of(self.value())}")


class RealField(QDoubleSpinBox):
    """A number with as many digits as it needs; a share of 1 is shown in percent."""

    edited = Signal()

    def __init__(self, text: FieldText, limits: tuple[float, float], default: float) -> None:
        super().__init__()
        self._times = 100.0 if text.unit == SHARE else 1.0
        self._is_small = text.unit == "" and 0 < default < 0.1
        self.setLocale(QLocale.c())
        self.setDecimals(_DIGITS)
        self.setRange(limits[0] * self._times, limits[1] * self._times)
        if text.unit:
            self.setSuffix(f" {text.unit}")
        if text.zero:
            self.setSpecialValueText(text.zero)
        self.setSingleStep(5.0 if self._times > 1 else 0.1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(lambda _: self.edited.emit())

    @property
    def content(self) -> float:
        return round(self.value() / self._times, _DIGITS)

    def put(self, value: float) -> None:
        self.blockSignals(True)
        self.setValue(value * self._times)
        self.blockSignals(False)

    def textFromValue(self, value: float) -> str:
        return f"{value:.8g}"

    def valueFromText(self, text: str) -> float:
        try:
            return float(self._bare(text))
        except ValueError:
            return self.value()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Also such as 1e-5."""
        bare = self._bare(text)
        if self.specialValueText() and text == self.specialValueText():
            return QValidator.State.Acceptable, text, position
        try:
            value = float(bare)
        except ValueError:
            is_begun = set(bare) <= _OF_A_NUMBER
            state = QValidator.State.Intermediate if is_begun else QValidator.State.Invalid
            return state, text, position
        fits = self.minimum() <= value <= self.maximum()
        state = QValidator.State.Acceptable if fits else QValidator.State.Intermediate
        return state, text, position

    def stepBy(self, steps: int) -> None:
        """1, 2, 5, 10, …, where a number is so small that all that counts is its size."""
        if not self._is_small:
            super().stepBy(steps)
            return
        value = self.value()
        for _ in range(abs(steps)):
            value = _next_round(value, up=steps > 0)
        self.setValue(value)

    def sizeHint(self) -> QSize:
        """Ten decimals would ask for too much room."""
        return QSize(100, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        _only_with_focus(self, event, super().wheelEvent)

    def _bare(self, text: str) -> str:
        return text.removesuffix(self.suffix()).strip().replace(",", ".")


class WordField(QComboBox):
    """One of some words or numbers."""

    edited = Signal()

    def __init__(self, choices: Sequence[tuple[str, Any]]) -> None:
        """``choices``: what is shown, and the value."""
        super().__init__()
        for words, value in choices:
            self.addItem(words, value)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.currentIndexChanged.connect(lambda _: self.edited.emit())

    @property
    def content(self) -> Any:
        return self.currentData()

    def put(self, value: Any) -> None:
        self.blockSignals(True)
        self.setCurrentIndex(max(0, self.findData(value)))
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _only_with_focus(self, event, super().wheelEvent)


class SwitchField(QCheckBox):
    """On or off."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.toggled.connect(self._name)
        self.toggled.connect(lambda _: self.edited.emit())
        self._name(False)

    @property
    def content(self) -> bool:
        return self.isChecked()

    def put(self, value: bool) -> None:
        self.blockSignals(True)
        self.setChecked(value)
        self.blockSignals(False)
        self._name(value)

    def _name(self, on: bool) -> None:
        self.setText(self.tr("On") if on else self.tr("Off"))


ValueField = WholeField | RealField | WordField | SwitchField


def field_for(
    text: FieldText, default: object, limits: tuple[float, float] | None, words: Sequence[str]
) -> ValueField:
    """The field that such a value is edited with.

    Args:
        default: of the type that it edits.
        limits: of a number.
        words: to choose from, where it is one of some.
    """
    if words:
        return WordField([(word, word) for word in words])
    if text.values:
        return WordField([(str(each) if each else text.zero, each) for each in text.values])
    if isinstance(default, bool):
        return SwitchField()
    assert limits is not None, "a number has limits"
    if isinstance(default, int):
        return WholeField(text, limits)
    assert isinstance(default, float), "a value is a word, a switch or a number"
    return RealField(text, limits, default)


def _next_round(value: float, *, up: bool) -> float:
    """The next of …, 0.01, 0.02, 0.05, 0.1, …; from 0 the smallest that is shown."""
    if value <= 0:
        return 1e-6 if up else 0.0
    size = 10.0 ** math.floor(math.log10(value) + 1e-9)
    steps = [digit * size * factor for factor in (0.1, 1.0, 10.0) for digit in (1, 2, 5)]
    if up:
        return float(f"{min(step for step in steps if step > value * 1.000001):.6g}")
    return float(f"{max(step for step in steps if step < value * 0.999999):.6g}")


def _only_with_focus(
    field: QSpinBox | QDoubleSpinBox | QComboBox, event: QWheelEvent, turn: Any
) -> None:
    """Scrolling past a field changes nothing in it."""
    if field.hasFocus():
        turn(event)
    else:
        event.ignore()
