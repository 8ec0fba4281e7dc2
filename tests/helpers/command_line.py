"""The command line in a process of its own, as a person starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "segmenter.cli"]
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Finished:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """The lines of ``--json``."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    def event(self, name: str) -> dict[str, Any]:
        """The only event of this name."""
        (found,) = (event for event in self.events if event["event"] == name)
        return found


class CommandLine:
    """Runs ``maskwright …`` in ``cwd``."""

    def __init__(self, cwd: Path) -> None:
        self.cwd = cwd

    def __call__(self, *arguments: object, **environment: str | None) -> Finished:
        child = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            cwd=self.cwd,
            env=child_environment(**environment),
            capture_output=True,
            text=True,
        )
        return Finished(child.returncode, child.stdout, child.stderr)


def child_environment(**changes: str | None) -> dict[str, str]:
    """This process's environment; the packages are found from any folder. None removes."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "2"}
    for name, value in changes.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    return environment
