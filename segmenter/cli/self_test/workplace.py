"""Where the self-test works: a temporary folder, and nothing of the user's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from segmenter.paths import resource

PHOTOS = ("cat.jpg", "coffee.jpg", "astronaut.jpg", "rocket.jpg")
SIDE = 160
"""Pixels of the longer side that the photos are shrunk to: everything that can break, breaks on
small ones too."""


@dataclass(frozen=True)
class Workplace:
    """A folder of one's own; the environment's MASKWRIGHT_… point into it."""

    folder: Path
    sample: Path
    """The photos that came with the app, as they are."""

    def photos(self, name: str) -> Path:
        """A folder of this name with small copies of :data:`PHOTOS`, made when first asked for."""
        from PIL import Image

        made = self.folder / name
        if not made.exists():
            made.mkdir()
            for photo in PHOTOS:
                with Image.open(self.sample / photo) as image:
                    image.thumbnail((SIDE, SIDE))
                    image.save(made / photo, quality=92)
        return made


@contextmanager
def workplace() -> Iterator[Workplace]:
    """One in the system's folder for temporary files, gone afterwards.

    Its name is one that a program which mistakes bytes for text stumbles over.
    """
    with tempfile.TemporaryDirectory(
        prefix="maskwright-selftest-ünï-", ignore_cleanup_errors=True
    ) as name:
        moved = {f"MASKWRIGHT_{kind}": str(Path(name, kind.lower())) for kind in _KINDS}
        before = {variable: os.environ.get(variable) for variable in moved}
        os.environ.update(moved)
        try:
            yield Workplace(Path(name), resource("sample"))
        finally:
            for variable, value in before.items():
                os.environ.pop(variable)
                if value is not None:
                    os.environ[variable] = value


_KINDS = ("CACHE", "CONFIG", "DATA", "LOG")
