"""What all recipes share: a frozen dataclass of plain numbers, checked, changed as text."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from segmenter.errors import MaskwrightError

Value = TypeVar("Value", str, bool, int, float)


def number(
    default: Value, low: float, high: float, line: str, *, choices: Sequence[str] = ()
) -> Value:
    """A field of a recipe: its default, limits, and one line that tells a person what it is."""
    facts = {"limits": (low, high), "line": line, "choices": tuple(choices)}
    return dataclasses.field(default=default, metadata=facts)


def switch(default: bool, line: str) -> bool:
    """A field that is on or off."""
    return number(default, 0, 1, line)


def choice(default: str, choices: Sequence[str], line: str) -> str:
    """A field that is one of some words."""
    return number(default, 0, 0, line, choices=choices)


@dataclass(frozen=True)
class RecipeNumbers:
    """Each field is made by :func:`number`, :func:`switch` or :func:`choice`.

    Raises :class:`MaskwrightError` with one sentence where a value makes no sense.
    """

    limits: ClassVar[Mapping[str, tuple[float, float]]] = {}
    """Field → lowest and highest value: of numbers alone."""
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Field → its words: of those that are one of some words."""
    lines: ClassVar[Mapping[str, str]] = {}
    """Field → what it is, in one line, for a person."""

    def __init_subclass__(cls) -> None:
        """Collect what its fields and those of its bases say."""
        limits, choices, lines = dict(cls.limits), dict(cls.choices), dict(cls.lines)
        for name, field in vars(cls).items():
            if isinstance(field, dataclasses.Field) and "line" in field.metadata:
                lines[name] = field.metadata["line"]
                if field.metadata["choices"]:
                    choices[name] = field.metadata["choices"]
                elif not isinstance(field.default, bool):
                    limits[name] = field.metadata["limits"]
        cls.limits, cls.choices, cls.lines = limits, choices, lines

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.type == "float" and type(value) is int:
                object.__setattr__(self, field.name, float(value))
            elif type(value).__name__ != field.type:
                raise MaskwrightError(
                    f"{field.name} of a recipe is a value such as {field.default!r}, not {value!r}."
                )
            if isinstance(value, float) and not math.isfinite(value):
                raise MaskwrightError(f"{field.name} of a recipe has to be finite.")
        for name, (low, high) in self.limits.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise MaskwrightError(f"{name} of a recipe is from {low} to {high}, not {value}.")
        for name, words in self.choices.items():
            if getattr(self, name) not in words:
                raise MaskwrightError(
                    f"{name} of a recipe is one of {', '.join(words)}, not {getattr(self, name)!r}."
                )
        self._check()

    def _check(self) -> None:
        """What limits and choices alone don't say."""

    def replace(self, **changes: Any) -> Self:
        """A copy with some numbers changed, checked anew."""
        unknown = sorted(set(changes) - {field.name for field in dataclasses.fields(self)})
        if unknown:
            raise MaskwrightError(
                f"A recipe has no {unknown[0]!r}; it has "
                f"{', '.join(field.name for field in dataclasses.fields(self))}."
            )
        return dataclasses.replace(self, **changes)

    def with_text(self, *assignments: str) -> Self:
        """``recipe.with_text("epochs=5", "flip=0")``: changes as a person types them.

        Raises :class:`MaskwrightError` where a name or value is wrong.
        """
        changes: dict[str, Any] = {}
        for assignment in assignments:
            name, equals, text = assignment.partition("=")
            name = name.strip().replace("-", "_")
            if not equals:
                raise MaskwrightError(f"Write NAME=VALUE, not {assignment!r}.")
            changes[name] = _parsed(text.strip(), getattr(self, name, ""))
        return self.replace(**changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return dataclasses.asdict(self)


def _parsed(text: str, like: object) -> Any:
    """``text`` as the type of ``like``; left as text where that does not work, for the check."""
    if isinstance(like, bool):
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        return words.get(text.lower(), text)
    if isinstance(like, int | float):
        try:
            return type(like)(text)
        except ValueError:
            return text
    return text
