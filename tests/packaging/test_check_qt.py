"""The check for Qt's system libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "packaging" / "check_qt.py"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks for Linux's libraries")


def told(*options: str) -> str:
    return subprocess.run(
        [sys.executable, *options, str(SCRIPT)], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_qt_that_can_not_be_loaded_misses_everything() -> None:
    assert told("-S") == "core fonts x11"  # without site-packages


def test_qt_that_runs_these_tests_misses_neither_its_core_nor_fonts() -> None:
    assert told() in ("", "x11")
