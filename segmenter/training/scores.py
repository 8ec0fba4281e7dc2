"""The figures a model gets on images whose masks are known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from segmenter.training.metrics import BoundaryScore, ConfusionMatrix


@dataclass(frozen=True)
class Scores:
    """Fractions of 1; None where there was nothing to score."""

    classes: tuple[str, ...]
    iou: dict[str, float | None]
    """Class name → intersection over union."""
    mean_iou: float | None
    pixel_accuracy: float | None
    boundary_f: float | None
    boundary_f_per_class: dict[str, float | None]
    boundary_tolerance: float
    """As a fraction of the image's diagonal."""
    images: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON and the model card, rounded to what means something."""
        return {
            "images": self.images,
            "mean_iou": self.mean_iou,
            "iou": dict(self.iou),
            "pixel_accuracy": self.pixel_accuracy,
            "boundary_f": self.boundary_f,
            "boundary_f_per_class": dict(self.boundary_f_per_class),
            "boundary_tolerance": self.boundary_tolerance,
        }

    @classmethod
    def from_dict(cls, classes: Sequence[str], values: Mapping[str, Any]) -> Scores:
        """What :meth:`to_dict` made. Raises KeyError where something is missing."""
        known = {each.name: values[each.name] for each in fields(cls) if each.name != "classes"}
        return cls(classes=tuple(classes), **known)


def scores_of(
    classes: tuple[str, ...], matrix: ConfusionMatrix, boundary: BoundaryScore, images: int
) -> Scores:
    """What the two counters have gathered."""
    return Scores(
        classes=classes,
        iou=_by_name(classes, matrix.iou()),
        mean_iou=_number(matrix.mean_iou()),
        pixel_accuracy=_number(matrix.pixel_accuracy()),
        boundary_f=_number(boundary.mean()),
        boundary_f_per_class=_by_name(classes, boundary.per_class()),
        boundary_tolerance=boundary.tolerance,
        images=images,
    )


def _by_name(classes: tuple[str, ...], values: Any) -> dict[str, float | None]:
    return {name: _number(value) for name, value in zip(classes, values, strict=True)}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)
