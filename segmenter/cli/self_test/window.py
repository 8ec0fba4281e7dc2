"""Whether the window opens, asked of the window's own program, without a screen."""

from __future__ import annotations

import json
import subprocess

from segmenter.cli.own_command import own_window_command
from segmenter.cli.screen_check import own_environment
from segmenter.cli.self_test.step import StepFailed
from segmenter.cli.self_test.workplace import Workplace

FOLDER = "Fotos im Fenster – 写真"
_TIMEOUT_SECONDS = 180


def open_window(place: Workplace) -> str:
    """In it a folder is opened and an image segmented, as by a person's hand."""
    photos = place.photos(FOLDER)
    told = place.folder / "window.json"
    try:
        child = subprocess.run(
            [*own_window_command(), "window-check", str(photos), "--out", str(told)],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_SECONDS,
            env={**own_environment(), "QT_QPA_PLATFORM": "offscreen"},
        )
    except subprocess.TimeoutExpired:
        raise StepFailed(f"The window took longer than {_TIMEOUT_SECONDS} s.") from None
    if child.returncode or not told.is_file():
        lines = child.stderr.strip().splitlines() or [f"it ended with {child.returncode}"]
        raise StepFailed(f"The window did not open: {' '.join(lines[-3:])}")
    found = json.loads(told.read_text("utf-8"))
    return (
        f"Qt {found['qt']}, {found['modules']} modules, {found['icons']} icons; "
        f"segmenting an image took {found['seconds_to_segment']:.1f} s with the start of torch."
    )
