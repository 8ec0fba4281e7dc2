"""Which images train and which are held out to score by.

The rule: an image's place is the SHA-256 of its relative path (``/`` between its parts, Unicode
NFC, UTF-8), read as a number from 0 to 1. Held out are the images below ``fraction``, or, where a
count is asked for, the ``count`` images with the smallest numbers. It depends on nothing else, so
it is the same on every machine, and an image hardly ever changes sides when others are added: only
where chance would have held out far more than the fraction of a few images, which are too dear.

An image that a person has pinned to a side is there whatever its place; the others stay where
they are without it.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from segmenter.errors import MaskwrightError
from segmenter.project.state import Side


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


def split(
    names: Iterable[str],
    *,
    fraction: float = 0.2,
    count: int = 0,
    pinned: Mapping[str, Side] | None = None,
    least: int = 1,
) -> Split:
    """Hold out ``fraction`` of the names, or ``count`` of them where it is not 0.

    At least one image is left on either side; a single image is both. Pinned images are where
    they were pinned to, and those held out so count among ``count``.

    Args:
        pinned: image → its side; others than ``names`` do not count.
        least: so many are held out at least; 0 for a training that needs no score.

    Raises:
        MaskwrightError: every image is pinned to the same side, and one is needed on the other.
    """
    names = tuple(names)
    if len(names) < 2:
        return Split(names, names if least or fraction or count else ())
    sides = pinned or {}
    held_out = {name for name in names if sides.get(name) is Side.VALIDATION}
    kept = {name for name in names if sides.get(name) is Side.TRAINING}
    free = [name for name in names if name not in held_out and name not in kept]
    _check_pins(len(held_out), len(kept), len(names), least)
    by_place = min(sum(place(name) < fraction for name in free), most_of(len(names), fraction))
    wanted = max(count - len(held_out) if count else by_place, least - len(held_out), 0)
    ordered = sorted(free, key=lambda name: (place(name), name))
    held_out.update(ordered[: min(wanted, len(free) - (not kept))])
    return Split(
        tuple(name for name in names if name not in held_out),
        tuple(name for name in names if name in held_out),
    )


def most_of(total: int, fraction: float) -> int:
    """No more of ``total`` are held out: the fraction and one standard deviation of a fair draw."""
    return max(1, math.floor(total * fraction + math.sqrt(total * fraction * (1 - fraction))))


def _check_pins(held_out: int, kept: int, total: int, least: int) -> None:
    if held_out == total:
        raise MaskwrightError(
            f"All {total} labelled images are pinned to validation, so that none is left to learn "
            "from: unpin one."
        )
    if kept == total and least:
        raise MaskwrightError(
            f"All {total} labelled images are pinned to training, so that none is left to score "
            "by: unpin one."
        )
