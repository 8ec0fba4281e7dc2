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
    """``python`` (a distribution), ``system`` (a package of Debian's), ``interpreter``,
    ``library`` (one of others' that a distribution brings along), or ``embedded`` (what others'
    libraries have in them)."""
    homepage: str = ""
    license_files: list[str] = field(default_factory=list)
    """In the bundle, relative to it."""
    files: list[str] = field(default_factory=list)
    """Its libraries, or those it is in: their paths in ``_internal``. None of a distribution's."""
