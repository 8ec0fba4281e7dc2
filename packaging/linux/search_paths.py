"""Libraries that look for others where the build machine kept them forget about it.

A Python that was built at home (by pyenv, say) writes its own folder into every library. Whoever
can make a folder of that name on another computer could have the app load what they want.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from linux.bundle_folder import Bundle
from linux.host_tools import need_host_tools
from linux.needed_libraries import read_elf

_FILE = re.compile(r"^File: (.+)$")
_SEARCH_PATH = re.compile(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]")


def drop_foreign_search_paths(bundle: Bundle) -> list[Path]:
    """Delete every RPATH and RUNPATH with an absolute folder; returns which files had one."""
    foreign = files_with_foreign_search_paths(read_elf(bundle, "--dynamic"))
    if foreign:
        need_host_tools("chrpath")
        for path in foreign:
            path.chmod(0o755)
            subprocess.run(
                ["chrpath", "--delete", str(path)], check=True, stdout=subprocess.DEVNULL
            )
    return foreign


def files_with_foreign_search_paths(told: str) -> list[Path]:
    """``told``: what ``readelf --dynamic`` says of several files."""
    found: list[Path] = []
    file = Path()
    for line in told.splitlines():
        if named := _FILE.match(line):
            file = Path(named[1])
        elif (path := _SEARCH_PATH.search(line)) and _is_foreign(path[1]):
            found.append(file)
    return found


def _is_foreign(search_path: str) -> bool:
    return any(not folder.startswith("$ORIGIN") for folder in search_path.split(":") if folder)
