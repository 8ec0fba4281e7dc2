"""Which image of the project is meant by the name that a format has for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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


def match(incoming: Sequence[Sequence[str]], images: Sequence[str]) -> Matching:
    """The image of the very path; else the one image that is nearer than all others of its name, in
    its folders (all the same, or more of the last ones) as well as in its name (the same, the same
    but for a suffix on one side, on both). Where that leaves two, or two incoming entries mean one
    image, none is taken: a guess would be wrong in half of the cases.

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


@dataclass(frozen=True)
class _Path:
    folders: tuple[str, ...]
    last: str
    stem: str

    @classmethod
    def of(cls, name: str) -> _Path:
        *folders, last = normal(name).split("/")
        return cls(tuple(folders), last, stem_of(last))

    def nearness(self, other: _Path) -> tuple[int, int]:
        """In the folders, and in the name; larger is nearer. Both have a name in common."""
        if self.folders == other.folders:
            folders = _ALL
        else:
            folders = 0
            for one, two in zip(reversed(self.folders), reversed(other.folders), strict=False):
                if one != two:
                    break
                folders += 1
        if self.last == other.last:
            return folders, 2
        return folders, int(self.last == other.stem or self.stem == other.last)


_ALL = 10**6


class _Finder:
    def __init__(self, images: Sequence[str]) -> None:
        self._of_path = {normal(name): name for name in images}
        self._of_name: dict[str, list[tuple[str, _Path]]] = defaultdict(list)
        for name in images:
            path = _Path.of(name)
            for key in {path.last, path.stem}:
                self._of_name[key].append((name, path))

    def meant_by(self, name: str) -> list[str]:
        """The image, or those it may be; none where no image is called so."""
        if (found := self._of_path.get(normal(name))) is not None:
            return [found]
        path = _Path.of(name)
        near = {
            image: path.nearness(other)
            for key in {path.last, path.stem}
            for image, other in self._of_name.get(key, ())
        }
        folders = max((each for each, _ in near.values()), default=0)
        names = max((each for _, each in near.values()), default=0)
        best = [image for image, each in near.items() if each == (folders, names)]
        return best or sorted(near, key=lambda image: near[image], reverse=True)


def _same(found: dict[int, str]) -> dict[str, list[int]]:
    indices: dict[str, list[int]] = defaultdict(list)
    for index, image in found.items():
        indices[image].append(index)
    return {image: those for image, those in indices.items() if len(those) > 1}
