"""Which images train and which are held out to score by.

The rule: an image's place is the SHA-256 of its relative path (``/`` between its parts, Unicode
NFC, UTF-8), read as a number from 0 to 1. Held out are the images below ``fraction``, or, where a
count is asked for, the ``count`` images with the smallest numbers. It depends on nothing else, so
it is the same on every machine, and with a fraction no image changes sides when others are added.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Split:
    """Names, in the order they came in. With a single image it stands on both sides."""

    training: tuple[str, ...]
    validation: tuple[str, ...]


def place(name: str) -> float:
    """0 ≤ x < 1, the same for the same relative path everywhere."""
    path = unicodedata.normalize("NFC", name.replace("\\", "/"))
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def split(names: Iterable[str], *, fraction: float = 0.2, count: int = 0) -> Split:
    """Hold out ``fraction`` of the names, or exactly ``count`` of them where it is not 0.

    At least one image is left on either side; of a single image both are made.
    """
    names = tuple(names)
    if len(names) < 2:
        return Split(names, names)
    ordered = sorted(names, key=lambda name: (place(name), name))
    wanted = count or sum(place(name) < fraction for name in names)
    held_out = set(ordered[: min(max(wanted, 1), len(names) - 1)])
    return Split(
        tuple(name for name in names if name not in held_out),
        tuple(name for name in names if name in held_out),
    )
