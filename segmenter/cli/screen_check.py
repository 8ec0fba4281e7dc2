"""Whether a window can open here, asked of Qt in a process of its own.

Qt ends the whole process where it can't reach a screen, so that this can't be tried in ours.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import typer

from segmenter.cli.display import why_no_screen
from segmenter.cli.own_command import own_command

_TIMEOUT_SECONDS = 30


def screen_check() -> None:
    """Print as JSON what Qt finds: versions, platform plugins, screens."""
    from segmenter.cli.window import describe_screen

    print(json.dumps(describe_screen()))
    raise typer.Exit


def screen_works() -> bool:
    """Whether Qt reaches a screen that a person can see."""
    return not why_no_screen() and "platform" in look_at_screen()


def look_at_screen() -> dict[str, Any]:
    """What :func:`screen_check` prints; ``{"error": sentence}`` where Qt could not start.

    Where there is no screen, which is no fault, Qt is tried without one.
    """
    if why := why_no_screen():
        return {"note": why, **_ask_qt(QT_QPA_PLATFORM="offscreen")}
    return _ask_qt()


def _ask_qt(**environment: str) -> dict[str, Any]:
    try:
        child = subprocess.run(
            [*own_command(), "screen-check"],
            check=False,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            env={**own_environment(), "QT_LOGGING_TO_CONSOLE": "1", **environment},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"error": f"Qt could not be started: {error}."}
    try:
        found: dict[str, Any] = json.loads(child.stdout)
    except ValueError:
        told = child.stderr.strip().splitlines()
        return {"error": told[0] if told else f"Qt ended with exit code {child.returncode}."}
    return found


def own_environment() -> dict[str, str]:
    """Ours, in which the child also finds the packages of a checkout that is not installed."""
    paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
