"""``--map left=right``, given any number of times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from segmenter.project.classes import LabelClass


def parse_map(pairs: Sequence[str]) -> dict[str, str]:
    """``["cat=Katze", "dog="]`` → what stands left of the last ``=`` to what stands right of it.

    Raises typer.BadParameter for a text without ``=``, without a left side, or a second one for
    the same left side.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        left, separator, right = (part.strip() for part in pair.rpartition("="))
        if not separator or not left:
            raise typer.BadParameter(f"--map takes OLD=NEW, not {pair!r}.")
        if left in found:
            raise typer.BadParameter(f"--map names {left!r} twice.")
        found[left] = right
    return found


def class_ids(mapping: Mapping[str, str], classes: Sequence[LabelClass]) -> dict[int, int]:
    """Names or ids of the project's classes → ids in the export; 255 for an empty right side.

    Raises typer.BadParameter for a class that is not there, or a right side that is no number.
    """
    by_name = {each.name: each.id for each in classes} | {
        str(each.id): each.id for each in classes if str(each.id) not in {c.name for c in classes}
    }
    found = {}
    for old, new in mapping.items():
        if old not in by_name:
            known = ", ".join(each.name for each in classes) or "none"
            raise typer.BadParameter(f"--map names no class {old!r}; there are: {known}.")
        if new and not (new.isascii() and new.isdigit()):
            raise typer.BadParameter(
                f"--map gives {old!r} a new id, a whole number, or nothing to leave it out; "
                f"not {new!r}."
            )
        found[by_name[old]] = int(new) if new else 255
    return found
