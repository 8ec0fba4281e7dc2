"""Label Studio's brush: its documented bits, and what its own tools write."""

from __future__ import annotations

import numpy as np
import pytest
from format_trips import MANY
from hypothesis import given
from hypothesis import strategies as st
from label_maps import label_maps
from numpy.typing import NDArray

from segmenter.formats.brush_run_lengths import brush_bytes, patch_of_brush
from segmenter.formats.damaged import DamagedError
from segmenter.formats.patches import patch_of

OF_THE_SDK = [
    0, 0, 0, 48, 57, 27, 252, 96, 19, 255, 206, 1, 111, 254, 248, 0
]  # fmt: skip
"""What ``label_studio_sdk.converter.brush.mask2rle`` (2.1.2) makes of :data:`PAINTED` × 255."""
PAINTED = np.array([[0, 1, 1, 0], [0, 1, 1, 1], [0, 0, 0, 0]], bool)


def there_and_back(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    contents = brush_bytes(patch_of(region), region.shape)
    return patch_of_brush(contents, region.shape).spread(region.shape)


@given(label_maps(20))
@MANY
def test_a_region_comes_back(labels: NDArray[np.uint8]) -> None:
    region = labels == 1
    assert np.array_equal(there_and_back(region), region)


@pytest.mark.parametrize("pixels", [2**14 - 1, 2**14, 2**14 + 1, 2**16, 3 * 2**14, 100_000])
@pytest.mark.parametrize("inside", [False, True])
def test_runs_beyond_the_longest_group_come_back(pixels: int, inside: bool) -> None:
    region = np.full((1, pixels), inside)
    region[0, -1] = True
    assert np.array_equal(there_and_back(region), region)


def test_what_the_sdk_writes_is_read() -> None:
    assert np.array_equal(patch_of_brush(OF_THE_SDK, (3, 4)).spread((3, 4)), PAINTED)


def test_we_write_what_the_sdk_writes() -> None:
    assert brush_bytes(patch_of(PAINTED), (3, 4)) == OF_THE_SDK


@given(st.lists(st.tuples(st.integers(0, 255), st.booleans()), min_size=1, max_size=30))
@MANY
def test_values_that_stand_one_by_one_are_read(alphas: list[tuple[int, bool]]) -> None:
    """As Label Studio's own canvas writes pixels of many colours."""
    bits = f"{len(alphas) * 4:032b}" + f"{7:05b}" + "".join(f"{n - 1:04b}" for n in (3, 4, 8, 16))
    for alpha, is_repeated in alphas:
        if is_repeated:
            bits += "1" + "00" + f"{3:03b}" + f"{alpha:08b}"
        else:
            bits += "0" + "01" + f"{3:04b}" + "".join(f"{v:08b}" for v in (9, 200, 0, alpha))
    contents = [int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8)]
    painted = patch_of_brush(contents, (1, len(alphas))).spread((1, len(alphas)))
    assert painted.tolist() == [[alpha > 0 for alpha, _ in alphas]]


@pytest.mark.parametrize(
    ("contents", "why"),
    [
        ([], "cut off"),
        (OF_THE_SDK[:9], "cut off"),
        ([*OF_THE_SDK[:3], 44, *OF_THE_SDK[4:]], "11 pixels"),
        ([0, 0, 0, 48, 57, 27, 252, 255, 255, 255, 255, 255, 255], "beyond"),
        ([1, 300], "list of bytes"),
        (["x"], "list of bytes"),
    ],
)
def test_bytes_that_are_no_brush_are_refused(contents: list[int], why: str) -> None:
    with pytest.raises(DamagedError, match=why):
        patch_of_brush(contents, (3, 4))
