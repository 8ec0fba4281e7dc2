"""A tool's own settings: remembered, shown by its options, changed by them and by gestures."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.settings import Settings


class _Setting(QObject):
    changed = Signal()

    def __init__(self, settings: Settings, name: str, parent: QObject | None) -> None:
        """``name``: as it is remembered, such as ``"wand.tolerance"``."""
        super().__init__(parent)
        self._settings = settings
        self.name = name


class SwitchSetting(_Setting):
    """On or off."""

    def __init__(
        self, settings: Settings, name: str, parent: QObject | None = None, *, first: bool = False
    ) -> None:
        """``first``: what it is until somebody changes it."""
        super().__init__(settings, name, parent)
        self._is_on = settings.flag(name, first)

    @property
    def is_on(self) -> bool:
        return self._is_on

    def set(self, on: bool) -> None:
        if on != self._is_on:
            self._is_on = on
            self._settings.set_flag(self.name, on)
            self.changed.emit()


class NumberSetting(_Setting):
    """A whole number between two bounds."""

    def __init__(
        self,
        settings: Settings,
        name: str,
        parent: QObject | None = None,
        *,
        first: int,
        lowest: int,
        highest: int,
    ) -> None:
        super().__init__(settings, name, parent)
        self.lowest, self.highest = lowest, highest
        self._value = round(settings.number(name, first, lowest, highest))

    @property
    def value(self) -> int:
        return self._value

    def set(self, value: float) -> None:
        """To the nearest one there is."""
        whole = min(max(round(value), self.lowest), self.highest)
        if whole != self._value:
            self._value = whole
            self._settings.set_number(self.name, whole)
            self.changed.emit()


class ChoiceSetting(_Setting):
    """One of several words; the first of them until somebody changes it."""

    def __init__(
        self,
        settings: Settings,
        name: str,
        parent: QObject | None = None,
        *,
        choices: tuple[str, ...],
    ) -> None:
        super().__init__(settings, name, parent)
        self._choices = choices
        found = settings.choice(name, choices[0])
        self._value = found if found in choices else choices[0]

    @property
    def value(self) -> str:
        return self._value

    def set(self, value: str) -> None:
        if value in self._choices and value != self._value:
            self._value = value
            self._settings.set_choice(self.name, value)
            self.changed.emit()
