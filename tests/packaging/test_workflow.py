"""The workflow that makes releases, which runs on GitHub alone."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github/workflows/release.yml"


def test_whatever_it_starts_of_ours_is_there() -> None:
    text = WORKFLOW.read_text("utf-8")
    started = set(re.findall(r"packaging/[\w./-]*\w", text))
    assert {"packaging/dev", "packaging/bundle/build.py"} <= started
    assert all((ROOT / path).is_file() for path in started), started


def test_actionlint_has_nothing_to_say() -> None:
    if shutil.which("actionlint") is None:
        pytest.skip("actionlint is not installed, and no package of Debian has it")
    done = subprocess.run(["actionlint", str(WORKFLOW)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
