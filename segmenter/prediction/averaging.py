"""Class probabilities of image regions, averaged over scales and mirror images."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from segmenter.cancel import CancelToken
from segmenter.nn.config import ModelConfig
from segmenter.prediction.network_input import normalised, padded, resize

Network = Callable[[Tensor], Tensor]
"""float32 N×3×H×W, normalised → logits float32 N×C×H×W, on whatever device."""


def logits_of(network: Network, images: Tensor) -> Tensor:
    """The logits of normalised images of any size, small ones padded on the way in."""
    height, width = images.shape[-2:]
    return network(padded(images))[..., :height, :width]


def probabilities_of(
    network: Network,
    config: ModelConfig,
    regions: Sequence[NDArray[np.uint8]],
    size: tuple[int, int],
    grid: tuple[int, int],
    *,
    scales: Sequence[float],
    flip: bool,
    cancel: CancelToken,
) -> Tensor:
    """Run the network over every scale and mirror image; the mean of the probabilities.

    Args:
        regions: uint8 h×w×3 each, all of one size.
        size: (height, width) that scale 1 resizes them to.
        grid: (h, w) of the result, spanning the region; every scale is brought to it.
        cancel: looked at before every run.

    Returns:
        float32 N×C×h×w on the network's device.
    """
    total: Tensor | None = None
    for scale in scales:
        scaled = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
        images = torch.cat([normalised(resize(region, scaled), config) for region in regions])
        for mirrored in (False, True) if flip else (False,):
            cancel.check()
            logits = logits_of(network, images.flip(3) if mirrored else images)
            if mirrored:
                logits = logits.flip(3)
            logits = functional.interpolate(logits, size=grid, mode="bilinear")
            probabilities = logits.softmax(1)
            total = probabilities if total is None else total.add_(probabilities)
    assert total is not None  # there is at least one scale
    return total.div_(len(scales) * (2 if flip else 1))
