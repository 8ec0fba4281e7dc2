"""What a bundle's programs do before anything else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BUNDLE = Path(__file__).parents[2] / "packaging" / "bundle"


def environment_after(prepared: dict[str, str]) -> dict[str, str]:
    """The variables that a child of a bundle in ``/opt/bundle`` gets."""
    script = (
        f"import os, sys; sys.path.insert(0, {str(BUNDLE)!r}); sys._MEIPASS = '/opt/bundle'\n"
        "from starting import prepare; prepare()\n"
        "for name, value in os.environ.items(): print(f'{name}={value}')"
    )
    child = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **prepared},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.partition("=")[::2] for line in child.stdout.splitlines())


def test_other_programs_get_their_own_libraries_back() -> None:
    ours = {"LD_LIBRARY_PATH": "/opt/bundle"}
    assert "LD_LIBRARY_PATH" not in environment_after(ours)
    theirs = environment_after({**ours, "LD_LIBRARY_PATH_ORIG": "/usr/local/cuda"})
    assert theirs["LD_LIBRARY_PATH"] == "/usr/local/cuda"


def test_a_child_that_is_ourselves_looks_for_its_libraries_anew() -> None:
    assert environment_after({})["PYINSTALLER_RESET_ENVIRONMENT"] == "1"
