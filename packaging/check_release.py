"""Stops a release whose tag is not the version, or that the app would look for elsewhere.

python packaging/check_release.py v0.1.0 maskwright/maskwright
"""

from __future__ import annotations

import sys

import segmenter
from segmenter.updates import REPOSITORY


def problems(tag: str, repository: str) -> list[str]:
    """What is wrong, a sentence each."""
    found = []
    if tag != f"v{segmenter.__version__}":
        found.append(f"The tag is {tag}, and segmenter/__init__.py says {segmenter.__version__}.")
    if repository != REPOSITORY:
        found.append(
            f"This is {repository}, and the app looks for its updates in {REPOSITORY} "
            "(segmenter/updates.py)."
        )
    return found


if __name__ == "__main__":
    sys.exit("\n".join(problems(*sys.argv[1:])) or 0)
