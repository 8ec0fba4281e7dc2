"""How to start ourselves again, in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

CHILD_SETTINGS = {
    # Threads that have nothing to do would otherwise spin, on the core that the window needs.
    "OMP_WAIT_POLICY": "passive",
    "PYTHONIOENCODING": "utf-8:backslashreplace",
}
"""Variables for a child that tells what it does with ``--json``."""


def own_command() -> list[str]:
    """Program and first arguments; what a person types after ``maskwright`` goes behind them.

    In a bundle it is the ``maskwright-cli`` beside the window's program, which has no terminal
    to speak through.
    """
    return _program("maskwright-cli")


def own_window_command() -> list[str]:
    """As :func:`own_command`, but the program that opens the window."""
    return _program("maskwright")


def _program(name: str) -> list[str]:
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        return [str(program.with_name(f"{name}{program.suffix}"))]
    return [sys.executable, "-m", "segmenter.cli"]
