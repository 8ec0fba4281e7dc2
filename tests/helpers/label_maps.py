"""Small label maps as hypothesis makes them: few labels, ragged regions, 255 among them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

LABELS = (0, 1, 2, 255)


@st.composite
def label_maps(draw: st.DrawFn, largest: int = 12) -> NDArray[np.uint8]:
    """uint8 H×W of 1 … ``largest`` a side; blocks of one label, with single pixels among them."""
    height, width = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    labels = draw(
        npst.arrays(np.uint8, (height, width), elements=st.sampled_from(LABELS), fill=st.just(0))
    )
    for _ in range(draw(st.integers(0, 4))):
        top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        bottom, right = draw(st.integers(top, height)), draw(st.integers(left, width))
        labels[top:bottom, left:right] = draw(st.sampled_from(LABELS))
    return labels
