"""An image as the network takes it: resized, scaled to the training's mean and spread, padded."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from segmenter.nn.config import ModelConfig

SMALLEST_SIDE = 64
"""Narrower images are padded: below, a network's features would be all border."""


def resize(rgb: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """uint8 H×W×3 → uint8 of ``size`` (height, width), bilinear with antialiasing.

    Pillow's filter to within one level in a thousandth of the values, several times faster: what
    torchvision's transforms do to a Pillow image, so a network sees what it was trained on.
    """
    if rgb.shape[:2] == size:
        return rgb
    # PyTorch warns about arrays that must not be written to.
    pixels = rgb if rgb.flags.c_contiguous and rgb.flags.writeable else rgb.copy()
    images = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    resized = functional.interpolate(images, size=size, mode="bilinear", antialias=True)
    result: NDArray[np.uint8] = resized[0].permute(1, 2, 0).contiguous().numpy()
    return result


def normalised(rgb: NDArray[np.uint8], config: ModelConfig) -> Tensor:
    """uint8 H×W×3 → float32 1×3×H×W in channels-last layout, by the model's mean and std."""
    # A table of all 256 values a channel: the arithmetic of torchvision's transforms to the last
    # bit, at the cost of a look-up.
    levels = torch.arange(256, dtype=torch.float32)[:, None] / 255
    table = (levels - torch.tensor(config.mean)) / torch.tensor(config.std)
    values = cv2.LUT(np.ascontiguousarray(rgb), table.numpy()[None])
    return torch.from_numpy(values).permute(2, 0, 1)[None]


def padded(images: Tensor) -> Tensor:
    """N×3×H×W with at least ``SMALLEST_SIDE`` pixels a side, the last row and column repeated."""
    height, width = images.shape[-2:]
    below, right = max(0, SMALLEST_SIDE - height), max(0, SMALLEST_SIDE - width)
    if not below and not right:
        return images
    return functional.pad(images, (0, right, 0, below), mode="replicate")
