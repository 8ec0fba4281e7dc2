"""No library of a package looks where the build machine kept its own."""

from __future__ import annotations

from pathlib import Path

from linux.search_paths import files_with_foreign_search_paths

TOLD = """
File: /b/own.so

Dynamic section at offset 0x1000 contains 2 entries:
 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]
 0x000000000000001d (RUNPATH)            Library runpath: [$ORIGIN/../lib:$ORIGIN]

File: /b/old.so
 0x000000000000000f (RPATH)              Library rpath: [/home/ada/python/lib]

File: /b/mixed.so
 0x000000000000001d (RUNPATH)            Library runpath: [$ORIGIN:/usr/local/lib]

File: /b/none.so
 0x000000000000000e (SONAME)             Library soname: [none.so]
"""


def test_absolute_folders_are_found() -> None:
    assert files_with_foreign_search_paths(TOLD) == [Path("/b/old.so"), Path("/b/mixed.so")]
