"""What comparing two models found; as JSON and back, without torch."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segmenter.training.scores import Scores


@dataclass(frozen=True)
class ImageChange:
    """One image: how well each model does on it."""

    number: int
    """Its place in the order they were looked at, from 0: the name of its label files."""
    name: str
    old: float | None
    """Mean IoU over the classes that are in its mask or in the prediction; None where nothing
    of the mask is labelled."""
    new: float | None
    old_labels: str = ""
    """The PNG of what the old model says, where label files were asked for."""
    new_labels: str = ""

    @property
    def change(self) -> float:
        """Of the IoU; 0 where there is none."""
        return self.new - self.old if self.old is not None and self.new is not None else 0.0

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "name": self.name,
            "old": self.old,
            "new": self.new,
            "change": round(self.change, 6),
            "old_labels": self.old_labels,
            "new_labels": self.new_labels,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ImageChange:
        """What :meth:`to_dict` made. Raises KeyError for anything else."""
        return cls(**{field.name: values[field.name] for field in dataclasses.fields(cls)})


@dataclass(frozen=True)
class Comparison:
    """What two models get on the same images."""

    classes: tuple[str, ...]
    """Of the masks; labels of both models are indices into them, 254 = none of them."""
    old: Scores
    new: Scores
    images: tuple[ImageChange, ...]
    """Those that gained most first, those that lost most last."""
    unknown_to_old: tuple[str, ...]
    """Classes that the old model has no output for, so never finds."""
    unknown_to_new: tuple[str, ...]
    held_out: bool
    """Whether the new model has learnt from none of the images."""
    old_learnt: bool
    """Whether the old model may have learnt from some of them, as the new one has not."""
    note: str
    """What a person should know before trusting the figures; may be empty."""
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "classes": list(self.classes),
            "old": {**self.old.to_dict(), "unknown": list(self.unknown_to_old)},
            "new": {**self.new.to_dict(), "unknown": list(self.unknown_to_new)},
            "images": [image.to_dict() for image in self.images],
            "held_out": self.held_out,
            "old_learnt": self.old_learnt,
            "note": self.note,
            "seconds": round(self.seconds, 2),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Comparison:
        """What :meth:`to_dict` made. Raises KeyError, TypeError or ValueError for anything else."""
        classes = tuple(values["classes"])
        return cls(
            classes=classes,
            old=Scores.from_dict(classes, values["old"]),
            new=Scores.from_dict(classes, values["new"]),
            images=tuple(ImageChange.from_dict(each) for each in values["images"]),
            unknown_to_old=tuple(values["old"]["unknown"]),
            unknown_to_new=tuple(values["new"]["unknown"]),
            held_out=values["held_out"],
            old_learnt=values["old_learnt"],
            note=values["note"],
            seconds=values["seconds"],
        )
