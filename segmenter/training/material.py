"""What a recipe would make of the labelled images: who learns, who is held out, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from segmenter.errors import MaskwrightError
from segmenter.project.classes import LabelClass
from segmenter.project.split import Split, split
from segmenter.project.state import Side
from segmenter.training.any_recipe import AnyRecipe
from segmenter.training.labelled_images import LabelledImage, LabelledImages
from segmenter.training.quick_recipe import QuickRecipe

MOSTLY_UNLABELLED = 0.5
_NAMED = 3
"""Classes or problems that a sentence names; of the others it gives the number."""


@dataclass(frozen=True)
class Presence:
    """Where one class is."""

    label_class: LabelClass
    training_images: int
    training_pixels: int
    held_out_images: int
    held_out_pixels: int


@dataclass(frozen=True)
class Material:
    """What there is to learn from and to score by: all that can be said before the first step."""

    training: tuple[LabelledImage, ...]
    """Images to learn from, all of them with a labelled pixel."""
    held_out: tuple[LabelledImage, ...]
    classes: tuple[Presence, ...]
    unlabelled_share: float
    """Of the pixels of the images to learn from, 0–1."""
    warnings: tuple[str, ...]
    """Sentences about what will go wrong, or not as well as it could."""
    obstacle: str = ""
    """Why nothing can be learnt at all: one sentence; empty where it can."""

    @cached_property
    def classes_of(self) -> tuple[frozenset[int], ...]:
        """Of each image to learn from, as ids: rare ones are drawn more often."""
        return tuple(frozenset(each.pixels) for each in self.training)


def split_by(
    recipe: AnyRecipe, names: Iterable[str], pinned: Mapping[str, Side] | None = None
) -> Split:
    """The sides as this recipe takes them. ``quick`` holds nothing out but what is pinned, unless
    its numbers say otherwise. Raises :class:`MaskwrightError` as
    :func:`segmenter.project.split.split` does."""
    return split(
        names,
        fraction=recipe.validation_fraction,
        count=recipe.validation_count,
        pinned=pinned,
        least=0 if isinstance(recipe, QuickRecipe) else 1,
    )


def material(images: LabelledImages, recipe: AnyRecipe) -> Material:
    """What ``recipe`` would learn from these images, and be scored by."""
    by_name = {each.name: each for each in images.images}
    obstacle = ""
    try:
        parts = split_by(recipe, by_name, images.pinned)
    except MaskwrightError as error:
        parts, obstacle = Split(tuple(by_name), ()), str(error)
    training = tuple(by_name[name] for name in parts.training if by_name[name].is_labelled)
    held_out = tuple(by_name[name] for name in parts.validation)
    classes = tuple(_presence(each, training, held_out) for each in images.classes)
    unlabelled = _unlabelled_share(training)
    obstacle = obstacle or _obstacle(images, training)
    warnings = () if obstacle else tuple(_warnings(images, training, held_out, classes, unlabelled))
    return Material(training, held_out, classes, unlabelled, warnings, obstacle)


def _presence(
    label_class: LabelClass, training: Sequence[LabelledImage], held_out: Sequence[LabelledImage]
) -> Presence:
    counts = [
        [each.pixels[label_class.id] for each in side if each.pixels[label_class.id]]
        for side in (training, held_out)
    ]
    return Presence(label_class, len(counts[0]), sum(counts[0]), len(counts[1]), sum(counts[1]))


def _unlabelled_share(training: Sequence[LabelledImage]) -> float:
    unlabelled = sum(each.unlabelled for each in training)
    total = unlabelled + sum(each.pixels.total() for each in training)
    return unlabelled / total if total else 0.0


def _obstacle(images: LabelledImages, training: Sequence[LabelledImage]) -> str:
    if not images.classes:
        return "There is no class yet: add one, and correct an image."
    if not images.images:
        return "No image is corrected or approved yet: correct one first."
    if not training:
        return "Nothing is labelled in the images to learn from: correct one of them."
    return ""


def _warnings(
    images: LabelledImages,
    training: Sequence[LabelledImage],
    held_out: Sequence[LabelledImage],
    classes: Sequence[Presence],
    unlabelled: float,
) -> Iterable[str]:
    yield from _about_problems(images.images)
    yield from _about_sides(training, held_out)
    known = [each for each in classes if each.training_images]
    if len(known) == 1:
        yield (
            f"All that is labelled is {shown_class(known[0])}: label some of another class too, "
            "or the model will see it everywhere."
        )
    only_held_out = [each for each in classes if each.held_out_images and not each.training_images]
    if only_held_out:
        yield (
            f"{named(only_held_out)} can't be learnt: only held-out images have "
            f"{_it(only_held_out)}. Pin such an image to training."
        )
    nowhere = [each for each in classes if not each.held_out_images and not each.training_images]
    if nowhere:
        yield (
            f"{named(nowhere)} can't be learnt: no labelled image has a pixel of {_it(nowhere)}."
        )
    unscored = [each for each in known if not each.held_out_images]
    if held_out and unscored:
        yield (
            f"{named(unscored)} can't be scored: no held-out image has a pixel of {_it(unscored)}."
        )
    if unlabelled > MOSTLY_UNLABELLED:
        yield (
            f"{unlabelled:.0%} of the pixels to learn from are unlabelled and don't count. Label "
            "what lies around your objects too."
        )


def _about_problems(images: Sequence[LabelledImage]) -> Iterable[str]:
    broken = [each for each in images if each.problem]
    yield from (each.problem for each in broken[:_NAMED])
    if len(broken) > _NAMED:
        yield f"{len(broken) - _NAMED} more images can't be learnt from."


def _about_sides(
    training: Sequence[LabelledImage], held_out: Sequence[LabelledImage]
) -> Iterable[str]:
    if not held_out:
        return
    if {each.name for each in training} & {each.name for each in held_out}:
        yield (
            "There is one image only: the model is scored by what it learns from, which says "
            "little about other images."
        )
    elif len(held_out) == 1:
        yield "One image alone is held out: its score says little about other images."


def named(classes: Sequence[Presence]) -> str:
    """Such as ``“pole”, “sign” and 2 more``."""
    words = [shown_class(each) for each in classes]
    if len(words) > _NAMED:
        return f"{', '.join(words[:_NAMED])} and {len(words) - _NAMED} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[:-1] else words)


def _it(classes: Sequence[Presence]) -> str:
    return "it" if len(classes) == 1 else "them"


def shown_class(presence: Presence) -> str:
    return f"“{presence.label_class.name}”"
