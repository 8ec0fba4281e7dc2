"""What a model's card may tell whoever it is handed to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from gui.training.learnt_models import BASE
from segmenter.nn import zoo
from segmenter.nn.card import ModelCard
from segmenter.training.held_out import HELD_OUT, IMAGES_OF, LEARNT_FROM

_PRIVATE = {"command", HELD_OUT, LEARNT_FROM, IMAGES_OF}
"""The command has the paths of folders, which have a person's name (and could be guessed from a
digest); images are named after what nobody else should know, patients say."""


def for_others(card: ModelCard) -> ModelCard:
    """``card`` without the command line, paths and names of images. Scores, numbers, origin and
    note stay, since they are what the others want to know.

    Without the names nothing is known to be held out: a comparison says so.
    """
    return replace(
        card, training={key: value for key, value in card.training.items() if _may_go(key, value)}
    )


def _may_go(key: str, value: Any) -> bool:
    if key in _PRIVATE:
        return False
    if key == BASE:  # any other is a file that does not go along
        return any(value == model.name for model in zoo.MODELS)
    return not (isinstance(value, str) and _is_path(value))


def _is_path(text: str) -> bool:
    """Of this system or another: the card may have been written on it."""
    return PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute()
