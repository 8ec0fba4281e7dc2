"""From any sample values to 8 bits: always 0–255, never upside down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from segmenter.project.eight_bits import to_eight_bits

KINDS = ["uint8", "uint16", "int16", "int32", "uint32", "float16", "float32", "float64", "bool"]


@pytest.mark.filterwarnings("error")
@given(
    st.sampled_from(KINDS).flatmap(
        lambda kind: hnp.arrays(kind, hnp.array_shapes(max_dims=3, max_side=8))
    )
)
def test_brighter_values_never_become_darker(values: NDArray[Any]) -> None:
    result = to_eight_bits(values)
    assert result.dtype == np.uint8
    assert result.shape == values.shape
    known = ~np.isnan(values)
    assert not result[~known].any()
    order = np.argsort(values[known], kind="stable")
    assert (np.diff(result[known][order].astype(int)) >= 0).all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([True, False]), [255, 0]),
        (np.array([0, 255], np.uint16), [0, 255]),
        (np.array([0, 256, 1023], np.uint16), [0, 64, 255]),
        (np.array([0, 1024, 4095], np.uint16), [0, 64, 255]),
        (np.array([255, 256, 4096, 65535], np.uint16), [0, 1, 16, 255]),
        (np.array([-32768, 0, 32767], np.int16), [0, 128, 255]),
        (np.array([0, 65535], np.int32), [0, 255]),
        (np.array([0, 2**31], np.int64), [0, 255]),
        (np.array([0, 0.5, 1]), [0, 128, 255]),
        (np.array([0, 1.9, 200]), [0, 1, 200]),
        (np.array([-1, 0, 1]), [0, 128, 255]),
        (np.array([-1.7e308, 0, 1.7e308]), [0, 128, 255]),
        (np.array([np.nan, -np.inf, np.inf, 0.2]), [0, 0, 255, 51]),
        (np.array([np.nan, np.inf]), [0, 255]),
        (np.array([7e9, 7e9]), [0, 0]),
        (np.zeros((0,)), []),
    ],
)
def test_stated_rules(values: NDArray[Any], expected: list[int]) -> None:
    assert to_eight_bits(values).tolist() == expected
