"""What an export would do, in figures and in words; asked of the engine itself, on the pool."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import ExportOptions, ImageFiles
from segmenter.formats.exporting import ExportPlan, plan_export
from segmenter.formats.format import Format
from segmenter.project.classes import UNLABELLED
from segmenter.project.state import Side, State
from segmenter.wording import counted, shown

if TYPE_CHECKING:
    from segmenter.project.project import Project


@dataclass(frozen=True)
class Foreseen:
    """The outcome of a look ahead: a plan, or what is in the way."""

    plan: ExportPlan | None
    trouble: str = ""
    """One sentence."""
    replaces: bool = False
    """An earlier export would be replaced: the person has to say so."""


def foresee(project: Project, format: Format, target: Path, options: ExportOptions) -> Foreseen:
    """Changes nothing."""
    try:
        return Foreseen(plan_export(project, format, target, options))
    except MaskwrightError as error:
        trouble = str(error)
    try:
        return Foreseen(plan_export(project, format, target, options, replace=True), replaces=True)
    except MaskwrightError:
        return Foreseen(None, trouble)


def plan_words(plan: ExportPlan) -> str:
    """``31 images with masks, 4 classes and 12 MB of image files, to …``; then what stays out."""
    states = [each.state for each in plan.images]
    predicted = states.count(State.PREDICTED)
    images = counted(len(plan.images), "image")
    if not predicted:
        images += " with masks" if len(plan.images) != 1 else " with its mask"
    elif predicted == len(plan.images):
        images += ", predicted and not corrected"
    else:
        images += f", {predicted:,} of them predicted and not corrected"
    classes = f"{len(plan.classes):,} class{'' if len(plan.classes) == 1 else 'es'}"
    dropped = list(plan.options.class_map.values()).count(UNLABELLED)
    if dropped:
        classes += f" ({dropped:,} left out)"
    size = sum(max(0, each.file_size) for each in plan.images)
    if plan.options.images is ImageFiles.COPY:
        parts = f"{images}, {classes} and {_size_words(size)} of image files"
    else:
        parts = f"{images}, and {classes}" if predicted else f"{images} and {classes}"
    sentences = [f"{parts}, to {shown(plan.target.name)}."]
    if plan.sides:
        held_out = sum(side is Side.VALIDATION for side in plan.sides.values())
        sentences.append(
            f"{len(plan.sides) - held_out:,} for training, {held_out:,} for validation."
        )
    if plan.left_out:
        left = ", ".join(
            f"{plan.left_out[state]:,} {state}" for state in State if plan.left_out.get(state)
        )
        sentences.append(f"Not exported: {left}.")
    return " ".join(sentences)


def _size_words(size: int) -> str:
    """``340 kB``, ``12 MB``, ``3.4 GB``."""
    value, unit = size / 1e3, "kB"
    for larger in ("MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1e3, larger
    return f"{value:.0f} {unit}" if value >= 9.95 or unit == "kB" else f"{value:.1f} {unit}"
