"""Which images a model may be judged by: those it never learnt from, as its card tells."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from segmenter.nn.card import ModelCard

HELD_OUT = "validation"
"""In a card's ``training``: names of the images that the model was scored by."""
LEARNT_FROM = "learnt_from"
"""In a card's ``training``: names of the images that the model learnt from, or one it started from.
"""
IMAGES_OF = "images_of"
"""In a card's ``training``: the digest of the folder that its names of images belong to. Cards of
earlier versions have none; theirs count for every folder."""


@dataclass(frozen=True)
class Judges:
    """The images two models are compared on."""

    names: tuple[str, ...]
    held_out: bool
    """Whether the new model has learnt from none of them, as far as its card tells."""
    note: str = ""
    """What a person should know before trusting the figures; may be empty."""
    old_learnt: bool = False
    """Whether the old model may have learnt from some of them, as the new one has not."""


def digest_of(folder: str | Path) -> str:
    """Tells folders of images apart in a card without naming them: cameras call the images of
    every folder alike. A folder that is moved becomes another one."""
    path = os.path.normcase(Path(folder).resolve())
    return hashlib.sha256(os.fsencode(f"maskwright images of {path}")).hexdigest()[:16]


def held_out_by(card: ModelCard, images_of: str = "") -> tuple[str, ...]:
    """Names of the images that the model was scored by and has not learnt from, nor one that it
    started from; empty where the card doesn't say.

    ``images_of``: the digest of the folder that is asked about; of another one's images the card
    says nothing. Empty: whatever the folder.
    """
    if _is_of_another(card, images_of):
        return ()
    learnt = learnt_from(card)
    return tuple(name for name in _scored_by(card) if name not in learnt)


def learnt_from(card: ModelCard, images_of: str = "") -> frozenset[str]:
    """Names of the images that the model has learnt from; empty where the card doesn't say.

    ``images_of``: as in :func:`held_out_by`.
    """
    names = card.training.get(LEARNT_FROM)
    if not isinstance(names, list | tuple) or _is_of_another(card, images_of):
        return frozenset()
    return frozenset(name for name in names if isinstance(name, str))


def flattered_start(start: ModelCard, held_out: Sequence[str], images_of: str = "") -> str:
    """One sentence where a run starts from a model that has learnt from images which are now held
    out, so that its score says little; else empty."""
    learnt = learnt_from(start, images_of).intersection(held_out)
    if not learnt:
        return ""
    return (
        f"The model it starts from has learnt from {_of(len(learnt), len(held_out))} held out, so "
        "its score counts for nothing, and the first ones of this training are flattered."
    )


def judges_of(
    available: Sequence[str], *, old: ModelCard, new: ModelCard, images_of: str = ""
) -> Judges:
    """Those of the ``available`` images that the new model held out; all of them, and a note that
    says so, where there is none."""
    held_out = held_out_by(new, images_of)
    wanted = set(held_out)
    names = tuple(name for name in available if name in wanted)
    if not names:
        note = _flattered(available, new, images_of)
        return Judges(tuple(available), held_out=False, note=note)
    notes = []
    gone = len(wanted) - len(names)
    if gone:
        notes.append(
            f"{gone} of the {len(wanted)} images that the new model held out "
            f"{'has' if gone == 1 else 'have'} no mask any more."
        )
    known = _old_knows(names, available, old, images_of)
    notes += known
    return Judges(names, held_out=True, note=" ".join(notes), old_learnt=bool(known))


def chosen(names: Iterable[str], new: ModelCard, images_of: str = "") -> Judges:
    """Images that a person named; each counts once."""
    wanted = tuple(dict.fromkeys(names))
    learnt = set(wanted) - set(held_out_by(new, images_of))
    if not learnt:
        return Judges(wanted, held_out=True)
    return Judges(
        wanted,
        held_out=False,
        note=f"The new model may have learnt from {_of(len(learnt), len(wanted))}.",
    )


def _scored_by(card: ModelCard) -> tuple[str, ...]:
    names = card.training.get(HELD_OUT)
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        return ()
    return tuple(names)


def _is_of_another(card: ModelCard, images_of: str) -> bool:
    own = card.training.get(IMAGES_OF)
    return bool(images_of) and isinstance(own, str) and own not in ("", images_of)


def _flattered(available: Sequence[str], new: ModelCard, images_of: str) -> str:
    count = len(available)
    images = (
        "the only labelled image counts" if count == 1 else f"all {count} labelled images count"
    )
    if not _scored_by(new):
        why = "The new model's card names no image that it held out"
    elif _is_of_another(new, images_of):
        why = "The images that the new model held out are those of another folder"
    elif learnt_from(new).intersection(available, _scored_by(new)):
        why = "What the new model held out was learnt from before, by a model that it started from"
    else:
        why = "None of the images that the new model held out has a mask here"
    return f"{why}, so {images}: it may have learnt from them, which flatters it."


def _old_knows(
    names: Sequence[str], available: Sequence[str], old: ModelCard, images_of: str
) -> list[str]:
    """A sentence where the old model learnt from these, or held out others of the same folder."""
    known = learnt_from(old, images_of)
    held_out = set(held_out_by(old, images_of))
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
