"""Run lengths of a region, as COCO and CVAT write them.

Both count how many pixels in turn are outside, inside, outside … of the region, beginning with
those outside, of which there may be none. COCO goes down the columns of the whole image, CVAT
along the rows of the region's rectangle. COCO's files hold the counts as a list or as a text of six
bits a character (``rleToString`` of cocoapi's maskApi.c).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segmenter.formats.damaged import DamagedError

Region = NDArray[np.bool_]
"""H×W."""

_FIRST_CHARACTER = 48
_MOST_CHARACTERS = 7
"""Of one count: 35 bits, far more than any image has pixels."""


def column_counts(region: Region) -> list[int]:
    """COCO's counts of a region of the whole image."""
    return _counts(region.T.reshape(-1))


def region_of_columns(counts: Sequence[int], height: int, width: int) -> Region:
    """The region that :func:`column_counts` counted.

    Raises:
        DamagedError: the counts are none, or don't cover height × width pixels.
    """
    return _pixels(counts, height, width, (width, height)).T


def row_counts(region: Region) -> list[int]:
    """CVAT's counts of what lies in a region's rectangle."""
    return _counts(region.reshape(-1))


def region_of_rows(counts: Sequence[int], height: int, width: int) -> Region:
    """The region that :func:`row_counts` counted.

    Raises:
        DamagedError: the counts are none, or don't cover height × width pixels.
    """
    return _pixels(counts, height, width, (height, width))


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


def _counts(flat: NDArray[np.bool_]) -> list[int]:
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    lengths: list[int] = np.diff(changes, prepend=0, append=flat.size).tolist()
    return [0, *lengths] if flat.size and flat[0] else lengths


def _pixels(counts: Sequence[int], height: int, width: int, shape: tuple[int, int]) -> Region:
    if any(count < 0 for count in counts):
        raise DamagedError("a run length is less than 0")
    covered = sum(counts)
    if covered != height * width:
        raise DamagedError(
            f"its run lengths cover {covered:,} pixels, and {width} × {height} are "
            f"{height * width:,}"
        )
    inside = np.arange(len(counts)) % 2 == 1
    return np.repeat(inside, counts).reshape(shape)
