"""Which image of the project is meant by the name that a format has for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from segmenter.formats.naming import normal, stem_of
from segmenter.wording import shown

_Rule = Callable[[str], str]


@dataclass(frozen=True)
class Matching:
    """Who goes with whom, by position in the lists."""

    pairs: tuple[tuple[int, str], ...]
    """(index of the incoming name, name of the project's image), in the incoming order."""
    unmatched: tuple[tuple[int, str], ...]
    """(index of the incoming name, why it has no image: one sentence)."""


def match(incoming: Sequence[Sequence[str]], images: Sequence[str]) -> Matching:
    """By path, then by path without suffix, then by the last part of the path without suffix, each
    only where one image alone is meant. Two incoming entries for one image are both unmatched: a
    guess would be wrong in half of the cases.

    Args:
        incoming: of each entry its name, and others that it may go by.
        images: names of the project's images.
    """
    finder = _Finder(images)
    found: dict[int, str] = {}
    unmatched: dict[int, str] = {}
    for index, names in enumerate(incoming):
        meant = [finder.meant_by(name) for name in names]
        single = next((each[0] for each in meant if len(each) == 1), None)
        several = next((each for each in meant if each), None)
        if single is not None:
            found[index] = single
        elif several is not None:
            unmatched[index] = (
                f"{shown(names[0])} may mean {shown(several[0])} or {shown(several[1])}; give its "
                "full path in the folder."
            )
        else:
            unmatched[index] = f"There is no image {shown(names[0])} in the folder."
    for image, indices in _same(found).items():
        for index in indices:
            del found[index]
            unmatched[index] = (
                f"{shown(incoming[index][0])} is one of {len(indices)} entries for the image "
                f"{shown(image)}; leave one of them."
            )
    return Matching(tuple(sorted(found.items())), tuple(sorted(unmatched.items())))


class _Finder:
    """What is made of an incoming name and of an image's, to be compared; the first rule that any
    image follows decides."""

    def __init__(self, images: Sequence[str]) -> None:
        rules: tuple[tuple[_Rule, _Rule], ...] = (
            (normal, normal),
            (normal, _stem),
            (_stem, _stem),
            (_last_stem, _last_stem),
        )
        self._rules = [(rule, _table(images, of_image)) for rule, of_image in rules]

    def meant_by(self, name: str) -> list[str]:
        for rule, table in self._rules:
            if meant := table.get(rule(name)):
                return meant
        return []


def _stem(name: str) -> str:
    return stem_of(normal(name))


def _last_stem(name: str) -> str:
    return _stem(name).rpartition("/")[2]


def _table(images: Sequence[str], rule: _Rule) -> dict[str, list[str]]:
    table: dict[str, list[str]] = defaultdict(list)
    for name in images:
        table[rule(name)].append(name)
    return table


def _same(found: dict[int, str]) -> dict[str, list[int]]:
    indices: dict[str, list[int]] = defaultdict(list)
    for index, image in found.items():
        indices[image].append(index)
    return {image: those for image, those in indices.items() if len(those) > 1}
