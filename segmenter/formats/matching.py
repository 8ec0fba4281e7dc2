"""Which image of the project is meant by the name that a format has for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from segmenter.formats.naming import normal, stem_of
from segmenter.wording import shown


@dataclass(frozen=True)
class Matching:
    """Who goes with whom, by position in the lists."""

    pairs: tuple[tuple[int, str], ...]
    """(index of the incoming name, name of the project's image), in the incoming order."""
    unmatched: tuple[tuple[int, str], ...]
    """(index of the incoming name, why it has no image: one sentence)."""


def match(incoming: Sequence[str], images: Sequence[str]) -> Matching:
    """By path, then by path without suffix, then by the last part of the path without suffix, each
    only where one image alone is meant. Two incoming names for one image are both unmatched: a
    guess would be wrong in half of the cases.
    """
    rules: tuple[Callable[[str], str], ...] = (
        normal,
        lambda name: stem_of(normal(name)),
        lambda name: stem_of(normal(name)).rpartition("/")[2],
    )
    tables = [_table(images, rule) for rule in rules]
    found: dict[int, str] = {}
    unmatched: dict[int, str] = {}
    for index, name in enumerate(incoming):
        for rule, table in zip(rules, tables, strict=True):
            meant = table.get(rule(name), [])
            if len(meant) == 1:
                found[index] = meant[0]
                break
            if meant:
                unmatched[index] = (
                    f"{shown(name)} may mean {shown(meant[0])} or {shown(meant[1])}; give its full "
                    "path in the folder."
                )
                break
        else:
            unmatched[index] = f"There is no image {shown(name)} in the folder."
    for image, indices in _same(found).items():
        for index in indices:
            del found[index]
            unmatched[index] = (
                f"{shown(incoming[index])} is one of {len(indices)} entries for the image "
                f"{shown(image)}; leave one of them."
            )
    return Matching(tuple(sorted(found.items())), tuple(sorted(unmatched.items())))


def _table(images: Sequence[str], rule: Callable[[str], str]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = defaultdict(list)
    for name in images:
        table[rule(name)].append(name)
    return table


def _same(found: dict[int, str]) -> dict[str, list[int]]:
    indices: dict[str, list[int]] = defaultdict(list)
    for index, image in found.items():
        indices[image].append(index)
    return {image: those for image, those in indices.items() if len(those) > 1}
