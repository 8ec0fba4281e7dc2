"""Makes docs/screenshots/*.png: ``python docs/make_screenshots.py [--only NAME ...]``.

Drives the real window over a copy of the sample photos, without a screen. Every picture has a
process of its own: Qt takes the pixel ratio when it starts, and no scene sees another's traces.
The photos are segmented once, for all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
PHOTOS = "Sample photos"
"""The folder's name is in the pictures."""
NORMAL, SMALLER = (1280, 800), (1100, 700)


@dataclass(frozen=True)
class Shot:
    """One picture: which scene, and in what window."""

    scene: str
    """Module and function of ``pictures``, and what the function is called with."""
    theme: str = "light"
    size: tuple[int, int] = NORMAL
    ratio: float = 1


SHOTS = {
    "welcome": Shot("viewing.welcome"),
    "welcome-dark": Shot("viewing.welcome", "dark"),
    "main": Shot("viewing.segmented"),
    "main-dark": Shot("viewing.segmented", "dark"),
    "main-2x": Shot("viewing.segmented", ratio=2),
    "small": Shot("viewing.segmented", size=(900, 600)),
    "outlines": Shot("viewing.with_view view.outline fig.jpg", "dark"),
    "confidence": Shot("viewing.with_view view.confidence dandelion.jpg"),
    "running": Shot("viewing.during_a_run"),
    "models": Shot("models.manager"),
    "models-dark": Shot("models.manager", "dark", ratio=2),
    "comparison": Shot("models.comparison"),
    "comparison-dark": Shot("models.comparison", "dark", ratio=2),
    "shortcuts": Shot("viewing.dialog help.shortcuts shortcut_sheet"),
    "brush": Shot("correcting.brush", size=SMALLER),
    "polygon": Shot("correcting.polygon", "dark", SMALLER),
    "wand": Shot("correcting.wand", "dark", SMALLER),
    "smart": Shot("correcting.smart", size=SMALLER),
    "changes": Shot("correcting.changes", size=SMALLER),
    "split": Shot("correcting.split", "dark", SMALLER),
    "merging": Shot("correcting.merging", size=SMALLER),
    "statistics": Shot("correcting.statistics"),
    "statistics-dark": Shot("correcting.statistics", "dark", ratio=2),
    "preferences": Shot("correcting.preferences"),
    "export": Shot("formats.exporting"),
    "export-dark": Shot("formats.exporting", "dark", ratio=2),
    "import": Shot("formats.importing"),
    "import-dark": Shot("formats.importing", "dark", ratio=2),
    "learn-offered": Shot("learning.offered", size=SMALLER),
    "learning": Shot("learning.under_way", "dark", SMALLER),
    "fine-tune": Shot("training.asked"),
    "fine-tune-dark": Shot("training.asked", "dark", ratio=2),
    "training": Shot("training.under_way"),
    "training-dark": Shot("training.under_way", "dark", ratio=2),
    "training-small": Shot("training.under_way", "dark", (900, 600)),
    "training-done": Shot("training.done", size=SMALLER),
    "training-closing": Shot("training.closing", size=SMALLER),
    "learnt": Shot("learning.learnt", size=SMALLER),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", default="starter")
    parser.add_argument("--to", type=Path, default=TARGET)
    parser.add_argument("--only", nargs="+", choices=sorted(SHOTS), default=list(SHOTS))
    parser.add_argument("--in-this-process", metavar="PHOTOS", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    if options.in_this_process:
        take(options.only[0], options.in_this_process, options.model, options.to)
        return
    with tempfile.TemporaryDirectory() as place:
        template = Path(place) / "template"
        shutil.copytree(ROOT / "resources" / "sample", template)
        segment(template, options.model)
        for name in options.only:
            run(name, template, options.model, options.to)
            print(options.to / f"{name}.png")


def segment(folder: Path, model: str) -> None:
    """By the command line, so that the scenes open a folder that is ready."""
    subprocess.run(
        [sys.executable, "-m", "segmenter.cli", "segment", str(folder), "--model", model],
        check=True, cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def run(name: str, template: Path, model: str, to: Path) -> None:
    """In a process of its own, over a copy of the photos, with settings of its own."""
    with tempfile.TemporaryDirectory() as home:
        own = {f"MASKWRIGHT_{n}": f"{home}/{n}" for n in ("CACHE", "CONFIG", "DATA", "LOG")}
        folder = Path(home) / PHOTOS
        shutil.copytree(template, folder)
        screen = Path(home) / "screen.json"
        screen.write_text(json.dumps({"screens": [{"width": 1920, "height": 1200}]}))
        subprocess.run(
            [sys.executable, __file__, "--only", name, "--in-this-process", str(folder),
             "--model", model, "--to", str(to)],
            check=True,
            env={
                **os.environ, **own,
                "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
                "QT_SCALE_FACTOR": str(SHOTS[name].ratio),
                "PYTHONPATH": str(ROOT),
            },
        )  # fmt: skip


def take(name: str, folder: Path, model: str, to: Path) -> None:
    """One picture, in this process."""
    from gui.app import build
    from gui.settings import Settings

    shot = SHOTS[name]
    settings = Settings()
    settings.theme = shot.theme
    settings.model = model
    settings.save()
    _, window = build(["maskwright"])
    window.resize(*shot.size)
    window.show()
    try:
        shown: Any = scene(shot.scene)(window, folder)
        picture = shown.grab() if hasattr(shown, "grab") else shown
        if not picture.save(str(to / f"{name}.png")):
            raise SystemExit(f"{name}.png could not be written to {to}")
    finally:
        window.close()
        window.inference.wait_for_end(30.0)


def scene(words: str) -> Any:
    """What ``viewing.dialog help.about about_dialog`` names."""
    import pictures.correcting
    import pictures.formats
    import pictures.learning
    import pictures.models
    import pictures.training
    import pictures.viewing

    where, *arguments = words.split()
    module, function = where.split(".")
    play = getattr(getattr(pictures, module), function)
    return play(*arguments) if arguments else play


if __name__ == "__main__":
    main()
