"""Which images a model may be judged by: those it never learnt from, as its card tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from segmenter.nn.card import ModelCard

LEARNT_FROM = "learnt_from"
"""In a card's ``training``: names of the images that the model learnt from, or one it started from.
"""


@dataclass(frozen=True)
class Judges:
    """The images two models are compared on."""

    names: tuple[str, ...]
    held_out: bool
    """Whether the new model has learnt from none of them, as far as its card tells."""
    note: str = ""
    """What a person should know before trusting the figures; may be empty."""


def held_out_by(card: ModelCard) -> tuple[str, ...]:
    """Names of the images that the model was scored by and has not learnt from, nor one that it
    started from; empty where the card doesn't say."""
    names = card.training.get("validation")
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        return ()
    learnt = learnt_from(card)
    return tuple(name for name in names if name not in learnt)


def learnt_from(card: ModelCard) -> frozenset[str]:
    """Names of the images that the model has learnt from; empty where the card doesn't say."""
    names = card.training.get(LEARNT_FROM)
    if not isinstance(names, list | tuple):
        return frozenset()
    return frozenset(name for name in names if isinstance(name, str))


def flattered_start(start: ModelCard, held_out: Sequence[str]) -> str:
    """One sentence where a run starts from a model that has learnt from images which are now held
    out, so that its score says little; else empty."""
    learnt = learnt_from(start).intersection(held_out)
    if not learnt:
        return ""
    return (
        f"The model it starts from has learnt from {_of(len(learnt), len(held_out))} held out, so "
        "its score counts for nothing, and the first ones of this training are flattered."
    )


def judges_of(available: Sequence[str], *, old: ModelCard, new: ModelCard) -> Judges:
    """Those of the ``available`` images that the new model held out; all of them, and a note that
    says so, where there is none."""
    held_out = held_out_by(new)
    wanted = set(held_out)
    names = tuple(name for name in available if name in wanted)
    if not names:
        return Judges(tuple(available), held_out=False, note=_flattered(len(available), held_out))
    notes = []
    gone = len(wanted) - len(names)
    if gone:
        notes.append(
            f"{gone} of the {len(wanted)} images that the new model held out "
            f"{'has' if gone == 1 else 'have'} no mask any more."
        )
    notes += _old_knows(names, available, old)
    return Judges(names, held_out=True, note=" ".join(notes))


def chosen(names: Iterable[str], available: Sequence[str], new: ModelCard) -> Judges:
    """Images that a person named; each counts once."""
    wanted = tuple(dict.fromkeys(names))
    learnt = set(wanted) - set(held_out_by(new))
    if not learnt:
        return Judges(wanted, held_out=True)
    return Judges(
        wanted,
        held_out=False,
        note=f"The new model may have learnt from {_of(len(learnt), len(wanted))}.",
    )


def _flattered(count: int, held_out: Sequence[str]) -> str:
    images = (
        "the only labelled image counts" if count == 1 else f"all {count} labelled images count"
    )
    why = (
        "None of the images that the new model held out has a mask here"
        if held_out
        else "The new model's card names no image that it held out"
    )
    return f"{why}, so {images}: it may have learnt from them, which flatters it."


def _old_knows(names: Sequence[str], available: Sequence[str], old: ModelCard) -> list[str]:
    """A sentence where the old model learnt from these, or held out others of the same folder."""
    known = learnt_from(old)
    held_out = set(held_out_by(old))
    if not known and not held_out.intersection(available):
        return []  # it learnt from something else, or does not tell
    learnt = [name for name in names if (name in known if known else name not in held_out)]
    if not learnt:
        return []
    return [
        f"The old model may have learnt from {_of(len(learnt), len(names))}, which flatters it."
    ]


def _of(part: int, whole: int) -> str:
    if whole == 1:
        return "the only image"
    return f"all {whole} images" if part == whole else f"{part} of the {whole} images"
