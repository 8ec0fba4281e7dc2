"""What becomes of each incoming class: chosen by a person, told to the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gui.formats.class_rows import Becoming
from segmenter.formats.class_matching import ClassMatch
from segmenter.formats.importing import ImportPlan
from segmenter.project.classes import LabelClass


class ClassMapping:
    """Begins as the engine has matched them; :class:`gui.formats.class_rows.ClassRows`."""

    def __init__(self, plan: ImportPlan, classes: Sequence[LabelClass]) -> None:
        """``classes``: of the project."""
        self._classes = tuple(classes)
        self._matches = list(plan.classes)
        self._pixels = plan.pixels

    @property
    def matches(self) -> tuple[ClassMatch, ...]:
        return tuple(self._matches)

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        """Of the project."""
        return self._classes

    @property
    def new_names(self) -> list[str]:
        """Of the classes that would be made, each once."""
        made = (m.name for m in self._matches if m.name and m.existing is None)
        return list(dict.fromkeys(made))

    @property
    def sources(self) -> list[LabelClass]:
        return [each.incoming for each in self._matches]

    def figure(self, row: int) -> int | None:
        """Pixels in all images that would be imported."""
        return self._pixels.get(self._matches[row].incoming.id)

    def can_change_figure(self, row: int) -> bool:
        return False

    def change_figure(self, row: int, figure: int) -> None:
        """They are counted."""

    def choices(self, row: int) -> list[Becoming]:
        """In the order in which they are offered: what is there, a new class, nothing."""
        name = self._matches[row].incoming.name
        offered = [Becoming(each.name, each) for each in self._classes]
        if all(each.name != name for each in self._classes):
            offered.append(Becoming(name))
        return [*offered, Becoming("")]

    def chosen(self, row: int) -> Becoming:
        return Becoming(self._matches[row].name, self._matches[row].existing)

    def choose(self, row: int, becoming: Becoming) -> None:
        self._matches[row] = replace(
            self._matches[row], name=becoming.name, existing=becoming.existing
        )

    @property
    def can_match_numbers(self) -> bool:
        """Whether a class of the project has the number of an incoming one."""
        incoming = {each.incoming.id for each in self._matches}
        return any(each.id in incoming for each in self._classes)

    def match_numbers(self) -> None:
        """Give every class to the one with its number in the project, where there is one."""
        numbered = {each.id: each for each in self._classes}
        for row, match in enumerate(self._matches):
            existing = numbered.get(match.incoming.id)
            if existing is not None:
                self.choose(row, Becoming(existing.name, existing))
