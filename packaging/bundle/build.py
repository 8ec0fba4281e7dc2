"""Freeze the app into ``dist/maskwright/``, and make packages of it.

    python packaging/bundle/build.py [--flavour cpu|cuda] [--format deb|run|dir ...]

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

from bundle.environment import FLAVOURS, ROOT, BuildError, build_environment
from bundle.inventory import write_inventory
from bundle.trim import strip_libraries

FORMATS = ("dir", "deb", "run")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--flavour", choices=FLAVOURS, default="cpu", help="default: cpu")
    parser.add_argument(
        "--format",
        dest="formats",
        action="append",
        choices=(*FORMATS, "all"),
        help="what to make of dist/maskwright: a .deb, a self-extracting .run, or nothing more "
        "(dir); repeatable; default: deb on Linux, dir elsewhere",
    )
    options = parser.parse_args(arguments)
    formats = options.formats or ["deb" if sys.platform == "linux" else "dir"]
    try:
        freeze(options.flavour)
        for name in ("deb", "run"):
            if name in formats or "all" in formats:
                make_package(name)
    except BuildError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    return 0


def freeze(flavour: str) -> Path:
    """``dist/maskwright/`` and ``dist/maskwright.json``, made anew; returns the folder."""
    began = time.monotonic()
    python = build_environment(flavour)
    dist, work = ROOT / "dist", ROOT / "build" / f"pyinstaller-{flavour}"
    bundle = dist / "maskwright"
    shutil.rmtree(bundle, ignore_errors=True)
    run(
        [
            *(str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
            *("--distpath", str(dist), "--workpath", str(work)),
            str(ROOT / "packaging" / "maskwright.spec"),
        ],
        # The same bytecode every time, see PyInstaller's page on reproducible builds.
        PYTHONHASHSEED="1",
    )
    if sys.platform == "linux":
        # A console makes no difference there; a second copy of all bytecode would be 42 MB.
        (bundle / "maskwright-cli").symlink_to("maskwright")
    strip_libraries(bundle)
    seconds = time.monotonic() - began
    write_inventory(bundle, work / "maskwright" / "sources.json", python, flavour, seconds)
    print(f"{bundle.relative_to(ROOT)} is made ({seconds:.0f} s).", file=sys.stderr)
    return bundle


def make_package(name: str) -> None:
    if sys.platform != "linux":
        raise BuildError(f"a .{name} is made on Linux.")
    script = ROOT / "packaging" / "linux" / f"make_{name}.py"
    run([sys.executable, str(script), "--bundle", "dist/maskwright", "--out", "dist"])


def run(command: list[str], **environment: str) -> None:
    """Raises :class:`BuildError` where it fails."""
    made = {**os.environ, **source_date(), **environment}
    if subprocess.run(command, check=False, cwd=ROOT, env=made).returncode:
        raise BuildError(f"{Path(command[1]).name} failed (see above).")


def source_date() -> dict[str, str]:
    """The last commit's time, by which whatever writes times into files goes; empty without git."""
    asked = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], check=False, capture_output=True, text=True, cwd=ROOT
    )
    return {"SOURCE_DATE_EPOCH": asked.stdout.strip()} if asked.stdout.strip() else {}


if __name__ == "__main__":
    sys.exit(main())
