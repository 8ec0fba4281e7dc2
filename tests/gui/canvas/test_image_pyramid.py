from __future__ import annotations

import numpy as np
import pytest

from gui.canvas.image_pyramid import ImagePyramid


def blocks_averaged(level: np.ndarray) -> np.ndarray:
    """Each 2×2 block's mean, where a block at the edge has what there is of it."""
    height, width = level.shape[:2]
    result = np.zeros(((height + 1) // 2, (width + 1) // 2, 3))
    for y in range(result.shape[0]):
        for x in range(result.shape[1]):
            block = level[2 * y : 2 * y + 2, 2 * x : 2 * x + 2, :3]
            result[y, x] = block.reshape(-1, 3).astype(float).mean(0)
    return result


@pytest.mark.parametrize("size", [(256, 300), (257, 301), (255, 300), (1, 400), (400, 1)])
def test_each_level_averages_the_one_before(size: tuple[int, int]) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    pyramid = ImagePyramid(rgb)
    assert len(pyramid.levels) > 1
    for finer, coarser in zip(pyramid.levels, pyramid.levels[1:], strict=False):
        assert np.abs(coarser[..., :3] - blocks_averaged(finer)).max() <= 1


def test_level_0_is_the_photo_itself() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    pyramid = ImagePyramid(rgb)
    color = pyramid.images[0].pixelColor(7, 3)
    assert (color.red(), color.green(), color.blue()) == tuple(rgb[3, 7])
    assert pyramid.pixels[3, 7] & 0xFFFFFF == int.from_bytes(rgb[3, 7].tobytes(), "big")


@pytest.mark.parametrize(
    ("scale", "level"), [(8.0, 0), (1.0, 0), (0.51, 0), (0.5, 1), (0.26, 1), (0.25, 2), (0.001, 3)]
)
def test_the_coarsest_level_that_still_has_a_pixel_for_each_of_the_screens(
    scale: float, level: int
) -> None:
    pyramid = ImagePyramid(np.zeros((1000, 900, 3), np.uint8))
    assert len(pyramid.levels) == 4
    assert pyramid.level_for(scale) == level


def test_a_single_pixel_is_a_pyramid() -> None:
    assert len(ImagePyramid(np.zeros((1, 1, 3), np.uint8)).levels) == 1


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (0, 4, 3)])
def test_only_rgb_images_are_taken(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="uint8 H×W×3"):
        ImagePyramid(np.zeros(shape, np.uint8))


def test_says_what_it_keeps_in_memory() -> None:
    assert ImagePyramid(np.zeros((256, 256, 3), np.uint8)).nbytes == 4 * (256**2 + 128**2)
