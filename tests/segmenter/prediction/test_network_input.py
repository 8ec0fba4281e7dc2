from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms._presets import SemanticSegmentation

from segmenter.nn.config import ModelConfig
from segmenter.prediction.network_input import SMALLEST_SIDE, normalised, padded, resize
from segmenter.prediction.plan import trained_size


@pytest.mark.parametrize(
    ("size", "new_size"),
    [
        ((1234, 2345), (520, 988)),
        ((100, 150), (347, 520)),
        ((300, 200), (300, 77)),
        ((300, 200), (91, 200)),
        ((50, 60), (50, 60)),
        ((1, 1), (4, 4)),
        ((1, 3000), (4, 12000)),
        ((200, 3), (7, 9)),
    ],
)
def test_resizing_is_pillows(
    random: np.random.Generator, size: tuple[int, int], new_size: tuple[int, int]
) -> None:
    rgb = random.integers(0, 256, (*size, 3), dtype=np.uint8)
    expected = Image.fromarray(rgb).resize(new_size[::-1], Image.Resampling.BILINEAR)
    assert np.array_equal(resize(rgb, new_size), np.asarray(expected))


@pytest.mark.parametrize("name", ["dogs.jpg", "cat.jpg"])
def test_a_photo_reaches_the_network_as_torchvision_has_it(sample: Path, name: str) -> None:
    image = Image.open(sample / name).convert("RGB")
    rgb = np.asarray(image)
    config = ModelConfig(input_size=520)
    ours = normalised(resize(rgb, trained_size(rgb.shape[:2], 520)), config)
    theirs = SemanticSegmentation(resize_size=520)(image)[None]
    assert ours.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0, check_stride=False)


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 90), (63, 64), (200, SMALLEST_SIDE), (SMALLEST_SIDE, 3)]
)
def test_small_images_are_padded_with_their_last_pixels(size: tuple[int, int]) -> None:
    images = torch.randn(2, 3, *size)
    larger = padded(images)
    assert larger.shape[2:] == (max(64, size[0]), max(64, size[1]))
    assert torch.equal(larger[..., : size[0], : size[1]], images)
    assert torch.equal(larger[..., -1, -1], images[..., -1, -1])
