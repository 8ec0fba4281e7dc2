"""What ``maskwright segment`` is asked to do, and one of the places it does it for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from segmenter.cancel import CancelToken

if TYPE_CHECKING:
    from segmenter.prediction.pipeline import Outcome
    from segmenter.prediction.predictor import Predictor


@dataclass(frozen=True)
class Settings:
    """How to segment: the options of the command line, checked."""

    model: str = "starter"
    device: str = "auto"
    tile: Literal["auto", "off"] | int = "auto"
    scales: tuple[float, ...] = (1.0,)
    flip: bool = False
    threads: int | None = None
    overlay: bool = False
    only_new: bool = False


@dataclass
class Job:
    """One place that results go to, and the images whose results they are."""

    names: list[str]
    where: Path
    """For the closing sentence."""
    run: Callable[[Predictor, CancelToken], Iterable[Outcome]]
    written: Callable[[str], dict[str, str]]
    """Name → the files that were written for it, by kind."""
    notes: Sequence[str] = ()
    """What a person should know before, one sentence each."""
    close: Callable[[], None] = lambda: None
