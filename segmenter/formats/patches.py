"""Regions of a label map, each with its rectangle alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.formats.dataset import Labels, Size
from segmenter.project.classes import UNLABELLED

Region = NDArray[np.bool_]
"""H×W."""


@dataclass(frozen=True, eq=False)
class Patch:
    """Some pixels of an image, all of them inside of it."""

    left: int
    top: int
    region: Region
    """H×W of the rectangle."""
    is_cut: bool = False
    """Whether more of it lay outside of the image."""

    @property
    def width(self) -> int:
        return self.region.shape[1]

    @property
    def height(self) -> int:
        return self.region.shape[0]

    @property
    def area(self) -> int:
        return int(np.count_nonzero(self.region))

    def paint(self, labels: Labels, value: int) -> None:
        """Give its pixels a value."""
        right, bottom = self.left + self.width, self.top + self.height
        labels[self.top : bottom, self.left : right][self.region] = value

    def spread(self, size: Size) -> Region:
        """The region of the whole image."""
        whole = np.zeros(size, bool)
        right, bottom = self.left + self.width, self.top + self.height
        whole[self.top : bottom, self.left : right] = self.region
        return whole


NOTHING = Patch(0, 0, np.zeros((0, 0), bool))


def patch_of(region: Region) -> Patch:
    """The pixels of a region of the whole image."""
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    if not len(rows):
        return NOTHING
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    return Patch(int(left), int(top), region[top:bottom, left:right].copy())


def class_patches(labels: Labels) -> Iterator[tuple[int, Patch]]:
    """All pixels of each class that is there, by id; unlabelled ones are left out."""
    counts = np.bincount(labels.reshape(-1), minlength=UNLABELLED + 1)
    for class_id in np.flatnonzero(counts[:UNLABELLED]).tolist():
        yield class_id, patch_of(labels == class_id)


def connected_patches(labels: Labels) -> Iterator[tuple[int, Patch]]:
    """The connected regions of each class, by id and from top to bottom. Pixels that touch at a
    corner belong together."""
    for class_id, patch in class_patches(labels):
        for part in connected_parts(patch):
            yield class_id, part


def connected_parts(patch: Patch) -> Iterator[Patch]:
    """The connected regions of one."""
    count, numbers, boxes, _ = cv2.connectedComponentsWithStats(
        patch.region.astype(np.uint8), connectivity=8
    )
    for number in range(1, count):
        left, top, width, height, _ = boxes[number].tolist()
        part = numbers[top : top + height, left : left + width] == number
        yield Patch(patch.left + left, patch.top + top, np.asarray(part, bool))


def united(patches: Sequence[Patch]) -> Patch:
    """The pixels that any of them has."""
    if len(patches) == 1:
        return patches[0]
    left = min((each.left for each in patches), default=0)
    top = min((each.top for each in patches), default=0)
    right = max((each.left + each.width for each in patches), default=0)
    bottom = max((each.top + each.height for each in patches), default=0)
    if right <= left or bottom <= top:
        return NOTHING
    region = np.zeros((bottom - top, right - left), np.uint8)
    for each in patches:
        Patch(each.left - left, each.top - top, each.region).paint(region, 1)
    return Patch(left, top, region == 1, any(each.is_cut for each in patches))
