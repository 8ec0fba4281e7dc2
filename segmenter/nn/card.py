"""A model's card: where it came from and how good it is, kept inside the model file."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from segmenter.errors import MaskwrightError


def creation_time() -> str:
    """Now, for :attr:`ModelCard.created`: in UTC, to the microsecond, so that of two models made in
    the same second the later one sorts last."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True)
class ModelCard:
    """What a person wants to know before using a model; all of it may be empty."""

    name: str = ""
    origin: str = ""
    """Who trained it on what, one sentence."""
    license: str = ""
    created: str = ""
    """ISO 8601 date or time."""
    scores: dict[str, Any] = field(default_factory=dict)
    """Metric → number, e.g. ``{"mean_iou": 0.71, "iou": {"cat": 0.8}}``; fractions of 1."""
    training: dict[str, Any] = field(default_factory=dict)
    """The settings and the command that made it."""
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ModelCard:
        """Unknown keys are passed over: a card informs, it decides nothing.

        Raises :class:`MaskwrightError` where a value has the wrong type.
        """
        known: dict[str, Any] = {}
        for field_ in dataclasses.fields(cls):
            if field_.name not in values:
                continue
            value = values[field_.name]
            wanted: type = dict if field_.name in ("scores", "training") else str
            if not isinstance(value, wanted):
                raise MaskwrightError(f"The model card's {field_.name!r} is not valid.")
            known[field_.name] = value
        return cls(**known)
