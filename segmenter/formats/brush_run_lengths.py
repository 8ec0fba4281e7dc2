"""The run lengths of Label Studio's brush: bits packed as in thi.ng's ``rle-pack``.

The values are those of an RGBA picture, four a pixel; the fourth, alpha, tells what was painted.
Bits, the highest first: 32 for the number of values, 5 for the bits of a value less 1, four times 4
for the bits of a length, less 1. Then one group after the other: 1 bit that tells whether one value
is repeated, 2 bits for which of the four widths the length has, the length less 1, and the value;
or, where it is not repeated, as many values as the length says.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segmenter.formats.damaged import DamagedError
from segmenter.formats.dataset import Size
from segmenter.formats.patches import Patch
from segmenter.formats.run_lengths import patch_of_runs, row_counts

_LENGTH_BITS = (3, 4, 8, 16)
_VALUE_BITS = 8
_LONGEST = 1 << _LENGTH_BITS[-1]
_HEADER_BITS = 32 + 5 + 4 * 4


def brush_bytes(patch: Patch, size: Size) -> list[int]:
    """A region of an image of this size as Label Studio's list of bytes."""
    counts = np.array(row_counts(patch, size), np.int64)
    is_inside = np.arange(len(counts)) % 2 == 1
    # Only the first count may be 0, of an image whose first pixel is inside.
    is_inside, lengths = is_inside[counts > 0], counts[counts > 0] * 4
    pieces = -(-lengths // _LONGEST)
    last = np.cumsum(pieces) - 1
    values = np.repeat(is_inside * np.uint64(255), pieces)
    group_lengths = np.full(len(values), _LONGEST, np.uint64)
    group_lengths[last] = lengths - (pieces - 1) * _LONGEST
    which = np.searchsorted([1 << bits for bits in _LENGTH_BITS], group_lengths)
    length_bits = np.array(_LENGTH_BITS, np.uint64)[which]
    head = (np.uint64(4) + which.astype(np.uint64)) << length_bits
    groups = (head | (group_lengths - np.uint64(1))) << np.uint64(_VALUE_BITS) | values
    header = size[0] * size[1] * 4
    for field, bits in ((_VALUE_BITS - 1, 5), *((bits - 1, 4) for bits in _LENGTH_BITS)):
        header = header << bits | field
    numbers = np.concatenate((np.array([header], np.uint64), groups))
    widths = np.concatenate(([_HEADER_BITS], length_bits.astype(np.int64) + 3 + _VALUE_BITS))
    return np.packbits(_bits(numbers, widths)).tolist()


def patch_of_brush(contents: Sequence[int], image_size: Size) -> Patch:
    """What is painted at all in Label Studio's list of bytes.

    Raises:
        DamagedError: it is cut off, or of an image of another size.
    """
    try:
        bits = _BitReader(bytes(contents))
    except (ValueError, TypeError) as error:
        raise DamagedError("its run lengths are no list of bytes") from error
    values, value_bits = bits.read(32), bits.read(5) + 1
    length_bits = [bits.read(4) + 1 for _ in range(4)]
    height, width = image_size
    if values != height * width * 4:
        raise DamagedError(
            f"its run lengths are of {values // 4:,} pixels, and {width} × {height} are "
            f"{height * width:,}"
        )
    starts, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    at = 0
    while at < values:
        is_repeated = bits.read(1)
        end = at + 1 + bits.read(length_bits[bits.read(2)])
        if end > values:
            raise DamagedError("its run lengths go beyond the image")
        # A pixel's alpha is its fourth value, so it lies in the group where that one does.
        if not is_repeated:
            alphas = bits.read_each(end - at, value_bits)[3 - at % 4 :: 4]
            painted = at // 4 + np.flatnonzero(alphas)
            starts.append(painted)
            ends.append(painted + 1)
        elif bits.read(value_bits) and at // 4 < end // 4:
            starts.append(np.array([at // 4]))
            ends.append(np.array([end // 4]))
        at = end
    return patch_of_runs(np.concatenate(starts), np.concatenate(ends), image_size)


class _BitReader:
    def __init__(self, contents: bytes) -> None:
        self._contents = contents
        self._at = 0

    def read(self, bits: int) -> int:
        """The next ``bits`` as a number."""
        end = self._at + bits
        first, last = self._at // 8, -(-end // 8)
        if last > len(self._contents):
            raise DamagedError("its run lengths are cut off")
        number = int.from_bytes(self._contents[first:last], "big") >> (last * 8 - end)
        self._at = end
        return number & ((1 << bits) - 1)

    def read_each(self, count: int, bits: int) -> NDArray[np.bool_]:
        """Whether each of the next ``count`` numbers of ``bits`` is more than 0."""
        packed = self.read(count * bits) << (-count * bits % 8)
        contents = np.frombuffer(packed.to_bytes(-(-count * bits // 8), "big"), np.uint8)
        unpacked = np.unpackbits(contents, count=count * bits)
        return np.logical_or.reduce(unpacked.reshape(count, bits), axis=1, dtype=bool)


def _bits(numbers: NDArray[np.uint64], widths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The lowest ``widths`` bits of each number, the highest first, one after the other."""
    ends = np.cumsum(widths)
    place = np.repeat(ends, widths) - 1 - np.arange(ends[-1])
    bits = np.repeat(numbers, widths) >> place.astype(np.uint64) & np.uint64(1)
    return bits.astype(np.uint8)
