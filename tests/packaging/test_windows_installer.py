"""The installer for Windows: NSIS makes it from a small stand-in for the frozen app, and where
there is Wine, it is installed, used and uninstalled."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "packaging"))

from bundle.app_icons import write_icons
from bundle.environment import BuildError
from bundle.make_exe import SIGN_VARIABLE, make_exe, supported_types
from bundle.windows_app import four_numbers

from segmenter.project.listing import IMAGE_SUFFIXES

ROOT = Path(__file__).parents[2]
needs_nsis = pytest.mark.skipif(shutil.which("makensis") is None, reason="NSIS is not installed")
needs_wine = pytest.mark.skipif(shutil.which("wine") is None, reason="Wine is not installed")

GONE = Path("_internal/resources/Bilder ü/without_suffix")
UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall\Maskwright"
FOLDERS = r"Classes\Directory\shell\Maskwright"
IMAGES = r"Classes\Applications\maskwright.exe"

# A program of Windows that runs until a file beside it is there.
WAITS = r"""
Unicode True
OutFile "program.exe"
RequestExecutionLevel user
SilentInstall silent
Section
  FileOpen $0 "$EXEDIR\started" w
  FileClose $0
  again:
    Sleep 50
    IfFileExists "$EXEDIR\stop" 0 again
