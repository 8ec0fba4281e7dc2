"""Size and shape of one tool's brush, remembered."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise

from PySide6.QtCore import QObject, Signal

from gui.settings import Settings
from segmenter.editing.brush import LARGEST, SMALLEST, BrushShape


class BrushSettings(QObject):
    """Each tool that brushes has its own: a fine brush and a broad eraser don't fight."""

    changed = Signal()

    def __init__(
        self, settings: Settings, name: str, size: int, parent: QObject | None = None
    ) -> None:
        """``name``: what it is remembered as; ``size``: the first one."""
        super().__init__(parent)
        self._settings = settings
        self._name = name
        self._size = round(settings.number(f"{name}.size", size, SMALLEST, LARGEST))
        shape = settings.choice(f"{name}.shape", BrushShape.ROUND)
        self._shape = BrushShape(shape) if shape in list(BrushShape) else BrushShape.ROUND
        self._feels_pressure = settings.flag(f"{name}.pressure", False)

    @property
    def size(self) -> int:
        """Diameter or side in image pixels."""
        return self._size

    def set_size(self, size: float) -> None:
        """To the nearest size there is."""
        whole = min(max(round(size), SMALLEST), LARGEST)
        if whole != self._size:
            self._size = whole
            self._settings.set_number(f"{self._name}.size", whole)
            self.changed.emit()

    def step(self, steps: int) -> None:
        """So many steps larger; smaller where negative."""
        self.set_size(stepped(self._size, steps))

    @property
    def shape(self) -> BrushShape:
        return self._shape

    def set_shape(self, shape: BrushShape) -> None:
        if shape != self._shape:
            self._shape = shape
            self._settings.set_choice(f"{self._name}.shape", shape)
            self.changed.emit()

    @property
    def feels_pressure(self) -> bool:
        """A pen's pressure sets the size, up to the one above."""
        return self._feels_pressure

    def set_feels_pressure(self, on: bool) -> None:
        if on != self._feels_pressure:
            self._feels_pressure = on
            self._settings.set_flag(f"{self._name}.pressure", on)
            self.changed.emit()

    def size_at(self, pressure: float) -> int:
        """For a pen pressed so hard, 0–1."""
        if not self._feels_pressure:
            return self._size
        return max(SMALLEST, round(self._size * pressure))


def stepped(size: int, steps: int) -> int:
    """``steps`` rungs up or down a ladder of whole sizes, each about a sixth more than the last:
    up and down again ends where it began."""
    for _ in range(abs(steps)):
        if steps > 0:
            size = LADDER[min(bisect_right(LADDER, size), len(LADDER) - 1)]
        else:
            size = LADDER[max(bisect_left(LADDER, size) - 1, 0)]
    return size


def _ladder() -> tuple[int, ...]:
    """Each a pixel more, or a sixth rounded to a number that is easily said."""
    sizes = [SMALLEST]
    while sizes[-1] < LARGEST:
        wanted = sizes[-1] * 7 / 6
        grain = 1 if wanted < 30 else 5 if wanted < 100 else 10 if wanted < 300 else 50
        sizes.append(max(sizes[-1] + 1, round(wanted / grain) * grain))
    sizes[-1] = LARGEST
    assert all(low < high for low, high in pairwise(sizes))
    return tuple(sizes)


LADDER = _ladder()
