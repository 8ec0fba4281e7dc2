"""Files are read whole, in no more memory than they need."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from segmenter.errors import MaskwrightError
from segmenter.project.file_bytes import open_file, read_bytes


def test_reads_a_file_whole(tmp_path: Path) -> None:
    contents = bytes(range(256)) * 1000
    (tmp_path / "x.png").write_bytes(contents)
    assert read_bytes(tmp_path / "x.png") == contents


def test_takes_no_more_memory_than_the_file_has_bytes(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"abc")
    tracemalloc.start()
    try:
        read_bytes(tmp_path / "x.png")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space")
def test_a_file_larger_than_the_free_memory_is_told(tmp_path: Path) -> None:
    with (tmp_path / "x.png").open("wb") as file:
        file.truncate(2**30)
    program = (
        "import resource, sys\n"
        "from segmenter.errors import MaskwrightError\n"
        "from segmenter.project.file_bytes import read_bytes\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**30, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    read_bytes(sys.argv[1])\n"
        "except MaskwrightError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "x.png")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "“x.png” needs more memory than is free.\n"


def test_an_opened_file_is_at_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"abc")
    with open_file(tmp_path / "x.png") as file:
        assert file.read(2) == b"ab"


def test_an_empty_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "x.png").touch()
    with pytest.raises(MaskwrightError, match=r"empty \(0 bytes\)"):
        open_file(tmp_path / "x.png")
