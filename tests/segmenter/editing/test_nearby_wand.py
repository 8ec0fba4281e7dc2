"""The magic wand near the point first: the same to the pixel as one look at the whole photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segmenter.editing.nearby_wand import NearbySelector
from segmenter.editing.wand import ColorSelector

POINTS = [(0, 0), (60, 60), (320, 200), (639, 426), (330, 120), (200, 400)]


@pytest.mark.parametrize("tolerance", [2, 8, 20, 45])
@pytest.mark.parametrize("connected", [True, False])
def test_it_selects_what_one_look_at_the_whole_photo_selects(
    sample: Path, tolerance: int, connected: bool
) -> None:
    photo = np.asarray(Image.open(sample / "rocket.jpg").convert("RGB"))
    nearby, whole = NearbySelector(photo, reach=40), ColorSelector(photo)
    for x, y in POINTS:
        for clean in (0, 25):
            found = nearby.select(x, y, tolerance, connected=connected, clean=clean)
            expected = whole.select(x, y, tolerance, connected=connected, clean=clean)
            if found is None or expected is None:
                # Not connected, and nothing but specks.
                assert found is expected
                assert clean
                assert not connected
                continue
            assert found.rect == expected.rect
            np.testing.assert_array_equal(found.pixels, expected.pixels)


def test_a_point_outside_of_the_photo_selects_nothing() -> None:
    assert NearbySelector(np.zeros((20, 30, 3), np.uint8)).select(30, 5, 10) is None
