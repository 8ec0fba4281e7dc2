"""Where the parts of a class's row lie: for drawing them, and for clicks on them."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QPoint, QRect, QRectF

ROW_HEIGHT = 32
_EYE_LEFT, _SWATCH_LEFT, _NAME_LEFT = 12, 36, 60
_ICON = 16
_KEY_WIDTH = 16
_RIGHT = 10
_GAP = 6


class Part(Enum):
    """What a point of a row belongs to."""

    EYE = auto()
    SWATCH = auto()
    NAME = auto()
    LOCK = auto()


class RowAreas:
    """The parts of the row ``rect``."""

    def __init__(self, rect: QRect) -> None:
        self._rect = rect
        self._key_left = rect.left() + rect.width() - _RIGHT - _KEY_WIDTH
        self._lock_left = self._key_left - _GAP - _ICON

    @property
    def eye(self) -> QRectF:
        return self._square(self._rect.left() + _EYE_LEFT)

    @property
    def swatch(self) -> QRectF:
        return self._square(self._rect.left() + _SWATCH_LEFT)

    def name(self, *, with_lock: bool) -> QRect:
        """Where no lock is drawn there is more room for it."""
        left = self._rect.left() + _NAME_LEFT
        right = (self._lock_left if with_lock else self._key_left) - _GAP
        return QRect(left, self._rect.top(), right - left, self._rect.height())

    @property
    def lock(self) -> QRectF:
        return self._square(self._lock_left)

    @property
    def key(self) -> QRectF:
        return QRectF(self._key_left, self._rect.top(), _KEY_WIDTH, self._rect.height())

    def part_at(self, place: QPoint) -> Part:
        """Generous: the icons are small things to aim at."""
        x = place.x() - self._rect.left()
        if x < _SWATCH_LEFT - 4:
            return Part.EYE
        if x < _NAME_LEFT - 4:
            return Part.SWATCH
        if self._lock_left - 4 <= place.x() < self._key_left - 2:
            return Part.LOCK
        return Part.NAME

    def _square(self, left: int) -> QRectF:
        middle = self._rect.top() + self._rect.height() / 2
        return QRectF(left, middle - _ICON / 2, _ICON, _ICON)
