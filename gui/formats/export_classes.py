"""What becomes of each class in an export: chosen by a person, told to the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gui.formats.class_rows import Becoming
from segmenter.project.classes import MAX_CLASS_ID, UNLABELLED, LabelClass
from segmenter.wording import shown

Chosen = Mapping[str, str | int]
"""Name of a class → the class it is merged into, its number there, or nothing: it is left out.
Classes that go as they are are not among them."""


class ExportClasses:
    """:class:`gui.formats.class_rows.ClassRows`. A class goes as it is, into another one that goes
    as itself, or not at all."""

    def __init__(self, classes: Sequence[LabelClass], chosen: Chosen) -> None:
        """``classes``: of the project; ``chosen``: as :attr:`chosen_names` has told it."""
        self._classes = tuple(sorted(classes, key=lambda each: each.id))
        self._into: dict[int, int | None] = {each.id: each.id for each in classes}
        self._numbers = {each.id: each.id for each in classes}
        by_name = {each.name: each.id for each in classes}
        merged = {}
        for name, value in chosen.items():
            if name not in by_name:
                continue
            if isinstance(value, int):
                self._numbers[by_name[name]] = value
            elif not value:
                self._into[by_name[name]] = None
            elif value in by_name:
                merged[by_name[name]] = by_name[value]
        self._into |= {id: into for id, into in merged.items() if self._is_itself(into)}

    @property
    def class_map(self) -> dict[int, int]:
        """As an export takes it. What others are merged into comes before them, for its name."""
        own = {id: n for id, n in self._numbers.items() if self._is_itself(id) and n != id}
        others = {
            id: UNLABELLED if into is None else self._numbers[into]
            for id, into in self._into.items()
            if into != id
        }
        return own | others

    @property
    def chosen_names(self) -> Chosen:
        """For the next time."""
        names = {each.id: each.name for each in self._classes}
        found: dict[str, str | int] = {}
        for id, into in self._into.items():
            if into != id:
                found[names[id]] = "" if into is None else names[into]
            elif self._numbers[id] != id:
                found[names[id]] = self._numbers[id]
        return found

    @property
    def trouble(self) -> str:
        """What is wrong with the numbers; empty: nothing."""
        owners: dict[int, str] = {}
        for each in self._classes:
            if not self._is_itself(each.id):
                continue
            other = owners.setdefault(self._numbers[each.id], each.name)
            if other != each.name:
                return (
                    f"{shown(other)} and {shown(each.name)} have the same number "
                    f"{self._numbers[each.id]}; give one of them another, or make them one class."
                )
        return ""

    @property
    def sources(self) -> Sequence[LabelClass]:
        return self._classes

    def figure(self, row: int) -> int | None:
        """Its number there."""
        into = self._into[self._classes[row].id]
        return None if into is None else self._numbers[into]

    def can_change_figure(self, row: int) -> bool:
        return self._is_itself(self._classes[row].id)

    def change_figure(self, row: int, figure: int) -> None:
        if 0 <= figure <= MAX_CLASS_ID:
            self._numbers[self._classes[row].id] = figure

    def choices(self, row: int) -> list[Becoming]:
        own = self._classes[row].id
        offered = [e for e in self._classes if e.id == own or self._is_itself(e.id)]
        return [*(Becoming(each.name, each) for each in offered), Becoming("")]

    def chosen(self, row: int) -> Becoming:
        into = self._into[self._classes[row].id]
        found = next((each for each in self._classes if each.id == into), None)
        return Becoming("") if found is None else Becoming(found.name, found)

    def choose(self, row: int, becoming: Becoming) -> None:
        own = self._classes[row].id
        self._into[own] = None if becoming.existing is None else becoming.existing.id
        if not self._is_itself(own):
            # What was merged into it has nothing to go into any more.
            self._into |= {id: id for id, into in self._into.items() if into == own}

    def _is_itself(self, id: int) -> bool:
        return self._into[id] == id
