"""Small networks with outputs worth comparing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3


@pytest.fixture(autouse=True)
def _same_random_numbers() -> None:
    torch.manual_seed(1706)


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(1706)


@pytest.fixture
def make_network() -> Callable[..., DeepLabV3]:
    """Untrained networks, but with batch normalisation that fits and logits that differ from
    place to place: fresh weights give the same class everywhere."""

    def make(**changes: object) -> DeepLabV3:
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
        last = network.classifier[-1]
        assert isinstance(last, nn.Conv2d)
        assert last.bias is not None
        with torch.no_grad():
            for _ in range(3):
                network.train()(torch.randn(4, 3, 96, 96).cumsum(2).cumsum(3) / 50)
            network.eval()
            logits = network(torch.randn(1, 3, 96, 96).cumsum(2).cumsum(3) / 50)
            last.weight /= logits.std()
            last.bias -= logits.mean((0, 2, 3)) / logits.std()
        return network

    return make


@pytest.fixture
def network(make_network: Callable[..., DeepLabV3]) -> DeepLabV3:
    return make_network()


class ByColor(DeepLabV3):
    """Scores every pixel by its own colour: the same whatever lies around it, whether mirrored,
    cut into tiles or (on smooth images) at another scale."""

    def forward(self, images: Tensor) -> Tensor:
        red, green, blue = images.unbind(1)
        return torch.stack([red, green, blue, torch.full_like(red, -0.2)], 1) * 4


@pytest.fixture
def by_color() -> DeepLabV3:
    config = ModelConfig(
        backbone="efficientnet_lite0",
        head_channels=1,
        classes=("red", "green", "blue", "dark"),
        input_size=96,
    )
    return ByColor(config).eval()


class Runs:
    """Every run of a network and of its copies: the (height, width) of what it was given."""

    def __init__(self, network: DeepLabV3) -> None:
        self.sizes: list[tuple[int, int]] = []
        self.batches: list[int] = []
        self.before: Callable[[Tensor], None] | None = None
        """Called with the images before each run; may raise."""
        network.register_forward_pre_hook(self)

    def __call__(self, _module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        images = inputs[0]
        self.sizes.append((images.shape[2], images.shape[3]))
        self.batches.append(images.shape[0])
        if self.before is not None:
            self.before(images)

    def __deepcopy__(self, memo: object) -> Runs:
        return self  # the copy of a network reports here, too


@pytest.fixture
def runs_of() -> Callable[[DeepLabV3], Runs]:
    return Runs


@pytest.fixture
def photo(random: np.random.Generator) -> NDArray[np.uint8]:
    """Smooth blobs of colour with some grain, 150×200."""
    coarse = torch.from_numpy(random.random((1, 3, 6, 8), dtype=np.float32))
    smooth = nn.functional.interpolate(coarse, size=(150, 200), mode="bicubic")[0]
    values = smooth.permute(1, 2, 0).numpy() * 255 + random.normal(0, 5, (150, 200, 3))
    return np.asarray(values.clip(0, 255), np.uint8)
