"""What a bundle expects of the system: asked of its own files, so that nothing has to be believed.

Every library in it names the ones it is linked to. Those that are not in the bundle have to come
from the system; :data:`PROVIDERS` says from which package, and a library that is missing there
stops the build instead of the user.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from linux.bundle_folder import Bundle, PackagingError
from linux.host_tools import need_host_tools

PROVIDERS = {
    "ld-linux-x86-64.so.2": "libc6",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libc.so.6": "libc6",
    "libdl.so.2": "libc6",
    "libdrm.so.2": "libdrm2",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgbm.so.1": "libgbm1",
    "libgcc_s.so.1": "libgcc-s1",
    "libm.so.6": "libc6",
    "libpthread.so.0": "libc6",
    "libresolv.so.2": "libc6",
    "librt.so.1": "libc6",
    "libstdc++.so.6": "libstdc++6",
    "libsystemd.so.0": "libsystemd0",
    "libutil.so.1": "libc6",
    "libuuid.so.1": "libuuid1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
    "libz.so.1": "zlib1g",
}
"""Debian's package for each library that a bundle leaves to the system."""

OF_DRIVERS = frozenset({"libcuda.so.1", "libnvidia-ml.so.1"})
"""Come with the graphics card's driver; without them the app computes on the CPU."""

_GCC_OF_GLIBCXX = {28: "9", 29: "11", 30: "12", 31: "13", 32: "13", 33: "14", 34: "15"}
_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
_VERSION = re.compile(r"Name: (GLIBC|GLIBCXX)_([\d.]+)\s")


@dataclass(frozen=True)
class Needs:
    """Of a set of programs and libraries together."""

    libraries: frozenset[str]
    """Linked to, but not among them."""
    glibc: tuple[int, ...]
    """The newest version of the C library that one of them asks for."""
    glibcxx: int
    """N of the newest ``GLIBCXX_3.4.N``."""


def needs_of(bundle: Bundle) -> Needs:
    """Reads every program and library of the bundle with ``readelf``."""
    told = read_elf(bundle, "--dynamic", "--version-info")
    inside = {path.name for path in bundle.files()}
    versions = set(_VERSION.findall(told))
    return Needs(
        libraries=frozenset(set(_NEEDED.findall(told)) - inside),
        glibc=max((_numbers(v) for kind, v in versions if kind == "GLIBC"), default=(2, 17)),
        glibcxx=max((_last(v) for kind, v in versions if kind == "GLIBCXX"), default=0),
    )


def debian_packages(needs: Needs) -> list[str]:
    """The packages, with versions where they count, for a ``Depends``.

    Raises :class:`PackagingError` where nobody is known to provide a library.
    """
    unknown = sorted(needs.libraries - PROVIDERS.keys() - OF_DRIVERS)
    if unknown:
        raise PackagingError(
            f"the bundle needs {', '.join(unknown)}, which is neither in it nor in PROVIDERS of "
            "packaging/linux/needed_libraries.py; bundle it or say which package brings it."
        )
    least = {"libc6": ".".join(map(str, needs.glibc))}
    if needs.glibcxx:
        newest = max(_GCC_OF_GLIBCXX)
        least["libstdc++6"] = _GCC_OF_GLIBCXX.get(min(needs.glibcxx, newest), "9")
    names = sorted({PROVIDERS[library] for library in needs.libraries & PROVIDERS.keys()})
    return [f"{name} (>= {least[name]})" if name in least else name for name in names]


def read_elf(bundle: Bundle, *what: str) -> str:
    """What ``readelf`` says of every program and library of the bundle."""
    need_host_tools("readelf")
    files = [bundle.folder / path for path in bundle.files() if is_elf(bundle.folder / path)]
    return subprocess.run(
        ["readelf", "--wide", *what, *map(str, files)],
        check=False,  # it complains about the odd section and goes on
        capture_output=True,
        text=True,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    ).stdout


def is_elf(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _last(version: str) -> int:
    """3.4.30 → 30; versions of another kind count as the oldest."""
    numbers = _numbers(version)
    return numbers[2] if numbers[0] == 3 and len(numbers) == 3 else 0
