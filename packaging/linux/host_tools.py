"""The build machine's own programs that packages and their proof are made with, and where Debian
has them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable

from linux.bundle_folder import PackagingError

PACKAGE_OF = {
    "Xvfb": "xvfb",
    "appstreamcli": "appstream",
    "chrpath": "chrpath",
    "desktop-file-validate": "desktop-file-utils",
    "lintian": "lintian",
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
