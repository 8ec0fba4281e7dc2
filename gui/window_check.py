"""Whether the installed window does what a person needs first, without anybody to look at it."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer, qVersion
from PySide6.QtGui import QFontDatabase, QImage, QImageReader

import gui
from gui.app import build
from gui.icons import icon
from gui.main_window import MainWindow
from segmenter.errors import MaskwrightError
from segmenter.paths import resource
from segmenter.project.state import State

LONGEST = 120.0
"""Seconds for one thing; a computer that is busy may take long to import torch."""


def check_window(folder: Path) -> dict[str, Any]:
    """Open ``folder`` in a window, segment its first image, look at what is drawn.

    Returns plain values. Raises :class:`MaskwrightError` with what does not work.
    """
    modules = _import_all()
    app, window = build(["maskwright", str(folder)])
    bugs: list[str] = []
    usual_hook = sys.excepthook
    # What is raised in a slot would be told on the screen, and the window go on.
    sys.excepthook = lambda kind, error, where: bugs.append(f"{kind.__name__}: {error}")
    window.inference.crashed.connect(
        lambda trouble: bugs.append(trouble.strip().rpartition("\n")[2])
    )
    try:
        _check_formats()
        icons = _check_icons()
        window.resize(1000, 700)
        window.show()
        _wait(lambda: bool(window.shown_name) and window.jobs.is_idle, "The folder was not opened")
        began = time.monotonic()
        window.actions_by_name["segment.image"].trigger()
        _wait(lambda: _is_segmented(window) and window.jobs.is_idle, "No image was segmented")
        seconds = time.monotonic() - began
        check_picture(window.grab().toImage())
        if bugs:
            raise MaskwrightError(f"The window ran into a bug ({bugs[0]}).")
        return {
            "qt": qVersion(),
            "platform": app.platformName(),
            "modules": modules,
            "icons": icons,
            "fonts": len(QFontDatabase.families()),
            "seconds_to_segment": round(seconds, 2),
        }
    finally:
        sys.excepthook = usual_hook
        window.close()
        window.inference.wait_for_end(20.0)


def _import_all() -> int:
    """Most are imported only when they are first needed."""
    names = [module.name for module in pkgutil.walk_packages(gui.__path__, "gui.")]
    for name in names:
        importlib.import_module(name)
    return len(names)


def _check_formats() -> None:
    known = {bytes(each.data()).decode() for each in QImageReader.supportedImageFormats()}
    if missing := {"jpg", "png", "svg"} - known:
        raise MaskwrightError(f"Qt can't read {', '.join(sorted(missing))}: a plugin is missing.")


def _check_icons() -> int:
    names = [path.stem for path in sorted(resource("icons").glob("*.svg"))]
    blank = [name for name in names if _is_blank(icon(name).pixmap(32, 32).toImage())]
    if blank or not names:
        raise MaskwrightError(f"Icons are not drawn: {', '.join(blank) or 'there are none'}.")
    return len(names)


def _is_blank(image: QImage) -> bool:
    return image.isNull() or not any(
        image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())
    )


def check_picture(image: QImage) -> None:
    """Raises :class:`MaskwrightError` where nothing is drawn."""
    small = image.scaled(100, 70)
    seen = {small.pixel(x, y) for x in range(small.width()) for y in range(small.height())}
    if len(seen) < 50:
        raise MaskwrightError(f"The window is empty: {len(seen)} colours in it.")


def _is_segmented(window: MainWindow) -> bool:
    project = window.project
    return project is not None and project.image(window.shown_name).state == State.PREDICTED


def _wait(reached: Callable[[], bool], sentence: str) -> None:
    """In Qt's own event loop. Raises :class:`MaskwrightError` where it takes too long."""
    deadline = time.monotonic() + LONGEST
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.quit() if reached() or time.monotonic() > deadline else None)
    timer.start(20)
    loop.exec()
    if not reached():
        raise MaskwrightError(f"{sentence} within {LONGEST:.0f} s.")
