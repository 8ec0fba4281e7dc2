"""Small networks with outputs worth comparing."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3


@pytest.fixture(autouse=True)
def _same_random_numbers() -> None:
    torch.manual_seed(1706)


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(1706)


def lively_network(**changes: object) -> DeepLabV3:
    """Untrained, but with batch normalisation that fits and logits that differ from place to
    place: fresh weights give the same class everywhere."""
    values: dict[str, object] = {
        "backbone": "efficientnet_lite0",
        "head_channels": 16,
        "classes": tuple("abcde"),
        "input_size": 96,
    }
    network = DeepLabV3(ModelConfig(**(values | changes)))  # type: ignore[arg-type]
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight)
    with torch.no_grad():
        for _ in range(3):
            network.train()(torch.randn(4, 3, 96, 96).cumsum(2).cumsum(3) / 50)
        network.eval()
        last = network.classifier[-1]
        logits = network(torch.randn(1, 3, 96, 96).cumsum(2).cumsum(3) / 50)
        last.weight /= logits.std()
        last.bias -= logits.mean((0, 2, 3)) / logits.std()
    return network


@pytest.fixture
def network() -> DeepLabV3:
    return lively_network()


@pytest.fixture
def photo(random: np.random.Generator) -> NDArray[np.uint8]:
    """Smooth blobs of colour with some grain, 150×200."""
    coarse = torch.from_numpy(random.random((1, 3, 6, 8), dtype=np.float32))
    smooth = nn.functional.interpolate(coarse, size=(150, 200), mode="bicubic")[0]
    values = smooth.permute(1, 2, 0).numpy() * 255 + random.normal(0, 5, (150, 200, 3))
    return np.asarray(values.clip(0, 255), np.uint8)
