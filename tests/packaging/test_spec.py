"""PyInstaller's recipe, carried out for each system without freezing anything: what it would ask
of PyInstaller is written down in its place."""

from __future__ import annotations

import json
import plistlib
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

sys.path.append(str(Path(__file__).parents[2] / "packaging"))

from bundle.macos_app import SIGN_VARIABLE

import segmenter

PACKAGING = Path(__file__).parents[2] / "packaging"
CarryOut = Callable[[str], "list[Asked]"]
SYSTEMS = ("linux", "win32", "darwin")


class Asked:
    """One call of what PyInstaller gives to recipes, and what it found, of an Analysis."""

    def __init__(self, kind: str, *parts: Any, **options: Any) -> None:
        self.kind, self.parts, self.options = kind, parts, options
        self.scripts = [(name, f"{name}.py", "PYSOURCE") for name in ("start_window", "start_cli")]
        self.binaries = [("triton/_C/libtriton.so", "/none/libtriton.so", "BINARY")]
        self.datas: list[tuple[str, str, str]] = []
        self.pure: list[tuple[str, str, str]] = []


@pytest.fixture
def carried_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CarryOut:
    """Runs the recipe for a system; returns everything it asks for, in order."""

    def carry_out(system: str) -> list[Asked]:
        hooks = types.ModuleType("PyInstaller.utils.hooks")
        hooks.collect_data_files = lambda name: [(f"/x/{name}", name)]  # type: ignore[attr-defined]
        hooks.collect_submodules = lambda name: [name]  # type: ignore[attr-defined]
        hooks.copy_metadata = lambda name: [(f"/x/{name}.dist-info", name)]  # type: ignore[attr-defined]
        for name in ("PyInstaller", "PyInstaller.utils"):
            monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
        monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", hooks)
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(sys, "path", list(sys.path))
        (tmp_path / "work" / "maskwright").mkdir(parents=True)
        asked: list[Asked] = []

        def giver(kind: str) -> Any:
            def give(*parts: Any, **options: Any) -> Asked:
                asked.append(Asked(kind, *parts, **options))
                return asked[-1]

            return give

        kinds = ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")
        spec = PACKAGING / "maskwright.spec"
        code = compile(spec.read_text(encoding="utf-8"), str(spec), "exec")
        exec(
            code,
            {
                "SPECPATH": str(PACKAGING),
                "workpath": str(tmp_path / "work" / "maskwright"),
                **{each: giver(each) for each in kinds},
            },
        )
        return asked

    return carry_out


def of_kind(asked: list[Asked], kind: str) -> list[Asked]:
    return [each for each in asked if each.kind == kind]


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_every_system_gets(carried_out: CarryOut, tmp_path: Path, system: str) -> None:
    asked = carried_out(system)
    (analysis,) = of_kind(asked, "Analysis")
    sources = [Path(source) for source, _ in analysis.options["datas"]]
    assert {source.name for source in sources} >= {"resources", "LICENSE"}
    assert all(Path(script).is_file() for script in analysis.parts[0])
    assert analysis.binaries == []  # triton is left out
    (folder,) = of_kind(asked, "COLLECT")
    assert folder.options["name"] == "maskwright"
    window = of_kind(asked, "EXE")[0]
    assert window.options["name"] == "maskwright"
    assert window.options["console"] is False
    assert [name for name, *_ in window.parts[1]] == ["start_window"]
    assert json.loads((tmp_path / "work/maskwright/sources.json").read_text("utf-8")) == []


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_where_a_console_makes_a_difference_there_are_two_programs(
    carried_out: CarryOut, system: str
) -> None:
    window, console = of_kind(carried_out(system), "EXE")
    assert (console.options["name"], console.options["console"]) == ("maskwright-cli", True)
    assert [name for name, *_ in console.parts[1]] == ["start_cli"]
    assert window.options["icon"] == console.options["icon"]


def test_on_windows_programs_carry_icon_and_version(carried_out: CarryOut) -> None:
    program = of_kind(carried_out("win32"), "EXE")[0]
    assert Image.open(program.options["icon"]).format == "ICO"
    told = Path(program.options["version"]).read_text(encoding="utf-8")
    compile(told, "version.txt", "eval")
    assert f'"ProductVersion", "{segmenter.__version__}"' in told


def test_on_a_mac_it_becomes_an_app(carried_out: CarryOut) -> None:
    asked = carried_out("darwin")
    (app,) = of_kind(asked, "BUNDLE")
    assert app.parts == (of_kind(asked, "COLLECT")[0],)
    assert app.options["name"] == "Maskwright.app"
    assert Image.open(app.options["icon"]).format == "ICNS"
    plist = app.options["info_plist"]
    plistlib.dumps(plist)  # it is one
    assert plist["CFBundleExecutable"] == of_kind(asked, "EXE")[0].options["name"]
    opened = [kind["LSItemContentTypes"] for kind in plist["CFBundleDocumentTypes"]]
    assert opened == [["public.folder"], ["public.image"]]


def test_signing_is_asked_for_by_a_variable(
    carried_out: CarryOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SIGN_VARIABLE, raising=False)
    assert "codesign_identity" not in of_kind(carried_out("darwin"), "EXE")[0].options


def test_a_signed_app_brings_its_entitlements(
    carried_out: CarryOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SIGN_VARIABLE, "Developer ID Application: Somebody")
    for program in of_kind(carried_out("darwin"), "EXE"):
        assert program.options["codesign_identity"] == "Developer ID Application: Somebody"
        assert plistlib.loads(Path(program.options["entitlements_file"]).read_bytes())


def test_linux_has_neither_icon_nor_app(carried_out: CarryOut) -> None:
    asked = carried_out("linux")
    assert [program.options["icon"] for program in of_kind(asked, "EXE")] == [None]
    assert of_kind(asked, "BUNDLE") == []
