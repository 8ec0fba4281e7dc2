"""A frozen app as it lies in ``dist/``: its folder, and what the build wrote down about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bundle.component import Component

ROOT = Path(__file__).resolve().parents[2]


class PackagingError(Exception):
    """Something that whoever builds can mend, in one sentence."""


@dataclass(frozen=True)
class Bundle:
    """The folder with both programs and ``_internal``, and its record."""

    folder: Path
    version: str
    flavour: str
    """``cpu`` or ``cuda``."""
    components: tuple[Component, ...]
    site_packages: Path
    """Where its Python distributions were taken from."""

    @property
    def name(self) -> str:
        """Of the package: the CPU's is the default one."""
        return "maskwright" if self.flavour == "cpu" else f"maskwright-{self.flavour}"

    def files(self) -> list[Path]:
        """Everything in it that is no folder, relative to it, sorted."""
        return sorted(
            path.relative_to(self.folder)
            for path in self.folder.rglob("*")
            if path.is_symlink() or not path.is_dir()
        )


def open_bundle(folder: Path) -> Bundle:
    """Read a bundle and the record beside it, ``<folder>.json``.

    Raises :class:`PackagingError` where one of them is missing or something else.
    """
    folder = folder.resolve()
    record = folder.with_name(f"{folder.name}.json")
    missing = [
        path for path in (folder / "maskwright", folder / "maskwright-cli", record)
        if not path.is_file()
    ]  # fmt: skip
    if missing:
        raise PackagingError(
            f"{missing[0]} is missing: first make the bundle (packaging/dev package --format dir)."
        )
    told: dict[str, Any] = json.loads(record.read_text("utf-8"))
    return Bundle(
        folder=folder,
        version=told["version"],
        flavour=told["flavour"],
        components=tuple(Component(**one) for one in told["components"]),
        site_packages=_site_packages(told["flavour"]),
    )


def _site_packages(flavour: str) -> Path:
    found = sorted((ROOT / "build" / f"venv-{flavour}").glob("lib/python3*/site-packages"))
    if not found:
        raise PackagingError(
            f"build/venv-{flavour}, which the bundle was made from, is gone; make the bundle "
            f"anew (packaging/dev package --flavour {flavour} --format dir)."
        )
    return found[0]
