"""Make the installer for Windows from ``dist/maskwright/``, with NSIS (``makensis``).

    python packaging/bundle/make_exe.py [--bundle dist/maskwright] [--out dist]

``MASKWRIGHT_SIGN``: a command that signs the file it is given, such as
``signtool sign /fd sha256 /tr … /td sha256 /sha1 …``; without it, Windows warns of an unknown
publisher.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bundle.environment import ROOT, BuildError
from bundle.windows_app import four_numbers
from segmenter.project.listing import IMAGE_SUFFIXES
from segmenter.updates import HOMEPAGE

SCRIPT = ROOT / "packaging" / "windows" / "maskwright.nsi"
SIGN_VARIABLE = "MASKWRIGHT_SIGN"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--bundle", type=Path, default=ROOT / "dist" / "maskwright")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args(arguments)
    try:
        made = make_exe(options.bundle, options.out)
    except BuildError as error:
        print(f"make_exe: {error}", file=sys.stderr)
        return 1
    print(f"{made} is made ({made.stat().st_size / 1e6:.0f} MB).", file=sys.stderr)
    return 0


def make_exe(
    bundle: Path,
    out: Path,
    *,
    icons: Path = ROOT / "build" / "icons",
    options: Sequence[str] = (),
) -> Path:
    """The installer of a bundle; its record, ``<bundle>.json``, tells version and flavour.

    ``options`` are handed to makensis. Raises :class:`BuildError` where something is missing.
    """
    icon, side = icons.resolve() / "maskwright.ico", icons.resolve() / "installer.bmp"
    bundle, record = bundle.resolve(), bundle.resolve().with_suffix(".json")
    for path in (bundle / "maskwright.exe", bundle / "maskwright-cli.exe", record, icon, side):
        if not path.is_file():
            raise BuildError(f"{path} is missing: freeze the app first, on Windows.")
    if shutil.which("makensis") is None:
        raise BuildError("makensis is missing: install NSIS 3 and put it on PATH.")
    told = json.loads(record.read_text("utf-8"))
    if told["flavour"] != "cpu":
        raise BuildError("NSIS's installers end at 2 GB: only the cpu flavour fits into one.")
    out.mkdir(parents=True, exist_ok=True)
    made = out.resolve() / f"maskwright_{told['version']}_windows_setup.exe"
    with tempfile.TemporaryDirectory() as folder:
        types = Path(folder, "types.nsh")
        types.write_text(supported_types(), "utf-8")
        defined = {
            "VERSION": told["version"],
            "NUMBERS": ".".join(map(str, four_numbers(told["version"]))),
            "HOMEPAGE": HOMEPAGE,
            "FILES": str(bundle / "*"),
            "ICON": str(icon),
            "SIDE": str(side),
            "TYPES": str(types),
            "OUT": str(made),
        }
        if sign := os.environ.get(SIGN_VARIABLE):
            defined["SIGN"] = sign
        defines = [f"-D{name}={value}" for name, value in defined.items()]
        command = [
            "makensis",
            "-V2",
            "-WX",
            "-INPUTCHARSET",
            "UTF8",
            *options,
            *defines,
            str(SCRIPT),
        ]
        if subprocess.run(command, check=False).returncode:
            raise BuildError("makensis failed (see above).")
    return made


def supported_types() -> str:
    """Lines of the script that name the app for every kind of image it reads."""
    key = r"${CLASSES}\Applications\maskwright.exe\SupportedTypes"
    return "".join(f'WriteRegStr HKCU "{key}" "{each}" ""\n' for each in sorted(IMAGE_SUFFIXES))


if __name__ == "__main__":
    sys.exit(main())
