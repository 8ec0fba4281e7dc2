"""Which image of the project is meant by the name that a format has for it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from segmenter.formats.naming import normal, stem_of, unique_stems
from segmenter.wording import shown


@dataclass(frozen=True)
class Matching:
    """Who goes with whom, by position in the lists."""

    pairs: tuple[tuple[int, str], ...]
    """(index of the incoming name, name of the project's image), in the incoming order."""
    by_name: tuple[tuple[int, str], ...]
    """Such pairs that lie in folders of different names, and have but the file's name in common:
    ``video1/0001.jpg`` and ``video2/0001.jpg`` may well be two images."""
    unmatched: tuple[tuple[int, str], ...]
    """(index of the incoming name, why it has no image: one sentence)."""


def match(
    incoming: Sequence[Sequence[str]],
    images: Sequence[str],
    written: Callable[[str], str] = lambda stem: stem,
) -> Matching:
    """The image of the very path; else the one image that is nearer than all others of its name, in
    its folders (all the same, or more of the last ones) as well as in its name (the same, the same
    but for a suffix on one side, on both). An image belongs to the entry that names it best (see
    :class:`_By`); where two name it as well, or one may mean two images, none is taken: a guess
    would be wrong in half of the cases.

    Args:
        incoming: of each entry its name, and others that it may go by.
        images: names of the project's images.
        written: what the format makes of the stem that an export gives to an image.
    """
    finder = _Finder(images, written)
    found: dict[int, tuple[_By, str]] = {}
    unmatched: dict[int, str] = {}
    for index, names in enumerate(incoming):
        meant = [finder.meant_by(name) for name in names]
        single = [
            (finder.how(name, each[0]), each[0])
            for name, each in zip(names, meant, strict=True)
            if len(each) == 1
        ]
        several = next((each for each in meant if each), None)
        if single:
            found[index] = min(single, key=lambda each: each[0])
        elif several is not None:
            unmatched[index] = (
                f"{shown(names[0])} may mean {shown(several[0])} or {shown(several[1])}; give its "
                "full path in the folder."
            )
        else:
            unmatched[index] = f"There is no image {shown(names[0])} in the folder."
    for image, indices in _same(found).items():
        best = min(found[index][0] for index in indices)
        equal = [index for index in indices if found[index][0] is best]
        for index in indices:
            entry = shown(incoming[index][0])
            if found[index][0] is not best:
                unmatched[index] = (
                    f"{entry} is not in the folder; {shown(image)} is what another entry names."
                )
            elif len(equal) > 1:
                unmatched[index] = (
                    f"{entry} is one of {len(equal)} entries for the image {shown(image)}; leave "
                    "one of them."
                )
    taken = {index: each for index, each in sorted(found.items()) if index not in unmatched}
    return Matching(
        tuple((index, image) for index, (how, image) in taken.items() if how is not _By.NAME),
        tuple((index, image) for index, (how, image) in taken.items() if how is _By.NAME),
        tuple(sorted(unmatched.items())),
    )


class _By(IntEnum):
    """What a name and its image have in common; the best comes first."""

    PATH = 0
    """All of it."""
    PATH_BUT_SUFFIX = 1
    FOLDER = 2
    """The last folder; or one of the two says nothing of folders."""
    NAME = 3
    """Nothing but the file's name."""


@dataclass(frozen=True, slots=True)
class _Path:
    image: str
    folders: tuple[str, ...]
    last: str
    stem: str

    @classmethod
    def of(cls, name: str) -> _Path:
        *folders, last = normal(name).split("/")
        return cls(name, tuple(folders), last, stem_of(last))

    @property
    def parent(self) -> str:
        return self.folders[-1] if self.folders else ""


class _Finder:
    """Looks names up, since a video has the same thousand names in each of its folders."""

    def __init__(self, images: Sequence[str], written: Callable[[str], str]) -> None:
        self._images = frozenset(images)
        self._of_path: dict[str, list[str]] = defaultdict(list)
        self._exported: dict[str, list[str]] = defaultdict(list)
        for name, stem in unique_stems(images).items():
            self._of_path[normal(name)].append(name)
            place = written(stem)
            if place not in (name, stem_of(name)):
                self._exported[normal(place)].append(name)
        everywhere: _Index = defaultdict(list)
        here: _Index = defaultdict(list)
        for path in map(_Path.of, images):
            for kind, name in (("last", path.last), ("stem", path.stem)):
                everywhere["", kind, name].append(path)
                here[path.parent, kind, name].append(path)
        self._everywhere, self._here = everywhere, here

    def meant_by(self, name: str) -> list[str]:
        """The image, or those it may be; none where no image is called so."""
        if name in self._images:
            return [name]
        if found := self._of_path.get(normal(name)) or self._exported_as(name):
            return found
        if (stem := stem_of(name)) in self._images:
            return [stem]
        path = _Path.of(name)
        nearest_names = _first(_by_name(self._everywhere, "", path))
        in_such_folder = [
            each for group in _by_name(self._here, path.parent, path) for each in group
        ]
        if not in_such_folder:
            return [each.image for each in nearest_names]
        deepest = max(_common(each.folders, path.folders) for each in in_such_folder)
        nearest_folders = {
            each.image for each in in_such_folder if _common(each.folders, path.folders) == deepest
        }
        best = [each.image for each in nearest_names if each.image in nearest_folders]
        return best or [*sorted(nearest_folders), *(each.image for each in nearest_names)]

    def how(self, name: str, image: str) -> _By:
        """What a name has in common with the image that it means."""
        if normal(name) == normal(image):
            return _By.PATH
        one, other = _Path.of(name), _Path.of(image)
        if one.folders == other.folders or image in self._exported_as(name):
            return _By.PATH_BUT_SUFFIX
        is_elsewhere = one.parent and other.parent and one.parent != other.parent
        return _By.NAME if is_elsewhere else _By.FOLDER

    def _exported_as(self, name: str) -> list[str]:
        """Images that an export calls so, with or without a suffix, to tell them from others."""
        name = normal(name)
        return self._exported.get(name) or self._exported.get(stem_of(name)) or []


_Index = dict[tuple[str, str, str], list[_Path]]


def _by_name(index: _Index, folder: str, path: _Path) -> tuple[list[_Path], ...]:
    """Those of the same name; of a name that is the other one's but for a suffix; of a name that
    is the same without suffixes."""
    return (
        index.get((folder, "last", path.last), []),
        [
            *index.get((folder, "last", path.stem), []),
            *index.get((folder, "stem", path.last), []),
        ],
        index.get((folder, "stem", path.stem), []),
    )


def _first(groups: tuple[list[_Path], ...]) -> list[_Path]:
    return next((group for group in groups if group), [])


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """How many of the last folders are the same; without end where all are."""
    if one == other:
        return math.inf
    number = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        number += 1
    return number


def _same(found: dict[int, tuple[_By, str]]) -> dict[str, list[int]]:
    indices: dict[str, list[int]] = defaultdict(list)
    for index, (_, image) in found.items():
        indices[image].append(index)
    return {image: those for image, those in indices.items() if len(those) > 1}
