"""Small networks, an empty cache, a local server."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3


@pytest.fixture(autouse=True)
def _same_random_numbers() -> None:
    torch.manual_seed(1706)


@pytest.fixture
def small_config() -> ModelConfig:
    """EfficientNet-Lite0 with a head of 8 filters: built in a tenth of a second."""
    return ModelConfig(
        backbone="efficientnet_lite0", head_channels=8, classes=("background", "cat", "dog")
    )


@pytest.fixture
def small_network(small_config: ModelConfig) -> DeepLabV3:
    return DeepLabV3(small_config).eval()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder in place of the user's."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("MASKWRIGHT_CACHE", str(folder))
    return folder
