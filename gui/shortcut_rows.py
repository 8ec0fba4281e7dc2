"""What stands on the shortcut sheet, made from the table of actions: it tells no old story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from PySide6.QtGui import QKeySequence

from gui.actions import SECTIONS, Section, Spec

CLASS_KEYS = "class.choose_"
"""Ten actions that differ in their digit alone: one row tells them all."""


@dataclass(frozen=True)
class Row:
    text: str
    keys: tuple[str, ...]
    names: tuple[str, ...] = ()
    """Of the actions it stands for; none where the pointer does it."""

    @property
    def words(self) -> str:
        """What a search looks through."""
        return f"{self.text} {' '.join(self.keys)}".casefold()


@dataclass(frozen=True)
class Part:
    title: str
    rows: tuple[Row, ...]

    @property
    def height(self) -> int:
        """In rows, with the heading and the gap below."""
        return len(self.rows) + 2


POINTER = Part(
    "Pointer",
    (
        Row("Paint", ("Drag",)),
        Row("Erase", ("Right drag",)),
        Row("Straight line from last point", ("Shift + click",)),
        Row("Class under the pointer", ("Alt + click",)),
        Row("Erase with polygon, fill, wand, outline", ("Ctrl + click",)),
        Row("Size of the brush", ("Shift + wheel", "Ctrl + drag")),
        Row("Accept a preview or polygon", ("Enter",)),
        Row("Take the last corner back", ("Backspace",)),
        Row("Drop what is unfinished", ("Esc",)),
        Row("Zoom at the pointer", ("Wheel",)),
        Row("Move the image", ("Space + drag", "Middle button")),
    ),
)
"""What canvas and tools do without an action."""


def parts() -> tuple[Part, ...]:
    """One for each menu, in its order, and the pointer's."""
    return (*(_part(section) for section in SECTIONS), POINTER)


def in_columns(wanted: Sequence[Part], count: int) -> list[tuple[Part, ...]]:
    """The parts in ``count`` columns, in order, the highest as low as can be."""
    best: list[tuple[Part, ...]] = [tuple(wanted)]
    lowest = _height(wanted) + 1
    for cuts in combinations(range(1, len(wanted)), count - 1):
        ends = (0, *cuts, len(wanted))
        columns = [tuple(wanted[a:b]) for a, b in pairwise(ends)]
        height = max(_height(column) for column in columns)
        if height < lowest:
            best, lowest = columns, height
    return best


def key_words(key: str) -> str:
    """As it is printed on the keyboard."""
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return {"Left": "←", "Right": "→"}.get(native, native)


def _height(column: Sequence[Part]) -> int:
    return sum(part.height for part in column)


def _part(section: Section) -> Part:
    return Part(_plain(section.title), tuple(_rows(section)))


def _rows(section: Section) -> Iterator[Row]:
    digits = tuple(s.name for s in section.specs if s.name.startswith(CLASS_KEYS))
    for spec in section.specs:
        if spec.name not in digits:
            yield Row(_plain(spec.text), _keys(spec), (spec.name,))
        elif spec.name == digits[0]:
            yield Row("Class 1 to 10", ("1 … 9", "0"), digits)


def _plain(text: str) -> str:
    return text.replace("&", "").removesuffix("…")


def _keys(spec: Spec) -> tuple[str, ...]:
    return tuple(key_words(key) for key in spec.keys[:2])
