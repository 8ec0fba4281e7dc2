"""Freeze the app into ``dist/maskwright/``, and make packages of it.

    python packaging/bundle/build.py [--flavour auto|cpu|cuda] [--format deb|run|exe|dmg|dir|all]

Needs uv beside this Python (``packaging/dev package`` brings it), nothing else: the packages
that go in are installed into an environment of their own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from linux.bundle_folder import PackagingError
from linux.host_tools import need_host_tools

from bundle.environment import FLAVOURS, ROOT, BuildError, build_environment, flavour_here
from bundle.inventory import write_inventory
from bundle.macos_app import finish_app
from bundle.trim import strip_libraries

FORMATS = {"deb": "linux", "run": "linux", "exe": "win32", "dmg": "darwin"}
"""What is made of the folder, and the system it is made on; the first one is the system's own."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--flavour",
        choices=("auto", *FLAVOURS),
        default="auto",
        help="default: auto, which is cpu where a torch for it can be had",
    )
    parser.add_argument(
        "--format",
        dest="formats",
        action="append",
        choices=("dir", *FORMATS, "all"),
        help="what to make of dist/maskwright: a .deb or a self-extracting .run (on Linux), an "
        "installer (.exe, on Windows), a disk image (.dmg, on macOS), all that this system can, "
        "or nothing more (dir); repeatable; default: the system's own",
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "dist", help="where it is all put; default: dist"
    )
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    try:
        wanted = formats_here(options.formats)
        flavour = options.flavour
        if flavour == "auto":
            flavour, why = flavour_here()
            print(f"The flavour is {flavour}: {why}.", file=sys.stderr)
        freeze(flavour, out)
        for name in wanted:
            make_package(name, out)
    except (BuildError, PackagingError) as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    return 0


def formats_here(asked: Sequence[str] | None) -> list[str]:
    """What is to be made of the folder. Raises :class:`BuildError` where this system can't."""
    here = [name for name, system in FORMATS.items() if system == sys.platform]
    asked = asked or here[:1]
    wanted = [name for name in FORMATS if name in asked or ("all" in asked and name in here)]
    if strange := [name for name in wanted if name not in here]:
        raise BuildError(f"a .{strange[0]} can't be made on this system.")
    return wanted


def freeze(flavour: str, out: Path) -> Path:
    """``maskwright/`` and ``maskwright.json`` in ``out``, made anew; returns the folder.

    What was there before stays until all of the new one is there.
    """
    if sys.platform == "linux":  # PyInstaller asks for the first two, trim.py for the others
        need_host_tools("objdump", "objcopy", "readelf", "strip")
    began = time.monotonic()
    python = build_environment(flavour)
    made, work = ROOT / "build" / f"frozen-{flavour}", ROOT / "build" / f"pyinstaller-{flavour}"
    shutil.rmtree(made, ignore_errors=True)
    bundle = made / "maskwright"
    run(
        [
            *(str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
            *("--distpath", str(made), "--workpath", str(work)),
            str(ROOT / "packaging" / "maskwright.spec"),
        ],
        # The same bytecode every time, see PyInstaller's page on reproducible builds.
        PYTHONHASHSEED="1",
        # The packages compress all of it together, better than module by module.
        PYINSTALLER_ZLIB_COMPRESSION_LEVEL="0",
    )
    if sys.platform == "linux":
        # A console makes no difference there; a second copy of all bytecode would be 42 MB.
        (bundle / "maskwright-cli").symlink_to("maskwright")
    strip_libraries(bundle)
    seconds = time.monotonic() - began
    write_inventory(bundle, work / "maskwright" / "sources.json", python, flavour, seconds)
    if sys.platform == "darwin":
        run(finish_app(made / "Maskwright.app", bundle / "_internal"))
    out.mkdir(parents=True, exist_ok=True)
    for path in made.iterdir():
        target = out / path.name
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)  # Windows moves nothing over a file
        shutil.move(path, target)
    made.rmdir()
    print(f"{out / 'maskwright'} is made ({seconds:.0f} s).", file=sys.stderr)
    return out / "maskwright"


def make_package(name: str, out: Path) -> None:
    folder = "linux" if FORMATS[name] == "linux" else "bundle"
    script = ROOT / "packaging" / folder / f"make_{name}.py"
    run([sys.executable, str(script), "--bundle", str(out / "maskwright"), "--out", str(out)])


def run(command: list[str], **environment: str) -> None:
    """Raises :class:`BuildError` where it fails."""
    made = {**os.environ, **source_date(), **environment}
    if subprocess.run(command, check=False, cwd=ROOT, env=made).returncode:
        raise BuildError(f"{Path(command[1]).name} failed (see above).")


def source_date() -> dict[str, str]:
    """The last commit's time, by which whatever writes times into files goes; empty without git, or
    where the environment names another."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return {}
    if shutil.which("git") is None:
        return {}
    asked = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], check=False, capture_output=True, text=True, cwd=ROOT
    )
    return {"SOURCE_DATE_EPOCH": asked.stdout.strip()} if asked.stdout.strip() else {}


if __name__ == "__main__":
    sys.exit(main())
