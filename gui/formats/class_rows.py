"""What a table of classes asks of whoever knows them: one row a class, and what it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from segmenter.project.classes import LabelClass


@dataclass(frozen=True)
class Becoming:
    """One thing that a class can become."""

    name: str
    """Of a class, existing or new; empty: it is left out."""
    existing: LabelClass | None = None

    @property
    def words(self) -> str:
        """As it is offered and shown."""
        name = self.name.replace("\n", " ")
        if self.existing is not None:
            return name
        return f"New class “{name}”" if name else "Leave out"


class ClassRows(Protocol):
    """Of an import what comes, of an export what goes."""

    @property
    def sources(self) -> Sequence[LabelClass]:
        """One a row: the class that becomes something, as it is where it comes from."""

    def figure(self, row: int) -> int | None:
        """A number that is told of it; None where there is none."""

    def can_change_figure(self, row: int) -> bool: ...

    def change_figure(self, row: int, figure: int) -> None: ...

    def choices(self, row: int) -> Sequence[Becoming]:
        """In the order in which they are offered."""

    def chosen(self, row: int) -> Becoming: ...

    def choose(self, row: int, becoming: Becoming) -> None: ...
