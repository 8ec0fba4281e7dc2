"""The build machine's own programs that packages and their proof are made with, and where Debian
has them.

    python packaging/linux/host_tools.py

installs all of them where it may (root, with apt): tests that ask one of them are skipped without.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from linux.bundle_folder import PackagingError

PACKAGE_OF = {
    "Xvfb": "xvfb",
    "appstreamcli": "appstream",
    "chrpath": "chrpath",
    "desktop-file-validate": "desktop-file-utils",
    "dpkg-deb": "dpkg",
    "groff": "groff-base",
    "lintian": "lintian",
    "makensis": "nsis",
    "makeself": "makeself",
    "man": "man-db",
    "mmdebstrap": "mmdebstrap",
    "newuidmap": "uidmap",
    "objcopy": "binutils",
    "objdump": "binutils",
    "readelf": "binutils",
    "strip": "binutils",
    "unshare": "util-linux",
    "xdotool": "xdotool",
    "xz": "xz-utils",
}
_ONLY_WITHOUT_ROOT = {"newuidmap"}


def is_root() -> bool:
    return os.geteuid() == 0


def need_host_tools(*names: str) -> None:
    """Install what is missing where we may; raises :class:`PackagingError` where we may not."""
    packages = missing_packages(names)
    if packages and is_root() and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["-y", "--no-install-recommends", "install", *packages]):
            subprocess.run(
                ["apt-get", "-qq", *command],
                check=False,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        packages = missing_packages(names)
    if packages:
        raise PackagingError(
            f"programs are missing; run: sudo apt-get install {' '.join(packages)}"
        )


def missing_packages(names: Iterable[str]) -> list[str]:
    return sorted(
        {
            PACKAGE_OF[name]
            for name in names
            if shutil.which(name) is None and not (name in _ONLY_WITHOUT_ROOT and is_root())
        }
    )


def main() -> int:
    try:
        need_host_tools(*PACKAGE_OF)
    except PackagingError as error:
        print(f"host_tools: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
