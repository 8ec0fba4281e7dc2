"""Each step of the proof says what it does, how it ended and how long it took."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class ProofError(Exception):
    """What was to be proved does not hold, in a sentence; what there is to read follows it."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print ``what`` and how long it took; an error goes on to whoever called."""
    began = time.monotonic()
    print(f"· {what} ...", flush=True)
    try:
        yield
    except BaseException:
        print(f"  FAILED after {time.monotonic() - began:.1f} s", flush=True)
        raise
    print(f"  ok ({time.monotonic() - began:.1f} s)", flush=True)


def run(
    command: Sequence[str],
    *,
    environment: dict[str, str] | None = None,
    allow: Sequence[int] = (0,),
    timeout: float = 900,
) -> str:
    """What ``command`` printed, stdout and stderr together.

    Raises :class:`ProofError` with all of it where the exit code is not among ``allow``.
    """
    try:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=environment,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as late:
        printed = late.stdout or b""
        text = printed.decode("utf-8", "replace") if isinstance(printed, bytes) else printed
        raise ProofError(f"“{_shown(command)}” took longer than {timeout:.0f} s.\n{text}") from late
    if done.returncode not in allow:
        raise ProofError(
            f"“{_shown(command)}” ended with {done.returncode}.\n{done.stdout.rstrip()}"
        )
    return done.stdout


def show(text: str) -> None:
    """Print what a step found, below it."""
    for line in text.rstrip().splitlines():
        print(f"    {line}")
    sys.stdout.flush()


def _shown(command: Sequence[str]) -> str:
    return " ".join(command if len(command) < 12 else [*command[:8], "..."])
