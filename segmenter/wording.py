"""How files and numbers of things are named in a sentence for a person."""

from __future__ import annotations

import os


def shown(name: str | os.PathLike[str]) -> str:
    """The name in quotes, on one line: what cannot be printed (a newline, a byte that is not
    UTF-8) is escaped, and the middle of a very long name is left out."""
    text = "".join(c if c.isprintable() else _escaped(c) for c in os.fspath(name))
    if len(text) > 160:
        text = f"{text[:80]}…{text[-70:]}"
    return f"“{text}”"


def counted(number: int, noun: str) -> str:
    """``1 image``, ``1,200 images``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def percent(fraction: float | None) -> str:
    """``0.1234`` → ``12.3%``; what is almost nothing or almost all is not rounded to it; a dash
    where nothing is known."""
    if fraction is None:
        return "–"
    if 0 < fraction < 0.0005:
        return "< 0.1%"
    if 0.9995 < fraction < 1:
        return "> 99.9%"
    return f"{100 * fraction:.1f}%"


def cause(error: OSError) -> str:
    """What the system said, without its number and path."""
    return error.strerror or type(error).__name__


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
