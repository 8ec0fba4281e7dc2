"""Our own command line in a process of its own, as the window starts it."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from typing import Any

from segmenter.cli.own_command import CHILD_SETTINGS, own_command
from segmenter.cli.screen_check import own_environment
from segmenter.cli.self_test.step import StepFailed

TIMEOUT_SECONDS = 300


def told_by_child(arguments: Sequence[str]) -> list[dict[str, Any]]:
    """What our own command line tells with ``--json`` in a process of its own.

    Its standard input stays open meanwhile: the end of it would stop a training.
    """
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as beside,
        subprocess.Popen(
            [*own_command(), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=beside,
            encoding="utf-8",
            errors="replace",
            env={**own_environment(), **CHILD_SETTINGS},
        ) as child,
    ):
        patience = threading.Timer(TIMEOUT_SECONDS, child.kill)
        patience.start()
        assert child.stdout is not None
        lines = child.stdout.read().splitlines()
        code = child.wait()
        was_in_time = patience.is_alive()
        patience.cancel()
        beside.seek(0)
        warnings = beside.read().strip().splitlines()
    if not was_in_time:
        raise StepFailed(f"`maskwright {arguments[0]}` took more than {TIMEOUT_SECONDS} seconds.")
    events = [json.loads(line) for line in lines if line.startswith("{")]
    if code or not events:
        reason = warnings[-1] if warnings else f"exit code {code}, and not a word"
        raise StepFailed(f"`maskwright {arguments[0]}` failed: {reason}")
    return events
