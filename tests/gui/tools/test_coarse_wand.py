"""The quick look of the magic wand at a smaller copy of the photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gui.canvas.image_pyramid import ImagePyramid
from gui.tools.coarse_wand import ENOUGH_PIXELS, coarse_level, coarse_selection
from segmenter.editing.wand import ColorSelector


@pytest.fixture(scope="module")
def fig() -> ImagePyramid:
    path = Path(__file__).parents[3] / "resources" / "sample" / "fig.jpg"
    return ImagePyramid(np.asarray(Image.open(path).convert("RGB")))


def test_the_copy_is_small_enough_and_no_smaller_than_needed(fig: ImagePyramid) -> None:
    level = coarse_level(fig)
    assert level > 0
    assert fig.levels[level][..., 0].size <= ENOUGH_PIXELS < fig.levels[level - 1][..., 0].size
    assert coarse_level(ImagePyramid(np.zeros((100, 100, 3), np.uint8))) == 0


@pytest.mark.parametrize("place", [(0.05, 0.05), (0.3, 0.5), (0.95, 0.9)])
def test_it_selects_about_the_same(fig: ImagePyramid, place: tuple[float, float]) -> None:
    pixel = int(place[0] * fig.width), int(place[1] * fig.height)
    exact = ColorSelector(fig.pixels).select(*pixel, 25)
    coarse = coarse_selection(fig, pixel, 25, connected=True)
    assert exact is not None
    assert coarse is not None
    one, other = np.zeros((2, fig.height, fig.width), bool)
    one[exact.rect.slices] = exact.pixels
    other[coarse.rect.slices] = coarse.pixels
    assert (one & other).sum() / (one | other).sum() > 0.8
