"""Run lengths as COCO and CVAT write them; COCO's own library reads ours, and we read its."""

from __future__ import annotations

import numpy as np
import pytest
from format_trips import MANY
from hypothesis import given
from hypothesis import strategies as st
from label_maps import label_maps
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from segmenter.formats.damaged import DamagedError
from segmenter.formats.patches import patch_of
from segmenter.formats.run_lengths import (
    column_counts,
    packed,
    patch_of_columns,
    patch_of_rows,
    row_counts,
    unpacked,
)

EXAMPLE_OF_CVAT = (
    "3, 5, 7, 7, 5, 9, 3, 11, 2, 11, 2, 12, 1, 12, 1, 26, 1, 12, 1, 12, 2, 11, 3, 9, 5, 7, 7, 5, 3"
)
"""The mask in CVAT's documentation of its XML format, 13 × 15 pixels."""


def counted(region: NDArray[np.bool_]) -> list[int]:
    return column_counts(patch_of(region), region.shape)


@given(label_maps(20))
@MANY
def test_pycocotools_decodes_our_text_to_the_very_region(labels: NDArray[np.uint8]) -> None:
    region = labels == 1
    text = packed(counted(region))
    decoded = coco_mask.decode({"size": list(region.shape), "counts": text})
    assert np.array_equal(decoded, region)


@given(label_maps(20))
@MANY
def test_our_text_is_the_one_pycocotools_writes(labels: NDArray[np.uint8]) -> None:
    region = labels == 1
    theirs = coco_mask.encode(np.asfortranarray(region, np.uint8))["counts"].decode("ascii")
    assert packed(counted(region)) == theirs
    back = patch_of_columns(unpacked(theirs), region.shape)
    assert np.array_equal(back.spread(region.shape), region)


@given(label_maps(20))
@MANY
def test_pycocotools_takes_our_list_of_counts(labels: NDArray[np.uint8]) -> None:
    region = labels == 1
    height, width = region.shape
    counts = {"size": [height, width], "counts": counted(region)}
    assert np.array_equal(coco_mask.decode(coco_mask.frPyObjects(counts, height, width)), region)


@given(st.lists(st.integers(0, 400_000_000)))
@MANY
def test_counts_of_any_size_come_back(counts: list[int]) -> None:
    assert unpacked(packed(counts)) == counts


@given(label_maps())
@MANY
def test_rows_come_back(labels: NDArray[np.uint8]) -> None:
    region = labels == 1
    back = patch_of_rows(row_counts(patch_of(region), region.shape), region.shape)
    assert np.array_equal(back.spread(region.shape), region)


def test_cvats_example_is_a_round_thing_symmetric_left_to_right() -> None:
    counts = [int(count) for count in EXAMPLE_OF_CVAT.split(",")]
    patch = patch_of_rows(counts, (15, 13))
    assert row_counts(patch, (15, 13)) == counts
    region = patch.spread((15, 13))
    assert not region[0, :3].any()
    assert region[0, 3:8].all()
    assert region[7].all()


@pytest.mark.parametrize("counts", [[], [3], [2, 2, 3], [7, -1], [6, 1]])
def test_counts_that_do_not_cover_the_image_are_refused(counts: list[int]) -> None:
    for read in (patch_of_columns, patch_of_rows):
        with pytest.raises(DamagedError, match="run length"):
            read(counts, (2, 3))


@pytest.mark.parametrize(
    ("text", "why"),
    [("1 2", "character 2"), ("12\u00ff", "character 3"), ("P", "cut off"), ("Q" * 9, "too large")],
)
def test_a_text_that_stands_for_nothing_is_refused(text: str, why: str) -> None:
    with pytest.raises(DamagedError, match=why):
        unpacked(text)
