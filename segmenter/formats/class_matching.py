"""Which class of the project an incoming class becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import Classes, Labels
from segmenter.project.classes import UNLABELLED, LabelClass
from segmenter.project.project import Project
from segmenter.wording import shown


@dataclass(frozen=True)
class ClassMatch:
    """One incoming class and what becomes of its pixels."""

    incoming: LabelClass
    name: str
    """Of the project's class, existing or new; empty: its pixels become unlabelled."""
    existing: LabelClass | None
    """None: a new class is made, with the incoming id where no class ever had it."""


def match_classes(
    project: Project, classes: Classes, renamed: Mapping[str, str]
) -> tuple[ClassMatch, ...]:
    """By name; a former name of a class that was renamed or merged leads to what it is called now.

    Args:
        renamed: incoming name → name in the project, empty to leave the class out.

    Raises:
        MaskwrightError: ``renamed`` names a class that is not incoming.
    """
    incoming = {each.name for each in classes}
    for name in renamed:
        if name not in incoming:
            known = ", ".join(sorted(incoming)[:20])
            raise MaskwrightError(f"There is no incoming class {shown(name)}; there are: {known}.")
    existing = {each.name: each for each in project.classes}
    former = project.former_class_names
    matches = []
    for each in classes:
        name = renamed.get(each.name, each.name).strip()
        if each.name not in renamed and name not in existing:
            name = former.get(name, name)
        matches.append(ClassMatch(each, name, existing.get(name)))
    return tuple(matches)


def make_classes(project: Project, matches: Iterable[ClassMatch], fill: str = "") -> Labels:
    """Make the classes that are missing, and return the table from incoming values to the
    project's: uint8 of 256. ``fill`` is the class that unlabelled pixels become; empty: none.

    Raises:
        MaskwrightError: the project can't have so many, or is read-only.
    """
    matches = tuple(matches)
    known = {each.name: each.id for each in project.classes}
    new = {name for name in (*(each.name for each in matches), fill) if name} - known.keys()
    # Before the first of them is made.
    if len(new) > project.class_ids_left:
        raise MaskwrightError(
            f"The import has {len(new)} classes that the project has not, but it has room for "
            f"{project.class_ids_left} more; leave some of them out."
        )
    table = np.full(256, UNLABELLED, np.uint8)
    for each in matches:
        if each.name and each.name not in known:
            made = project.add_class(each.name, each.incoming.color, each.incoming.id)
            known[each.name] = made.id
        table[each.incoming.id] = known[each.name] if each.name else UNLABELLED
    if fill:
        table[UNLABELLED] = known[fill] if fill in known else project.add_class(fill).id
    return table
