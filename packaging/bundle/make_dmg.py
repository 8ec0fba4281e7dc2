"""Make the disk image for macOS from ``dist/Maskwright.app``, with dmgbuild.

    python packaging/bundle/make_dmg.py [--bundle dist/maskwright] [--out dist]

``MASKWRIGHT_SIGN_IDENTITY`` signs it (the app itself was signed as it was frozen), and
``MASKWRIGHT_NOTARY_PROFILE``, made by ``xcrun notarytool store-credentials``, lets Apple notarise
it, so that it opens with a double click. Without them it is made all the same.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bundle.environment import ROOT, BuildError
from bundle.macos_app import SIGN_VARIABLE

NOTARY_VARIABLE = "MASKWRIGHT_NOTARY_PROFILE"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--bundle", type=Path, default=ROOT / "dist" / "maskwright")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args(arguments)
    try:
        made = make_dmg(options.bundle, options.out)
    except BuildError as error:
        print(f"make_dmg: {error}", file=sys.stderr)
        return 1
    print(f"{made} is made ({made.stat().st_size / 1e6:.0f} MB).", file=sys.stderr)
    return 0


def make_dmg(bundle: Path, out: Path) -> Path:
    """The disk image of the app beside ``bundle``; the record ``<bundle>.json`` tells its version.

    Raises :class:`BuildError` where something is missing or fails.
    """
    app, record = bundle.with_name("Maskwright.app"), bundle.with_suffix(".json")
    for path in (app, record):
        if not path.exists():
            raise BuildError(f"{path} is missing: freeze the app first, on a Mac.")
    try:
        from dmgbuild import build_dmg
    except ImportError as error:
        raise BuildError("dmgbuild is missing: pip install dmgbuild.") from error
    version = json.loads(record.read_text("utf-8"))["version"]
    out.mkdir(parents=True, exist_ok=True)
    made = out / f"maskwright_{version}_macos_arm64.dmg"
    build_dmg(str(made), f"Maskwright {version}", settings=appearance(app))
    for command in finishing(made, os.environ):
        if subprocess.run(command, check=False).returncode:
            raise BuildError(f"{' '.join(command[:2])} failed (see above).")
    return made


def appearance(app: Path) -> dict[str, Any]:
    """dmgbuild's settings: the app on the left, the folder to drag it into on the right."""
    return {
        "format": "ULMO",  # LZMA
        "files": [str(app)],
        "symlinks": {"Applications": "/Applications"},
        "icon_locations": {app.name: (140, 130), "Applications": (380, 130)},
        "window_rect": ((200, 200), (520, 300)),
        "icon_size": 96,
    }


def finishing(dmg: Path, environment: Mapping[str, str]) -> list[list[str]]:
    """The commands that sign and notarise the image, as far as the variables are there."""
    commands = []
    if identity := environment.get(SIGN_VARIABLE):
        commands.append(["codesign", "--sign", identity, "--timestamp", str(dmg)])
    if profile := environment.get(NOTARY_VARIABLE):
        commands += [
            ["xcrun", "notarytool", "submit", str(dmg), "--keychain-profile", profile, "--wait"],
            ["xcrun", "stapler", "staple", str(dmg)],
        ]
    return commands


if __name__ == "__main__":
    sys.exit(main())
