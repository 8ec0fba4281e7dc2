"""What an open image takes in memory: a table, never an assertion.

    python tests/benchmarks/memory.py [--sizes 12 50]

The real window, without a screen and without a model, in a process of its own for each size: from
a tiny image to a large one that has a prediction, then corrected by a stroke that is saved, then
compared with its prediction. What there is more than with the tiny image, in bytes for each pixel
of the large one: of arrays that are alive / of the process as the system sees it, which includes
what libraries keep for later. Linux only.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import linecache
import os
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np
from measure import ROOT, machine, print_table, run_child
from painting import Painter
from PySide6.QtWidgets import QApplication

from gui.app import build
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.torch_import import import_torch_gently
from segmenter.project.project import Project

SIZES = {12: (4000, 3000), 50: (8660, 5774)}
TINY = [f"a{number:02}.png" for number in range(12)]
"""So many that the large one is far from the first: neighbours are read in advance."""
LARGE = "b.jpg"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="+", choices=tuple(SIZES), default=[12, 50])
    options.add_argument("--child", type=int, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child is not None:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(Path(folder), SIZES[chosen.child])))
        return
    print(machine())
    results = {size: run_child(__file__, str(size)) for size in chosen.sizes}
    rows = [
        [str(size), *(f"{arrays:.2f} / {process:.2f}" for arrays, process in result.values())]
        for size, result in results.items()
    ]
    columns = next(iter(results.values())).keys()
    print_table("Bytes a pixel of the open image", ["MP", *columns], rows)


def measure(folder: Path, size: tuple[int, int]) -> dict[str, tuple[float, float]]:
    os.environ["MASKWRIGHT_CONFIG"] = str(folder / "config")
    os.environ["MASKWRIGHT_CACHE"] = str(folder / "cache")
    images = folder / "images"
    import_torch_gently()  # else it would come in between, and count for the image
    linecache.clearcache()
    tracemalloc.start()
    make_project(images, size)
    settings = Settings()
    settings.model = str(folder / "none.safetensors")  # no torch beside it
    settings.save()
    app, window = build(["maskwright", str(images)])
    window.resize(1400, 900)
    window.show()
    settle(app, window)
    show(app, window, TINY[0])
    painter = Painter(window)
    painter.choose_brush(1)
    painter.stroke((10, 10), (20, 20))
    settle(app, window)
    before, pixels = held(app), size[0] * size[1]
    result = {}

    def note(what: str) -> None:
        settle(app, window)
        arrays, process = held(app)
        result[what] = (arrays - before[0]) / pixels, (process - before[1]) / pixels

    show(app, window, LARGE)
    note("shown")
    painter.stroke((size[0] // 2, size[1] // 2), (size[0] // 2 + 300, size[1] // 2))
    note("corrected")
    window.actions_by_name["view.split"].trigger()
    note("compared with the prediction")
    window.close()
    app.processEvents()
    return result


def make_project(folder: Path, size: tuple[int, int]) -> None:
    """Tiny photos, and a large one with a prediction of some discs."""
    folder.mkdir()
    photo = cv2.imread(str(ROOT / "resources" / "sample" / "coffee.jpg"))
    assert photo is not None
    for name in TINY:
        cv2.imwrite(str(folder / name), cv2.resize(photo, (64, 64)))
    cv2.imwrite(str(folder / LARGE), cv2.resize(photo, size, interpolation=cv2.INTER_LINEAR))
    labels = np.zeros((size[1], size[0]), np.uint8)
    for step in range(1, 4):
        cv2.circle(labels, (size[0] * step // 4, size[1] // 2), size[1] // 6, step, -1)
    with Project.open(folder) as project:
        project.scan()
        project.class_ids_for(("background", "cat", "dog", "bird"))
        project.save_prediction(LARGE, labels, np.full_like(labels, 200), 0.5)


def show(app: QApplication, window: MainWindow, name: str) -> None:
    window.workspace.image_list.select(name)
    while window.shown_name != name:
        app.processEvents()
    settle(app, window)


def settle(app: QApplication, window: MainWindow) -> None:
    app.processEvents()
    while not window.jobs.is_idle:
        app.processEvents()
    app.processEvents()


def held(app: QApplication) -> tuple[int, int]:
    """Bytes of the arrays that are alive, and of the process, files on the disk aside; once
    neither changes any more: thumbnails are made meanwhile."""
    system = ctypes.CDLL("libc.so.6")
    gc.collect()
    last, since = (0, 0), time.monotonic()
    while time.monotonic() < since + 1.0:
        app.processEvents()
        time.sleep(0.02)
        system.malloc_trim(0)
        status = Path("/proc/self/status").read_text()
        process = int(status.partition("RssAnon:")[2].split()[0]) * 1024
        now = tracemalloc.get_traced_memory()[0], process
        if max(abs(one - other) for one, other in zip(now, last, strict=True)) > 2 << 20:
            last, since = now, time.monotonic()
    return last


if __name__ == "__main__":
    main()
