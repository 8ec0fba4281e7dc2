"""What a person at a terminal is asked before an import changes anything."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from segmenter.errors import MaskwrightError
from segmenter.wording import counted, shown

if TYPE_CHECKING:
    from segmenter.formats.importing import ImportPlan

_REPLACES = {"k": False, "r": True, "ka": False, "ra": True}


def can_ask(as_json: bool) -> bool:
    """Whether somebody sits at a terminal and reads."""
    return sys.stdin.isatty() and not as_json


def decided(plan: ImportPlan) -> ImportPlan:
    """The plan without the masks that are to stay, asked image by image."""
    kept = set()
    for_all = ""
    with _ending_on_interrupt():
        for each in plan.conflicts:
            answer = for_all or _answer(
                f"{shown(each.name)} has a mask already: (k)eep it, (r)eplace it, or (ka), (ra) "
                "for all that follow?"
            )
            if len(answer) == 2:
                for_all = answer
            if not _REPLACES[answer]:
                kept.add(each.name)
    return replace(plan, matches=tuple(each for each in plan.matches if each.name not in kept))


def confirm(masks: int, folder: str) -> None:
    """
    Raises:
        MaskwrightError: the answer was no.
    """
    with _ending_on_interrupt():
        if typer.confirm(f"Import {counted(masks, 'mask')} into {shown(folder)}?", default=True):
            return
    raise MaskwrightError("Nothing was changed.")


def _answer(question: str) -> str:
    while True:
        answer = str(typer.prompt(question)).strip().lower()
        if answer in _REPLACES:
            return answer


@contextmanager
def _ending_on_interrupt() -> Iterator[None]:
    """Ctrl+C ends the question, and does not wait for an answer to it."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
