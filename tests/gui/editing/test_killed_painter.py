"""``kill -9`` at any moment loses at most the last second of painting."""

from __future__ import annotations

import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from painting import add_classes, mask_on_disk
from PIL import Image
from windows import WAIT_MS

from segmenter.project.listing import DATA_FOLDER_NAME
from segmenter.project.project import Project
from segmenter.project.state import State

KILLS = 50
AT_A_TIME = 3
MAY_BE_LOST = 1.0
"""Seconds."""
SIZE = (320, 200)
NAMES = ("astronaut.png", "cat.png", "coffee.png")

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no kill -9"),
    pytest.mark.alone,
]


@dataclass
class Painters:
    """The process that forks them."""

    process: subprocess.Popen[str]
    asking: threading.Lock = field(default_factory=threading.Lock)

    def start(self, folder: Path, log: Path, seed: int) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.asking:
            self.process.stdin.write(f"{folder}\t{log}\t{seed}\n")
            self.process.stdin.flush()
            return int(self.process.stdout.readline())


@pytest.fixture
def painters() -> Iterator[Painters]:
    root = Path(__file__).parents[3]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(root), str(root / "tests" / "helpers"))),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    script = Path(__file__).with_name("killed_painter.py")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Painters(process)
        process.kill()


@pytest.fixture
def original(tmp_path: Path, sample: Path) -> Path:
    """Three small photos with a project that knows classes."""
    folder = tmp_path / "original"
    folder.mkdir()
    for name in NAMES:
        with Image.open(sample / name.replace("png", "jpg")) as photo:
            photo.convert("RGB").resize(SIZE).save(folder / name)
    add_classes(folder)
    return folder


def test_killing_the_app_while_it_paints_loses_at_most_the_last_second(
    painters: Painters, original: Path, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        lives = [
            pool.submit(_paint_and_die, painters, original, tmp_path / str(seed), seed)
            for seed in range(KILLS)
        ]
        saved = [life.result() for life in lives]
    masks, strokes = (sum(column) for column in zip(*saved, strict=True))
    print(f"\n{KILLS} kills, {strokes} actions, {masks} masks on the disk, all whole")
    assert strokes > 2 * KILLS
    assert masks > KILLS


def _paint_and_die(painters: Painters, original: Path, folder: Path, seed: int) -> tuple[int, int]:
    """Number of masks on the disk and of actions painted, after all was found to be right."""
    shutil.copytree(original, folder)
    log = folder.with_suffix(".log")
    painter = painters.start(folder, log, seed)
    seconds = random.Random(seed).uniform(0.1, 2.6)
    _wait_until(lambda: log.exists() and log.stat().st_size > 0)
    threading.Event().wait(seconds)  # the moment is any
    killed_at = monotonic()
    os.kill(painter, signal.SIGKILL)
    _wait_until(lambda: not _is_alive(painter))
    records = list(_records(log))
    assert records, f"painter {seed} never painted"
    data_folder = folder / DATA_FOLDER_NAME
    masks = [name for name in NAMES if _is_right(data_folder, name, records, killed_at, seed)]
    _check_opens_again(folder, masks)
    return len(masks), sum(record[1] == "begin" for record in records)


def _wait_until(happened: Callable[[], bool]) -> None:
    deadline = monotonic() + WAIT_MS / 1000
    while not happened():
        assert monotonic() < deadline
        threading.Event().wait(0.01)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _is_right(
    data_folder: Path, name: str, records: list[Any], killed_at: float, seed: int
) -> bool:
    """Whether there is a mask; fails where it isn't what it must be: every pixel as it was one
    second before, or as any later event has made it."""
    mask = mask_on_disk(data_folder, name)  # raises where it is not whole
    found = mask.ravel() if mask is not None else np.full(SIZE[0] * SIZE[1], 255, np.uint8)
    assert found.shape == (SIZE[0] * SIZE[1],)
    expected = np.full(found.shape, 255, np.uint8)
    own = [record for record in records if record[2] == name]
    old = [record for record in own if record[0] <= killed_at - MAY_BE_LOST]
    for _, kind, _, *change in old:
        if kind == "end":
            expected[change[0]] = change[1]
    fits: NDArray[np.bool_] = found == expected
    for _, kind, _, *change in own[len(old) :]:
        if kind == "end":
            fits[change[0]] |= found[change[0]] == change[1]
    if own and own[-1][1] == "begin":
        # Painted, and saved at once, and killed before it could write that down.
        fits |= (found == own[-1][3]) | (own[-1][3] == -1)
    assert fits.all(), (
        f"painter {seed}, {name}: {np.count_nonzero(~fits)} pixels are older than a second, "
        f"{len(old)} of {len(own)} records had to be there, mask {mask is not None}, last ones "
        f"{[(round(killed_at - r[0], 3), r[1]) for r in own[-6:]]}"
    )
    return mask is not None


def _check_opens_again(folder: Path, masks: list[str]) -> None:
    with Project.open(folder) as project:
        assert not project.read_only
        assert not project.notes
        project.scan()
        assert {r.name for r in project.images() if r.state is State.CORRECTED} == set(masks)
        assert not list(project.data_folder.rglob(".maskwright-*"))


def _records(log: Path) -> Iterator[Any]:
    with log.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except (EOFError, pickle.UnpicklingError):
                return  # the last one was cut off
