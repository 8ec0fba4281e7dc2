"""What all recipes share: a frozen dataclass of plain numbers, checked, changed as text."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from segmenter.errors import MaskwrightError

Limits = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class RecipeNumbers:
    """Each field is a str, bool, int or float with a default; numbers stay within ``limits``.

    Raises :class:`MaskwrightError` with one sentence where a value makes no sense.
    """

    limits: ClassVar[Limits] = {}

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
        self._check()

    def _check(self) -> None:
        """What limits alone don't say."""

    def _check_order(self, low: str, high: str) -> None:
        if getattr(self, low) > getattr(self, high):
            raise MaskwrightError(f"{low} of a recipe can't be above its {high}.")

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
