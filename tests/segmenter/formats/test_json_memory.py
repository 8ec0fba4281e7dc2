"""A file that would fill the memory is refused before it does."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from segmenter.formats.json_memory import check_memory, free_memory, memory_needed

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
READ_WITHIN = """
import resource, sys
from pathlib import Path
from segmenter.errors import MaskwrightError
from segmenter.formats.json_node import read_json
from segmenter.formats.source import Source
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
limit = used + int(sys.argv[2]) * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    print(len(read_json(Source(Path(sys.argv[1])), "a.json").value))
except MaskwrightError as error:
    print(error)
"""


def read_within(megabytes: int, path: Path) -> str:
    """What reading it in a process of its own says, which may take so much memory more."""
    told = subprocess.run(
        [sys.executable, "-c", READ_WITHIN, str(path), str(megabytes)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    return told.stdout.strip()


@ON_LINUX
def test_a_text_that_becomes_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(f"[{'{},' * 6_000_000}0]", "ascii")
    assert "“a.json” needs about 0.8 GB of memory, but 0." in read_within(400, path)
    # Too little even for the text.
    assert "needs more memory than is free" in read_within(20, path)


@ON_LINUX
def test_a_large_text_is_read_where_there_is_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(f"[{'0.123456789012345,' * 1_000_000}0]", "ascii")
    assert read_within(400, path) == "1000001"


def test_what_is_small_is_never_refused() -> None:
    check_memory("[" * 1000, "a.json")
    free = free_memory()
    assert free is None or free > 2**20


def some_numbers() -> list[float]:
    return [random.Random(0).uniform(0, 640) for _ in range(20_000)]


@pytest.mark.parametrize(
    "value",
    [
        [{}] * 50_000,
        [[]] * 50_000,
        [{"a": 0}] * 50_000,
        [[1.5]] * 50_000,
        [str(n) for n in range(50_000)],
        some_numbers(),
        [{"id": n, "bbox": [0.5, 1.5, 2.5, 3.5], "iscrowd": 0} for n in range(5_000)],
    ],
    ids=["objects", "lists", "one key", "one number", "texts", "numbers", "annotations"],
)
def test_what_is_needed_is_estimated_near_enough(value: object) -> None:
    text = json.dumps(value, separators=(",", ":"))
    tracemalloc.start()
    try:
        json.loads(text)
        needed = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 0.9 < memory_needed(text) / needed < 3
