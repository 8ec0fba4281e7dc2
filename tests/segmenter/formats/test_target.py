"""Where an export goes: what is told at its end, and what a killed process left beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled
from segmenter.formats.target import exported_to

ABOUT: dict[str, object] = {"format": "index-png"}
KILLED = """
import os, shutil, sys
from pathlib import Path
from segmenter.cancel import CancelToken
from segmenter.formats import target

def end(*_):
    os._exit(9)

name, renames = Path.rename, []

def rename(self, to):
    name(self, to)
    renames.append(to)
    if len(renames) == int(sys.argv[2]):
        end()

Path.rename = rename
with target.exported_to(Path(sys.argv[1]), {}, CancelToken()) as folder:
    (folder / "new.txt").write_text("new")
"""


def export(target: Path, words: str) -> None:
    with exported_to(target, ABOUT, CancelToken()) as folder:
        (folder / "labels.txt").write_text(words)


@pytest.mark.parametrize(
    "renames",
    [
        pytest.param(1, id="after the old one was moved aside"),
        pytest.param(2, id="after the new one took its place"),
        pytest.param(3, id="while the old one was deleted"),
    ],
)
def test_what_a_kill_leaves_is_put_right_by_the_next_export(tmp_path: Path, renames: int) -> None:
    out = tmp_path / "out"
    export(out, "old")
    killed = [sys.executable, "-c", KILLED, str(out), str(renames)]
    assert subprocess.run(killed).returncode == 9
    left = [each for each in tmp_path.iterdir() if each != out]
    assert left
    # Either of them is whole at any moment.
    whole = [each for each in tmp_path.iterdir() if (each / "labels.txt").exists()]
    assert whole or (out / "new.txt").exists()
    for each in left:
        os.utime(each, (0, 0))  # an hour later
    export(out, "newest")
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    assert (out / "labels.txt").read_text() == "newest"


def test_what_only_looks_like_a_replaced_export_stays(tmp_path: Path) -> None:
    for name in ("out (old 0123abcd)", "out (old thing)", "out (old)", "other (old 0123abcd)"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.txt").write_text("mine")
    before = {each.name for each in tmp_path.iterdir()}
    export(tmp_path / "out", "new")
    assert {each.name for each in tmp_path.iterdir()} == before | {"out"}


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_files_that_are_brought_to_the_disk_are_counted_and_can_be_stopped(
    tmp_path: Path, name: str
) -> None:
    told: list[tuple[int, int]] = []
    cancel = CancelToken()

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done == 3:
            cancel.cancel()

    def write() -> None:
        with exported_to(tmp_path / name, ABOUT, cancel, progress) as folder:
            for number in range(9):
                (folder / f"{number}.txt").write_text("x")

    with pytest.raises(Cancelled):
        write()
    # The mark is a file as well.
    assert told == [(0, 10), (1, 10), (2, 10), (3, 10)]
    assert list(tmp_path.iterdir()) == []
