"""For all tests: no screen, nothing of the user's, and the sample photos."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from bad_server import Server, serve

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the cache, settings, logs or data of who runs it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CACHE", "CONFIG", "DATA", "LOG"):
            patch.setenv(f"MASKWRIGHT_{name}", str(home / name.lower()))
        yield


@pytest.fixture(scope="session")
def sample() -> Path:
    """The folder of sample photos; to be read only."""
    return Path(__file__).parent.parent / "resources" / "sample"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on this computer that behaves as the test wants."""
    with serve() as running:
        yield running


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB, where this user may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("no mount here")
    if done.returncode:
        pytest.skip("this user may not mount a disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)
