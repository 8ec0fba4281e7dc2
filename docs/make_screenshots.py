"""Makes docs/screenshots/*.png: ``python docs/make_screenshots.py [--model NAME_OR_FILE]``.

Drives the real window over a copy of the sample photos, without a screen. Pixel ratios other
than 1 need a process of their own, since Qt takes them when it starts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
WAIT_MS = 120_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", default="starter")
    parser.add_argument("--to", type=Path, default=TARGET)
    parser.add_argument("--scene", choices=sorted(SCENES), help="one scene, in this process")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    if options.scene:
        take(options.scene, options.model, options.to)
        return
    for scene in SCENES:
        with tempfile.TemporaryDirectory() as home:
            own = {f"MASKWRIGHT_{n}": f"{home}/{n}" for n in ("CACHE", "CONFIG", "DATA", "LOG")}
            subprocess.run(
                [sys.executable, __file__, "--scene", scene, "--model", options.model,
                 "--to", str(options.to)],
                check=True,
                env={
                    **os.environ, **own,
                    "QT_QPA_PLATFORM": "offscreen",
                    "QT_SCALE_FACTOR": str(SCENES[scene][0]),
                    "PYTHONPATH": str(ROOT),
                },
            )  # fmt: skip
        print(f"{options.to / scene}.png")


def take(scene: str, model: str, to: Path) -> None:
    """One picture, in this process."""
    from gui.app import build
    from gui.settings import Settings

    _, theme, size, play = SCENES[scene]
    settings = Settings()
    settings.theme = theme
    settings.model = model
    settings.save()
    # The folder's name is in the picture.
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "Sample photos"
        shutil.copytree(ROOT / "resources" / "sample", folder)
        _, window = build(["maskwright"])
        window.resize(*size)
        window.show()
        try:
            shown = play(window, folder)
            if not shown.grab().save(str(to / f"{scene}.png")):
                raise SystemExit(f"{scene}.png could not be written to {to}")
        finally:
            window.close()


def settle(window, milliseconds: int = 900) -> None:
    """Until no job is left and the thumbnails are drawn."""
    from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer

    deadline = QDeadlineTimer(WAIT_MS)
    loop = QEventLoop()
    while not window.jobs.is_idle and not deadline.hasExpired():
        QTimer.singleShot(20, loop.quit)
        loop.exec()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def welcome(window, folder):
    settle(window)
    return window


def opened(window, folder):
    window.open_folder(folder)
    settle(window)
    return window


def segmented(window, folder, image: str = "flower.jpg"):
    opened(window, folder)
    window.actions_by_name["segment.folder"].trigger()
    settle(window, 50)
    if any(record.state != "predicted" for record in window.project.images()):
        raise SystemExit(f"The photos could not be segmented: {window.messages.text}")
    window.messages.clear()
    window.workspace.image_list.select(image)
    settle(window)
    return window


def with_view(action: str, image: str) -> Callable[..., object]:
    def play(window, folder):
        segmented(window, folder, image)
        window.actions_by_name[action].trigger()
        return window

    return play


def during_a_run(window, folder):
    opened(window, folder)
    window.workspace.image_list.select("cat.jpg")
    from PySide6.QtCore import QEventLoop

    loop = QEventLoop()
    window.inference.progressed.connect(lambda done, _: loop.quit() if done >= 4 else None)
    window.inference.finished.connect(loop.quit)
    window.actions_by_name["segment.folder"].trigger()
    loop.exec()
    return window


def dialog(action: str, name: str) -> Callable[..., object]:
    def play(window, folder):
        from PySide6.QtWidgets import QDialog

        opened(window, folder)
        window.actions_by_name[action].trigger()
        settle(window)
        return window.findChild(QDialog, name)

    return play


NORMAL = (1280, 800)
SCENES: dict[str, tuple[float, str, tuple[int, int], Callable[..., object]]] = {
    "welcome": (1, "light", NORMAL, welcome),
    "welcome-dark": (1, "dark", NORMAL, welcome),
    "main": (1, "light", NORMAL, segmented),
    "main-dark": (1, "dark", NORMAL, segmented),
    "main-2x": (2, "light", NORMAL, segmented),
    "small": (1, "light", (900, 600), segmented),
    "outlines": (1, "dark", NORMAL, with_view("view.outline", "fig.jpg")),
    "confidence": (1, "light", NORMAL, with_view("view.confidence", "dandelion.jpg")),
    "running": (1, "light", NORMAL, during_a_run),
    "models": (1, "light", NORMAL, dialog("model.manager", "model_chooser")),
    "shortcuts": (1, "light", NORMAL, dialog("help.shortcuts", "shortcut_sheet")),
}
"""Name → pixel ratio, theme, window size, what happens before the picture is taken."""

if __name__ == "__main__":
    main()
