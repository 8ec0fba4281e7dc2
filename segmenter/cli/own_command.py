"""How to start ourselves again, in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path


def own_command() -> list[str]:
    """Program and first arguments; what a person types after ``maskwright`` goes behind them.

    In a bundle it is the ``maskwright-cli`` beside the window's program, which has no terminal
    to speak through.
    """
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        return [str(program.with_name(f"maskwright-cli{program.suffix}"))]
    return [sys.executable, "-m", "segmenter.cli"]
