"""How soon an installed app is there, beside the source tree: a table, never an assertion.

    python tests/benchmarks/bundle.py [--bundle dist/maskwright] [--runs 5]

"First window" is the first time that anything is seen on a virtual screen (it needs Xvfb); "first
prediction" is a whole `segment` of one photo, from the start of the process to its end. The two
take turns, and a first run of each, which warms the disk's cache, does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from measure import ROOT, machine, median, print_table
from PIL import ImageGrab

SCREEN = ":4713"
SIZE = (1280, 800)
WAIT_S = 120.0
PHOTO = ROOT / "resources" / "sample" / "cat.jpg"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--bundle", type=Path, default=ROOT / "dist" / "maskwright")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    record = json.loads(options.bundle.with_suffix(".json").read_text("utf-8"))
    print(machine())
    print(
        f"bundle: {record['flavour']}, torch {record['torch']}, {record['bytes'] / 1e6:.0f} MB in "
        f"{record['files']} files, built in {record['build_seconds']} s"
    )
    source = [sys.executable, "-m", "segmenter.cli"]
    programs = {"source tree": source, "bundle": [str(options.bundle / "maskwright")]}
    with tempfile.TemporaryDirectory() as place:
        rows = [
            _row("maskwright --version, s", programs, options.runs, _version, place),
            _row("start → first prediction, s", programs, options.runs, _prediction, place),
        ]
        if shutil.which("Xvfb"):
            with _screen():
                rows.append(_row("start → first window, s", programs, options.runs, _window, place))
    print_table(f"medians of {options.runs} runs (best)", ["what", *programs], rows)


def _row(
    label: str,
    programs: Mapping[str, list[str]],
    runs: int,
    measure: Callable[[list[str], dict[str, str]], float],
    place: str,
) -> list[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DISPLAY": SCREEN,
        "QT_QPA_PLATFORM": "xcb",
        **{f"MASKWRIGHT_{kind}": place for kind in ("CACHE", "CONFIG", "DATA", "LOG")},
    }
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(runs + 1):
        for name, program in programs.items():
            seconds[name].append(measure(program, environment))
    timed = [each[1:] for each in seconds.values()]
    return [label, *(f"{median(each):.2f} ({min(each):.2f})" for each in timed)]


def _version(program: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([*program, "--version"], check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _prediction(program: list[str], environment: dict[str, str]) -> float:
    with tempfile.TemporaryDirectory() as out:
        began = time.perf_counter()
        subprocess.run(
            [*program, "segment", str(PHOTO), "--out", out],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return time.perf_counter() - began


def _window(program: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    child = subprocess.Popen(program, env=environment, stderr=subprocess.DEVNULL)
    try:
        while not _is_seen():
            if child.poll() is not None or time.perf_counter() - began > WAIT_S:
                raise SystemExit(f"{program[0]} opened no window")
        return time.perf_counter() - began
    finally:
        child.terminate()
        child.wait()
        while _is_seen():  # the next one starts with an empty screen
            pass


def _is_seen() -> bool:
    return ImageGrab.grab(xdisplay=SCREEN).getbbox() is not None


def _is_there() -> bool:
    try:
        _is_seen()
    except OSError:
        return False
    return True


@contextmanager
def _screen() -> Iterator[None]:
    """A virtual one, black until something is drawn."""
    width, height = SIZE
    screen = subprocess.Popen(
        ["Xvfb", SCREEN, "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + WAIT_S
        while not _is_there() and time.monotonic() < deadline:
            pass
        yield
    finally:
        screen.terminate()
        screen.wait()


if __name__ == "__main__":
    main()
