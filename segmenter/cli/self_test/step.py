"""What a step of the self-test is, and how it went."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from segmenter.cli.self_test.workplace import Workplace
from segmenter.errors import MaskwrightError


class StepFailed(Exception):  # noqa: N818 - it is no error of the self-test's
    """Something does not work as it should, in one sentence."""


@dataclass(frozen=True)
class Step:
    """One thing that the installed app has to be able to do."""

    name: str
    run: Callable[[Workplace], str]
    """Does it; returns one sentence about what was found. Raises :class:`StepFailed`, or whatever
    a broken installation raises."""


@dataclass(frozen=True)
class Outcome:
    """How a step went."""

    name: str
    ok: bool
    sentence: str
    seconds: float
    details: str = ""
    """The traceback, where it failed in a way that nobody foresaw."""


def run_steps(steps: Sequence[Step], place: Workplace) -> Iterator[Outcome]:
    """Each of them, in order, also after one that failed."""
    for step in steps:
        began = time.perf_counter()
        details = ""
        try:
            ok, sentence = True, step.run(place)
        except (StepFailed, MaskwrightError) as error:
            ok, sentence = False, str(error)
        except Exception as error:  # a broken installation is what this is for
            ok, sentence = False, f"{type(error).__name__}: {error}"
            details = traceback.format_exc()
        one_line = " ".join(sentence.split())
        yield Outcome(step.name, ok, one_line, time.perf_counter() - began, details)
