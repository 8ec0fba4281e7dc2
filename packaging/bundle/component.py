"""Something of others that is in a bundle, as ``dist/maskwright.json`` lists it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Component:
    """A library, an interpreter, a package of the system's: with its own authors and licence."""

    name: str
    version: str
    license: str
    """A short name of it, such as ``MIT``; empty where its files alone tell."""
    kind: str
    """``python`` (a distribution), ``system`` (a package of Debian's), or ``interpreter``."""
    homepage: str = ""
    license_files: list[str] = field(default_factory=list)
    """In the bundle, relative to it."""
    files: list[str] = field(default_factory=list)
    """Of a package of the system: the names of its libraries in ``_internal``."""
