"""The door from the command line to the window: the one place that imports ``gui``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from segmenter.cli.display import why_no_screen
from segmenter.errors import MaskwrightError


def open_window(path: Path | None = None) -> int:
    """Open the app, on a folder or an image if one is given; returns when its window closes.

    Raises:
        MaskwrightError: there is no screen, or Qt's system libraries are missing.
    """
    if why := why_no_screen():
        raise MaskwrightError(
            f"There is no screen here ({why}), so the window can't open; "
            "`maskwright segment FOLDER` does the same work without one."
        )
    try:
        from gui.app import main as gui_main
    except ImportError as error:
        if "PySide6" not in str(error) and ".so" not in str(error):
            raise
        raise MaskwrightError(
            f"Qt can't be loaded ({error}); `maskwright doctor` and the README say which system "
            "libraries it needs."
        ) from error
    return gui_main(["maskwright", *([str(path)] if path else [])])


def describe_screen() -> dict[str, Any]:
    """What Qt finds here, see :func:`gui.screen.describe_screen`."""
    from gui.screen import describe_screen

    return describe_screen()


def try_window(folder: Path) -> dict[str, Any]:
    """Whether the window does what a person needs first, see :func:`gui.window_check.check_window`.

    Raises:
        MaskwrightError: what does not work.
    """
    from gui.window_check import check_window

    return check_window(folder)
