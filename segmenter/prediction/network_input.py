"""An image as the network takes it: resized, scaled to the training's mean and spread, padded."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from segmenter.nn.config import ModelConfig

BAND_PIXELS = 1 << 17
"""Resized together: half a megabyte as Pillow keeps them, so that they stay in a core's cache."""
SMALLEST_SIDE = 64
"""Narrower images are padded: below, a network's features would be all border."""


def resize(rgb: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """uint8 H×W×3 → uint8 of ``size`` (height, width), bilinear with antialiasing.

    Pillow's, to the last bit: what torchvision's transforms do to a Pillow image, so a network
    sees what it was trained on. (PyTorch's own filter is five times faster and differs by one
    level in a thousandth of the values; in a trained network that moved 1 label in 10,000.)

    Pillow keeps four bytes a pixel. It shrinks rows first and then columns, so the first step may
    be taken band by band: a large image is never copied as a whole.
    """
    width = size[1]
    if width < rgb.shape[1]:
        narrow = np.empty((rgb.shape[0], width, 3), np.uint8)
        rows = max(1, BAND_PIXELS // rgb.shape[1])
        for top in range(0, rgb.shape[0], rows):
            band = rgb[top : top + rows]
            narrow[top : top + rows] = _resize_whole(band, (band.shape[0], width))
        rgb = narrow
    return rgb if rgb.shape[:2] == size else _resize_whole(rgb, size)


def _resize_whole(rgb: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    image = Image.fromarray(np.ascontiguousarray(rgb))
    resized = image.resize((size[1], size[0]), Image.Resampling.BILINEAR)
    return np.asarray(resized, np.uint8)


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
