"""The .run: its scripts install for one user and remove what they installed, and nothing else."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from linux.bundle_folder import ROOT, Bundle, PackagingError
from linux.changes import read_changes
from linux.host_tools import missing_packages
from linux.run_file import make_run, unpacking_at_home, write_tree

pytestmark = pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() != "x86_64", reason="made for Linux"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / 'Zoë "Łącka" $1 100%'
    (home / ".local" / "bin").mkdir(parents=True)
    (home / "photos" / "maskwright").mkdir(parents=True)
    (home / "photos" / "maskwright" / "project.sqlite3").write_text("mine", "utf-8")
    return home


@pytest.fixture
def unpacked(bundle: Bundle, home: Path) -> Path:
    """As makeself leaves it for install.sh."""
    tree = home / "selfgz4711"
    write_tree(tree, bundle, read_changes(ROOT / "CHANGELOG.md", bundle.version))
    return tree


def run(script: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    return subprocess.run(
        [str(script), *arguments],
        cwd=script.parent,
        env=environment,
        capture_output=True,
        text=True,
    )


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def exec_arguments(entry: str) -> list[str]:
    """The arguments of an Exec line, as the specification of desktop entries undoes them."""
    (value,) = re.findall(r"^Exec=(.*)$", entry, re.MULTILINE)
    value = value.replace("\\\\", "\\")  # of a string
    quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)" (%F)', value)
    assert quoted is not None
    return [re.sub(r"\\(.)", r"\1", quoted[1]).replace("%%", "%"), quoted[2]]


def test_it_installs_below_the_home_folder(unpacked: Path, home: Path) -> None:
    told = run(unpacked / "install.sh", home)
    assert told.returncode == 0, told.stderr
    assert (
        subprocess.run(
            [home / ".local/bin/maskwright-cli", "hello"], capture_output=True, text=True
        ).stdout
        == "hello\n"
    )
    entry = (home / ".local/share/applications/maskwright.desktop").read_text("utf-8")
    program, files = exec_arguments(entry)
    assert (program, files) == (str(home / ".local/opt/maskwright/maskwright"), "%F")
    assert (home / ".local/share/icons/hicolor/256x256/apps/maskwright.png").is_file()


def test_uninstalling_leaves_what_is_the_user_s(unpacked: Path, home: Path) -> None:
    before = everything(home) - {
        name for name in everything(home) if name.startswith(unpacked.name)
    }  # fmt: skip
    run(unpacked / "install.sh", home)
    shutil.rmtree(unpacked)  # as makeself does
    own = home / ".local/bin/own"
    own.write_text("mine", "utf-8")
    told = run(home / ".local/opt/maskwright/uninstall", home)
    assert told.returncode == 0, told.stderr
    assert everything(home) == before | {".local/bin/own"}


def test_a_newer_one_replaces_it(unpacked: Path, home: Path) -> None:
    second = home / "selfgz4712"
    shutil.copytree(unpacked, second, symlinks=True)
    (second / "_internal" / "new").write_text("new", "utf-8")
    run(unpacked / "install.sh", home)
    told = run(second / "install.sh", home)
    assert told.returncode == 0, told.stderr
    assert (home / ".local/opt/maskwright/_internal/new").is_file()


def test_a_folder_of_another_s_is_not_replaced(unpacked: Path, home: Path) -> None:
    theirs = home / ".local/opt/maskwright"
    theirs.mkdir(parents=True)
    (theirs / "thesis.txt").write_text("mine", "utf-8")
    told = run(unpacked / "install.sh", home)
    assert told.returncode == 1
    assert "There is something else in" in told.stderr
    assert [path.name for path in theirs.iterdir()] == ["thesis.txt"]


def test_a_folder_of_one_s_own_choice_is_made(unpacked: Path, home: Path) -> None:
    before = everything(home)
    chosen = home / "apps" / "maskwright"
    assert run(unpacked / "install.sh", home, "--into", str(chosen)).returncode == 0
    assert (home / ".local/bin/maskwright").resolve() == chosen / "maskwright"
    assert run(chosen / "uninstall", home).returncode == 0
    assert everything(home) <= before


def test_a_folder_that_is_there_is_left_alone(unpacked: Path, home: Path) -> None:
    diary = home / ".local" / "share" / "diary.txt"
    diary.parent.mkdir()
    diary.write_text("mine", "utf-8")
    told = run(unpacked / "install.sh", home, "--into", str(home / ".local"))
    assert told.returncode == 1
    assert "There is something else in" in told.stderr
    assert diary.read_text("utf-8") == "mine"


def test_what_makeself_unpacked_over_a_folder_is_not_installed(unpacked: Path, home: Path) -> None:
    """``--target`` of makeself's own: afterwards nobody can tell what was there before."""
    chosen = home / "apps"
    unpacked.rename(chosen)
    told = run(chosen / "install.sh", home)
    assert told.returncode == 1
    assert "-- --into FOLDER" in told.stderr
    assert not (home / ".local/bin/maskwright").exists()
    assert run(chosen / "uninstall", home).returncode == 1
    assert (chosen / "share").is_dir()


def test_a_command_of_another_installation_stays(unpacked: Path, home: Path) -> None:
    theirs = home / "pipx" / "maskwright"
    theirs.parent.mkdir()
    theirs.write_text("theirs", "utf-8")
    link = home / ".local/bin/maskwright"
    link.symlink_to(theirs)
    told = run(unpacked / "install.sh", home)
    assert "is there already and is not ours" in told.stderr
    assert link.resolve() == theirs
    run(home / ".local/opt/maskwright/uninstall", home)
    assert link.resolve() == theirs


def test_it_unpacks_in_the_home_folder() -> None:
    assert unpacking_at_home(r"TMPROOT=\${TMPDIR:=/tmp}") == r"TMPROOT=\${TMPDIR:=\$HOME}"
    with pytest.raises(PackagingError, match="has changed"):
        unpacking_at_home("TMPROOT=/var/tmp")


@pytest.mark.skipif(
    bool(missing_packages(["makeself", "readelf", "chrpath"])), reason="makeself is not installed"
)
def test_the_run_file_installs_and_cleans_up(bundle: Bundle, home: Path, tmp_path: Path) -> None:
    package = make_run(bundle, tmp_path / "out", "fast")
    told = run(package, home)
    assert told.returncode == 0, told.stdout + told.stderr
    assert (home / ".local/opt/maskwright/maskwright").is_file()
    assert not [path for path in home.iterdir() if path.name.startswith("selfgz")]
