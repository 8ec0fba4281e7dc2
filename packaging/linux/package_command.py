"""The command line that both kinds of package have in common."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path

from linux.bundle_folder import ROOT, Bundle, PackagingError, open_bundle

VARIABLE = "MASKWRIGHT_COMPRESSION"

Maker = Callable[[Bundle, Path, str], Path]
"""Bundle, folder to write to, compression → the package."""


def run(make: Maker, compressions: Collection[str], description: str | None) -> int:
    """Read the command line, make the package, say how large it is; returns the exit code."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--bundle", type=Path, default=ROOT / "dist/maskwright")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument(
        "--compression", choices=tuple(compressions), default=os.environ.get(VARIABLE, "best"),
        help=f"best for what is published, fast where it is only to be tried (default: {VARIABLE} "
        "in the environment, or best)",
    )  # fmt: skip
    options = parser.parse_args()
    if options.compression not in compressions:
        parser.error(f"{VARIABLE} is “{options.compression}”, and not one of its values.")
    began = time.monotonic()
    try:
        package = make(open_bundle(options.bundle), options.out.resolve(), options.compression)
    except PackagingError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"package: {error.cmd[0]} failed (see above).", file=sys.stderr)
        return 1
    seconds, size = time.monotonic() - began, package.stat().st_size / 1e6
    print(f"{package.name} is made: {size:.0f} MB ({seconds:.0f} s).", file=sys.stderr)
    return 0
