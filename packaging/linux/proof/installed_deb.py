"""The life of the ``.deb``: installed by apt, used, purged, and what is left of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from linux.proof.steps import ProofError, show, step
from linux.proof.system import System
from linux.proof.users_files import check_kept, files_at_home

_NAMES = re.compile(r"maskwright", re.IGNORECASE)
_INSTALL = (
    "apt-get", "-q", "-y", "--no-install-recommends",
    "-o", "DPkg::Options::=--force-unsafe-io",  # a system that is thrown away needs no fsync
    "install",
)  # fmt: skip
_LIBRARIES = r"""
export LD_LIBRARY_PATH=/opt/maskwright/_internal
find /opt/maskwright -type f | while read -r file; do
    case $(head -c 4 "$file" | tail -c 3) in
        ELF) ldd "$file" 2>&1 | sed -n "s|^.*=> not found|& ($file)|p" ;;
    esac
done
"""


def install(system: System, package: Path) -> None:
    """With all that it depends on, and nothing that is only recommended."""
    with step(f"apt-get install ./{package.name}"):
        shutil.copy(package, system.path("/tmp") / package.name)
        system.as_root("apt-get", "-q", "update")
        told = system.as_root(*_INSTALL, f"/tmp/{package.name}")
        system.path(f"/tmp/{package.name}").unlink()
        show("\n".join(line for line in told.splitlines() if "newly installed" in line))
        show("\n".join(line for line in told.splitlines() if "disk space" in line))


def install_libraries(system: System, *names: str) -> None:
    """What every desktop has already, where there is no package that depends on it."""
    with step("what every desktop has"):
        system.as_root("apt-get", "-q", "update")
        system.as_root(*_INSTALL, *names)
        system.as_root("apt-mark", "auto", *names)  # so that they go again


def remove_again(system: System, name: str) -> None:
    """What another package suggests, so that autoremove keeps it."""
    system.as_root("apt-get", "-q", "-y", "purge", name)


def check_libraries(system: System) -> None:
    """Whether ``Depends`` names enough: every library finds all that it is linked to."""
    with step("ldd finds every library of every file in /opt/maskwright"):
        missing = system.as_root("sh", "-c", _LIBRARIES)
        lines = [line for line in missing.splitlines() if "libcuda." not in line]
        if lines:
            raise ProofError("\n".join(lines))


def purge(system: System) -> None:
    """Nothing of the package may be left, and all that is the user's; what it needed stays for
    now."""
    users = files_at_home(system)
    with step("a start by root leaves nothing in /opt"):
        system.as_root("maskwright-cli", "doctor")
    with step("apt-get purge leaves nothing behind"):
        name = system.as_root("dpkg-query", "-S", "/opt/maskwright/maskwright").partition(":")[0]
        system.as_root("apt-get", "-q", "-y", "purge", name)
        left = [path for path in system.listing() if _NAMES.search(path)]
        left = [path for path in left if not path.startswith("/root/")]
        if left:
            raise ProofError("left behind:\n" + "\n".join(left))
    with step("the user's project, settings and all else at home are still there"):
        check_kept(users, files_at_home(system))


def remove_dependencies(system: System, before: dict[str, str]) -> None:
    """Nothing at all may be left but what the user, and root, made."""
    with step("apt-get autoremove brings the system back to where it was"):
        system.as_root("apt-get", "-q", "-y", "autoremove", "--purge")
        # dpkg takes an empty /opt along, which no package owns.
        compare({**before, "/opt": ""}, {**system.listing(), "/opt": ""})


def compare(before: dict[str, str], after: dict[str, str]) -> None:
    """Raises :class:`ProofError` with every path that came, went or changed."""
    lines = [f"+ {path}: {after[path]}" for path in sorted(after.keys() - before.keys())]
    lines += [f"- {path}: {before[path]}" for path in sorted(before.keys() - after.keys())]
    lines += [
        f"! {path}: {before[path]} → {after[path]}"
        for path in sorted(before.keys() & after.keys())
        if before[path] != after[path]
    ]
    if lines:
        raise ProofError("the system is not as it was:\n" + "\n".join(lines))
