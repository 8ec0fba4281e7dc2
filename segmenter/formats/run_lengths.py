"""Run lengths of a region, as COCO and CVAT write them.

Both count how many pixels in turn are outside, inside, outside … of the region, beginning with
those outside, of which there may be none. COCO goes down the columns of the whole image, CVAT along
the rows of the region's rectangle. COCO's files hold the counts as a list or as a text of six bits
a character (``rleToString`` of cocoapi's maskApi.c).

An image may have hundreds of regions, so all of this looks at a region's own rows or columns alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segmenter.formats.damaged import DamagedError
from segmenter.formats.dataset import Size
from segmenter.formats.patches import NOTHING, Patch, Region

Positions = NDArray[np.int64]

_FIRST_CHARACTER = 48
_MOST_CHARACTERS = 7
"""Of one count: 35 bits, far more than any image has pixels."""


def column_counts(patch: Patch, size: Size) -> list[int]:
    """COCO's counts of a region in an image of this size."""
    height, width = size
    return _counts(patch.region.T, patch.left, patch.top, (width, height))


def row_counts(patch: Patch, size: Size) -> list[int]:
    """The same along the rows."""
    return _counts(patch.region, patch.top, patch.left, size)


def patch_of_columns(counts: Sequence[int], size: Size) -> Patch:
    """The region that :func:`column_counts` counted.

    Raises:
        DamagedError: a count is less than 0, or they don't cover the image.
    """
    height, width = size
    found = patch_of_runs(*_runs(counts, size), (width, height))
    return Patch(found.top, found.left, np.ascontiguousarray(found.region.T))


def patch_of_rows(counts: Sequence[int], size: Size) -> Patch:
    """The region that :func:`row_counts` counted; raises as :func:`patch_of_columns`."""
    return patch_of_runs(*_runs(counts, size), size)


def patch_of_runs(starts: Positions, ends: Positions, size: Size) -> Patch:
    """The pixels from each start to before its end, counted along the rows; runs don't overlap."""
    if not len(starts):
        return NOTHING
    _, width = size
    first, last = int(starts.min()) // width, (int(ends.max()) - 1) // width
    changes = np.zeros((last + 1 - first) * width + 1, np.int8)
    changes[starts - first * width] = 1
    changes[ends - first * width] -= 1
    region = np.cumsum(changes[:-1], dtype=np.int8).reshape(-1, width) == 1
    columns = np.flatnonzero(region.any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    return Patch(left, first, region[:, left:right].copy())


def packed(counts: Sequence[int]) -> str:
    """COCO's text for counts: from the fourth on, each as the difference to the last but one."""
    characters = bytearray()
    for index, count in enumerate(counts):
        rest = count - counts[index - 2] if index > 2 else count
        while True:
            five_bits, rest = rest & 31, rest >> 5
            # The highest bit of the last character is the sign.
            if rest == (-1 if five_bits & 16 else 0):
                characters.append(five_bits + _FIRST_CHARACTER)
                break
            characters.append((five_bits | 32) + _FIRST_CHARACTER)
    return characters.decode("ascii")


def unpacked(text: str) -> list[int]:
    """The counts that COCO's text stands for.

    Raises:
        DamagedError: it has another character, or ends in the middle of a count.
    """
    counts: list[int] = []
    value = shift = 0
    for position, character in enumerate(text):
        bits = ord(character) - _FIRST_CHARACTER
        if not 0 <= bits < 64:
            raise DamagedError(f"character {position + 1} of its run lengths means nothing")
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            if shift >= 5 * _MOST_CHARACTERS:
                raise DamagedError(f"a run length before character {position + 2} is too large")
            continue
        if bits & 16:
            value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
        value = shift = 0
    if shift:
        raise DamagedError("its run lengths are cut off")
    return counts


def _counts(region: Region, first_row: int, first_column: int, size: Size) -> list[int]:
    rows, columns = size
    height, width = region.shape
    framed = np.zeros((height, width + 2), np.int8)
    framed[:, 1:-1] = region
    steps = np.diff(framed, axis=1)
    offset = first_row * columns + first_column
    starts, ends = (
        offset + row * columns + column for row, column in (np.nonzero(steps == s) for s in (1, -1))
    )
    if not len(starts):
        return [rows * columns]
    # Where the region is as wide as the image, a run may go on in the next row.
    apart = starts[1:] != ends[:-1]
    starts, ends = starts[np.append(True, apart)], ends[np.append(apart, True)]
    edges = np.stack((starts, ends), axis=1).reshape(-1)
    counts: list[int] = np.diff(edges, prepend=0, append=rows * columns).tolist()
    return counts if counts[-1] else counts[:-1]


def _runs(counts: Sequence[int], size: Size) -> tuple[Positions, Positions]:
    height, width = size
    if min(counts, default=0) < 0:
        raise DamagedError("a run length is less than 0")
    covered = sum(counts)
    if covered != height * width:
        raise DamagedError(
            f"its run lengths cover {covered:,} pixels, and {width} × {height} are "
            f"{height * width:,}"
        )
    edges = np.cumsum(np.array(counts, np.int64))
    starts, ends = edges[: len(edges) // 2 * 2].reshape(-1, 2).T
    inside = starts < ends
    return starts[inside], ends[inside]
