"""A second name for a file, where it stays what it is when the first one gets another file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def link_or_copy(file: Path, to: Path) -> None:
    """A hard link, which takes no time and no room; a copy on a file system that knows none, or
    allows no more of them. For files that are replaced as a whole, never written to.

    Raises:
        OSError: neither can be made.
    """
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)
