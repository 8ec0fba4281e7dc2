"""The model files that learning at once leaves behind: their names, their base, how many stay."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from segmenter.errors import MaskwrightError
from segmenter.nn import zoo
from segmenter.nn.card import ModelCard
from segmenter.nn.model_file import read_model_header
from segmenter.wording import counted

log = logging.getLogger(__name__)

KEPT = 3
"""So many of a project's stay: the current one, the one before it, and one to come back to."""
BASE = "base"
"""In a card's ``training``: the model that the learning started from. A name of the zoo, a file
name in the same folder, or a path."""
CALLED = "called"
"""In a card's ``training``: the name it was given here. One that a person renamed is theirs."""


def free_path(folder: Path, now: datetime) -> Path:
    """Where the next model goes; named by the time, numbered within a second."""
    stem = f"Learnt {now:%Y-%m-%d %H.%M.%S}"
    path = folder / f"{stem}.safetensors"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{stem} {number}.safetensors"
    return path


def card_of(card: ModelCard, images: int, base: str, folder: Path) -> ModelCard:
    """``card``, with a telling name and what :func:`base_of` and :func:`superseded` look for."""
    name = f"Learnt from {counted(images, 'image')}"
    if Path(base).parent == folder:
        base = Path(base).name  # the folder may be moved as a whole
    return replace(card, name=name, training={**card.training, BASE: base, CALLED: name})


def base_of(model: str) -> str:
    """The model that learning starts from when ``model`` is current: itself, unless learning at
    once has made it. Reads a header from the disk."""
    if model in _zoo_names():
        return model
    try:
        _, card = read_model_header(model)
    except MaskwrightError:
        return model  # loading it says what is wrong
    base = card.training.get(BASE)
    if not isinstance(base, str) or CALLED not in card.training:
        return model
    if base in _zoo_names():
        return base if zoo.is_available(base) else model
    path = Path(model).parent / base
    return str(path) if path.is_file() else model


def superseded(folder: Path) -> list[Path]:
    """What learning at once has left in ``folder`` but for the newest; never one that a person
    renamed or wrote a note to, nor one that another model there was made of. Reads headers from
    the disk."""
    found: list[tuple[str, Path]] = []
    bases: set[Path] = set()
    with suppress(OSError):
        for path in folder.glob("*.safetensors"):
            with suppress(MaskwrightError):
                _, card = read_model_header(path)
                base = card.training.get(BASE)
                if isinstance(base, str) and CALLED in card.training:
                    bases.add(folder / base)
                    if card.training[CALLED] == card.name and not card.note:
                        found.append((card.created, path))
    newest_first = [path for _, path in sorted(found, reverse=True)]
    return [path for path in newest_first[KEPT:] if path not in bases]


def delete(paths: Iterable[Path]) -> None:
    """What can't be deleted stays."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            log.info("deleted %s: nobody needs it any more", path.name)


def _zoo_names() -> set[str]:
    return {model.name for model in zoo.MODELS}
