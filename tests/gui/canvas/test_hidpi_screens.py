"""Qt takes the pixel ratio at the start of a process: the screen tests again, in others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("ratio", ["1.25", "1.5", "2"])
@pytest.mark.parametrize(
    "file", ["test_canvas_screen.py", "test_comparison_screen.py", "test_brush_ring_screen.py"]
)
def test_the_screen_is_right_at_ratio(file: str, ratio: str) -> None:
    environment = os.environ | {"QT_SCALE_FACTOR": ratio, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider",
         str(Path(__file__).with_name(file))],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
