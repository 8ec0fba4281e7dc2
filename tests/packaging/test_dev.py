"""The set-up script on computers that lack something, and the lock it installs."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "dirname", "cat", "awk", "sed", "df", "cmp", "id", "mktemp", "rm", "tail", "tr")

pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A checkout without an environment."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "packaging", folder / "packaging")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A folder of programs with the usual small tools and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (folder / tool).symlink_to(found)
    return folder


def dev(clone: Path, path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(clone / "packaging" / "dev"), *arguments],
        env={"PATH": str(path), "HOME": str(clone)},
        capture_output=True,
        text=True,
    )


def test_without_python_one_sentence_says_what_to_install(clone: Path, bare_path: Path) -> None:
    done = dev(clone, bare_path, "test")
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_python_that_does_not_start_or_is_too_old_is_passed_over(
    clone: Path, bare_path: Path
) -> None:
    shim = bare_path / "python3.12"
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.12: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    done = dev(clone, bare_path, "setup")
    assert done.returncode == 1
    assert "pyenv" not in done.stderr
    assert "needs Python 3.11 or newer" in done.stderr


def test_an_unknown_command_shows_the_list_and_ends_with_2(clone: Path, bare_path: Path) -> None:
    done = dev(clone, bare_path, "frobnicate")
    assert done.returncode == 2
    assert "demo " in done.stderr


@pytest.mark.parametrize("lock", ["requirements.lock", "peers.lock"])
def test_the_lock_pins_every_dependency_with_hashes_and_names_no_index(lock: str) -> None:
    text = (ROOT / "packaging" / lock).read_text(encoding="utf-8")
    assert "://" not in text
    pinned = {m.lower() for m in re.findall(r"^([A-Za-z0-9._-]+)==\S+", text, re.MULTILINE)}
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", text)[1:]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = settings["project"]
    wanted = settings["dependency-groups"]["peers"]
    if lock == "requirements.lock":
        wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[<>=!~;\[ ]", line)[0].lower() for line in wanted}
    assert names <= pinned