SectionEnd
"""


@pytest.fixture
def icons(tmp_path: Path) -> Path:
    write_icons(ROOT / "resources" / "icons" / "maskwright.svg", tmp_path / "icons")
    return tmp_path / "icons"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """As PyInstaller lays it out, with names and files that are easily lost."""
    folder = tmp_path / "maskwright"
    inside = folder / "_internal" / "resources" / "Bilder ü"
    inside.mkdir(parents=True)
    for name in ("maskwright.exe", "maskwright-cli.exe"):
        (folder / name).write_bytes(b"MZ")
    (inside / "without_suffix").write_bytes(b"x")
    (inside / ".hidden").write_bytes(b"y")
    record = {"version": "0.2.0rc1", "flavour": "cpu"}
    folder.with_suffix(".json").write_text(json.dumps(record), encoding="utf-8")
    return folder


@needs_nsis
def test_nsis_makes_an_installer(bundle: Path, icons: Path, tmp_path: Path) -> None:
    made = make_exe(bundle, tmp_path / "dist", icons=icons)
    assert made.name == "maskwright_0.2.0rc1_windows_setup.exe"
    assert made.read_bytes()[:2] == b"MZ"


@needs_nsis
def test_installer_and_uninstaller_are_handed_to_whoever_signs(
    bundle: Path, icons: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = tmp_path / "signed"
    signed.mkdir()
    monkeypatch.setenv(SIGN_VARIABLE, f"cp -t {signed}")
    made = make_exe(bundle, tmp_path / "dist", icons=icons)
    assert len(list(signed.iterdir())) == 2
    assert (signed / made.name).read_bytes() == made.read_bytes()


@needs_nsis
def test_what_fails_to_sign_makes_no_installer(
    bundle: Path, icons: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SIGN_VARIABLE, "false")
    with pytest.raises(BuildError, match="makensis failed"):
        make_exe(bundle, tmp_path / "dist", icons=icons)


def test_an_app_that_is_not_frozen_is_said(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="freeze the app first"):
        make_exe(tmp_path / "maskwright", tmp_path)


@needs_nsis
def test_the_large_flavour_is_refused_before_nsis_fails(bundle: Path, icons: Path) -> None:
    record = {"version": "0.2.0", "flavour": "cuda"}
    bundle.with_suffix(".json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(BuildError, match="2 GB"):
        make_exe(bundle, bundle.parent, icons=icons)


def test_every_image_that_is_read_can_be_opened_with_it() -> None:
    lines = supported_types().splitlines()
    assert len(lines) == len(IMAGE_SUFFIXES)
    assert all(any(f' "{suffix}" ' in line for line in lines) for suffix in IMAGE_SUFFIXES)


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("0.1.0", (0, 1, 0, 0)), ("0.2.0rc1", (0, 2, 0, 0)), ("1.2.3.4.5", (1, 2, 3, 4))],
)
def test_versions_as_windows_wants_them(version: str, numbers: tuple[int, ...]) -> None:
    assert four_numbers(version) == numbers


class Windows:
    """A Windows of its own: a folder for Wine, and what runs in it."""

    def __init__(self, folder: Path) -> None:
        self.users = folder / "drive_c" / "users"
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "DISPLAY"},
            "WINEPREFIX": str(folder),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
        }

    def run(self, *command: str | Path) -> tuple[int, str]:
        """Exit code and output."""
        # Into a file: Windows' services, which stay, would hold a pipe open.
        with tempfile.TemporaryFile() as output:
            ended = subprocess.run(
                ["wine", *map(str, command)],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=120,
            )
            output.seek(0)
            return ended.returncode, output.read().decode("utf-8", "replace")

    def start(self, program: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(["wine", str(program)], env=self._environment)

    def registered(self, key: str) -> str:
        """What stands below a key of the registry; empty where there is none."""
        code, output = self.run("reg", "query", rf"HKCU\Software\{key}", "/s")
        return output if code == 0 else ""

    def server(self, *options: str) -> None:
        subprocess.run(["wineserver", *options], env=self._environment, check=False)


@pytest.fixture
def windows(tmp_path: Path) -> Iterator[Windows]:
    (tmp_path / "windows").mkdir()
    made = Windows(tmp_path / "windows")
    made.server("-p")  # stays, else each program boots anew
    yield made
    made.server("-k")


def _setups(bundle: Path, icons: Path, folder: Path) -> tuple[Path, Path]:
    """Installers of an app that really runs, and of its next version, which has a file less."""
    wine_runs_these = "-XTarget amd64-unicode"
    (folder / "waits.nsi").write_text(WAITS, encoding="utf-8")
    subprocess.run(["makensis", "-V2", wine_runs_these, "waits.nsi"], cwd=folder, check=True)
    for name in ("maskwright.exe", "maskwright-cli.exe"):
        shutil.copyfile(folder / "program.exe", bundle / name)
    old = make_exe(bundle, folder / "old", icons=icons, options=[wine_runs_these])
    (bundle / GONE).unlink()
    return old, make_exe(bundle, folder / "new", icons=icons, options=[wine_runs_these])


@needs_nsis
@needs_wine
def test_installed_updated_and_uninstalled(
    bundle: Path, icons: Path, tmp_path: Path, windows: Windows
) -> None:
    old, new = _setups(bundle, icons, tmp_path)
    assert windows.run(old, "/S")[0] == 0
    (installed,) = windows.users.glob("*/AppData/Local/Programs/Maskwright")
    of_bundle = {p.relative_to(bundle) for p in bundle.rglob("*") if p.is_file()}
    of_app = {p.relative_to(installed) for p in installed.rglob("*") if p.is_file()}
    assert of_app == of_bundle | {GONE, Path("uninstall.exe")}
    assert "0.2.0rc1" in windows.registered(UNINSTALL)
    assert r'\Programs\Maskwright\maskwright.exe" "%1"' in windows.registered(FOLDERS)
    assert ".tiff" in windows.registered(IMAGES)

    # While it runs, nothing is touched.
    program = windows.start(installed / "maskwright.exe")
    while not (installed / "started").exists():
        assert program.poll() is None
    assert windows.run(new, "/S")[0] != 0
    assert (installed / GONE).exists()
    (installed / "stop").touch()
    program.wait(60)

    # The next version leaves nothing of the one before.
    assert windows.run(new, "/S")[0] == 0
    assert not (installed / GONE).exists()

    # What somebody else put there stays. The uninstaller runs from where it lies, not from a
    # copy that would go on after it has returned; so it is left itself.
    (installed / "photos").mkdir()
    where = windows.registered(UNINSTALL).split("InstallLocation    REG_SZ")[1].splitlines()[0]
    assert windows.run(installed / "uninstall.exe", "/S", f"_?={where.strip()}")[0] == 0
    left = {path.name for path in installed.iterdir()}
    assert left == {"photos", "started", "stop", "uninstall.exe"}
    assert [windows.registered(key) for key in (UNINSTALL, FOLDERS, IMAGES)] == ["", "", ""]
    assert not list(windows.users.rglob("Maskwright.lnk"))
