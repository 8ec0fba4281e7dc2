"""The Debian package, made of a bundle and read again by Debian's own tools."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from linux.bundle_folder import ROOT, Bundle
from linux.changes import read_changes
from linux.deb import debian_changelog, debian_version, make_deb
from linux.host_tools import missing_packages

pytestmark = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None or bool(missing_packages(["readelf", "chrpath"])),
    reason="a .deb is made with Debian's tools",
)


@pytest.fixture
def package(bundle: Bundle, tmp_path: Path) -> Path:
    return make_deb(bundle, tmp_path / "out", "fast")


def told(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_all_is_root_s_and_only_programs_can_be_started(package: Path) -> None:
    lines = [
        line.split(maxsplit=5) for line in told("dpkg-deb", "--contents", str(package)).splitlines()
    ]
    assert {line[1] for line in lines} == {"root/root"}
    modes = {line[5]: line[0] for line in lines}
    assert modes["./opt/maskwright/maskwright-cli"] == "-rwxr-xr-x"
    assert modes["./opt/maskwright/_internal/filelock/data.txt"] == "-rw-r--r--"
    assert modes["./opt/maskwright/"] == "drwxr-xr-x"
    assert "./usr/bin/maskwright -> /opt/maskwright/maskwright" in modes
    assert not any(".gitignore" in path for path in modes)


def test_the_control_fields_say_what_it_is(package: Path, bundle: Bundle) -> None:
    fields = told("dpkg-deb", "--field", str(package))
    assert f"Version: {bundle.version}\n" in fields
    assert "Package: maskwright\n" in fields
    assert "Depends: libc6 (>= 2." in fields
    assert package.name == f"maskwright_{bundle.version}_amd64.deb"


def test_the_checksums_are_those_of_the_files(package: Path, tmp_path: Path) -> None:
    told("dpkg-deb", "--raw-extract", str(package), str(tmp_path / "x"))
    lines = (tmp_path / "x/DEBIAN/md5sums").read_text("utf-8").splitlines()
    files = [p for p in (tmp_path / "x").rglob("*") if p.is_file() and not p.is_symlink()]
    assert len(lines) == len([path for path in files if "DEBIAN" not in path.parts])
    for line in lines:
        md5, _, path = line.partition("  ")
        assert hashlib.md5((tmp_path / "x" / path).read_bytes()).hexdigest() == md5


def test_nothing_is_left_of_making_it(package: Path) -> None:
    assert list(package.parent.iterdir()) == [package]


def test_the_same_bundle_makes_the_same_package(
    package: Path, bundle: Bundle, tmp_path: Path
) -> None:
    again = make_deb(bundle, tmp_path / "again", "fast")
    assert again.read_bytes() == package.read_bytes()


@pytest.mark.parametrize(
    ("flavour", "compression", "member"),
    [
        ("cpu", "best", b"data.tar.xz"),
        ("cuda", "best", b"data.tar.zst"),
        ("cuda", "fast", b"data.tar.gz"),
    ],
)
def test_the_flavours_are_packed_each_in_its_way(
    bundle: Bundle, tmp_path: Path, flavour: str, compression: str, member: bytes
) -> None:
    package = make_deb(replace(bundle, flavour=flavour), tmp_path / "out", compression)
    assert member in package.read_bytes()


@pytest.mark.parametrize(
    ("version", "debian"),
    [("0.1.0", "0.1.0"), ("1.0rc1", "1.0~rc1"), ("2.0.0.dev3", "2.0.0~dev3"), ("1.0b2", "1.0~b2")],
)
def test_a_version_before_the_release_sorts_before_it(version: str, debian: str) -> None:
    assert debian_version(version) == debian


def test_the_changelog_is_debian_s(bundle: Bundle) -> None:
    text = debian_changelog("maskwright", read_changes(ROOT / "CHANGELOG.md", bundle.version))
    assert text.startswith(f"maskwright ({bundle.version}) unstable; urgency=medium\n\n  * ")
    points = [line for line in text.splitlines() if not line.startswith(" -- ")]
    assert max(map(len, points)) <= 80
