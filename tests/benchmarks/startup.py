"""How soon the window stands, and how long it ever stands still: a table, never an assertion.

    python tests/benchmarks/startup.py [--runs 5] [--model starter] [--photos FOLDER]

Every row is measured in fresh processes, without a screen (QT_QPA_PLATFORM=offscreen) unless one
is set. "Gap" is the longest pause of a 5 ms timer on the GUI thread.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from measure import ROOT, machine, median, print_table, run_child

WAIT_S = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--photos", type=Path, default=ROOT / "resources" / "sample")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, *arguments = options.child
        print(json.dumps(CHILDREN[what](*arguments)))
        return
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(machine())
    rows = []
    with tempfile.TemporaryDirectory() as place:
        for name in ("CACHE", "CONFIG", "DATA", "LOG"):
            os.environ[f"MASKWRIGHT_{name}"] = f"{place}/{name}"
        photos = Path(place) / "photos"
        shutil.copytree(options.photos, photos, ignore=shutil.ignore_patterns("maskwright"))
        rows += _row("start → first window, s", options.runs, "window")
        rows += _row("start with a folder → first image, s", options.runs, "folder", str(photos))
        rows += _row("import torch plainly: gap, ms", options.runs, "torch", "plain")
        rows += _row("import torch as the app does: gap, ms", options.runs, "torch", "gentle")
        for label, key in (
            ("segmenting the folder: gap, ms", "gap"),
            ("segmenting the folder: images/s", "rate"),
            ("key → next image, median, ms", "step"),
            ("key → next image, longest, ms", "longest_step"),
            ("closing during a run, s", "close"),
        ):
            results = _segmenting(options.runs, photos, options.model)
            rows.append([label, *_figures([result[key] for result in results])])
    print_table(f"{options.runs} runs", ["what", "median", "best", "worst"], rows)


def _row(label: str, runs: int, *arguments: str) -> list[list[str]]:
    values = [run_child(__file__, *arguments, str(time.time()))["value"] for _ in range(runs + 1)]
    return [[label, *_figures(values[1:])]]  # the first one warms the disk's cache


_measured: dict[str, list[dict[str, Any]]] = {}


def _segmenting(runs: int, photos: Path, model: str) -> list[dict[str, Any]]:
    if model not in _measured:
        _measured[model] = [run_child(__file__, "segment", str(photos), model) for _ in range(runs)]
    return _measured[model]


def _figures(values: list[float]) -> list[str]:
    return [f"{value:.3g}" for value in (median(values), min(values), max(values))]


# -- in processes of their own -------------------------------------------------------------


def first_window(started: str) -> dict[str, float]:
    """From the start of the process, interpreter included, to the first paint."""
    from gui.app import build

    app, window = build(["maskwright"])
    window.show()
    app.processEvents()
    seconds = time.time() - float(started)
    assert "torch" not in sys.modules
    window.close()
    return {"value": seconds}


def first_image(folder: str, started: str) -> dict[str, float]:
    from gui.app import build

    app, window = build(["maskwright", folder])
    window.show()
    while not window.shown_name and time.time() - float(started) < WAIT_S:
        app.processEvents()
    window.canvas.viewport().repaint()
    seconds = time.time() - float(started)
    window.close()
    _leave(json.dumps({"value": seconds}))
    return {}


def torch_gap(how: str, _started: str) -> dict[str, float]:
    import numpy  # noqa: F401 - the app has it by then

    from gui.torch_import import import_torch_gently

    def plainly() -> None:
        import torch  # noqa: F401

    thread = threading.Thread(target=import_torch_gently if how == "gentle" else plainly)
    thread.start()
    longest, last = 0.0, time.perf_counter()
    while thread.is_alive():
        time.sleep(0.005)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return {"value": longest * 1000}


def segment(folder: str, model: str) -> dict[str, float]:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from gui.app import build
    from gui.settings import Settings

    settings = Settings()
    settings.model = model
    settings.save()
    app, window = build(["maskwright", folder])
    window.resize(1280, 800)
    window.show()

    def until(reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WAIT_S
        while not reached():
            if time.monotonic() > deadline:
                raise SystemExit("the window never got there")
            app.processEvents()
            time.sleep(0.001)

    until(lambda: window.project is not None and window.jobs.is_idle)
    window.actions_by_name["segment.image"].trigger()
    until(lambda: window.jobs.is_idle)
    project = window.project
    assert project is not None
    result: dict[str, float] = {}
    with _longest_gap(result):
        started = time.perf_counter()
        window.actions_by_name["segment.folder_again"].trigger()
        qt_loop(lambda: window.jobs.is_idle)
        result["rate"] = len(project.images()) / (time.perf_counter() - started)
    steps = []
    for name in window.workspace.image_list.names[1:]:
        until(lambda: window.jobs.is_idle)
        started = time.perf_counter()
        QTest.keyClick(window, Qt.Key.Key_Right)
        until(partial(_shows, window, name))
        window.canvas.viewport().repaint()
        steps.append((time.perf_counter() - started) * 1000)
    result["step"], result["longest_step"] = median(steps), max(steps)
    done: list[int] = []
    window.inference.progressed.connect(lambda number, _: done.append(number))
    window.actions_by_name["segment.folder_again"].trigger()
    until(lambda: 1 in done)
    started = time.perf_counter()
    window.close()
    result["close"] = time.perf_counter() - started
    return result


def _shows(window: Any, name: str) -> bool:
    return bool(window.shown_name == name)


def qt_loop(reached: Callable[[], bool]) -> None:
    """Qt's own event loop, as in the app, until ``reached``."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if reached() else None)
    timer.start(5)
    loop.exec()


@contextmanager
def _longest_gap(result: dict[str, float]) -> Iterator[None]:
    from PySide6.QtCore import Qt, QTimer

    gaps: list[float] = [0.0]
    last = [time.perf_counter()]

    def beat() -> None:
        now = time.perf_counter()
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(beat)
    timer.start(5)
    yield
    timer.stop()
    result["gap"] = max(gaps) * 1000


def _leave(line: str) -> None:
    """End at once: the thread that imports torch need not finish."""
    print(line)
    sys.stdout.flush()
    os._exit(0)


CHILDREN: dict[str, Callable[..., dict[str, float]]] = {
    "window": first_window,
    "folder": first_image,
    "torch": torch_gap,
    "segment": segment,
}

if __name__ == "__main__":
    main()
