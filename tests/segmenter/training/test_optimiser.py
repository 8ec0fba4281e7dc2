import pytest
import torch
from torch import Tensor, nn

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.optimiser import WeightAverage, make_optimiser, rate_at, set_rate
from segmenter.training.recipes import STANDARD


def to_classes(network: DeepLabV3) -> tuple[Tensor, Tensor]:
    """Weight and bias of the last convolution."""
    layer = network.classifier[-1]
    assert isinstance(layer, nn.Conv2d)
    assert layer.bias is not None
    return layer.weight, layer.bias


@pytest.fixture
def network(small: ModelConfig) -> DeepLabV3:
    torch.manual_seed(0)
    return DeepLabV3(small)


def test_the_backbone_learns_at_a_tenth_of_the_rate_and_norms_do_not_decay(
    network: DeepLabV3,
) -> None:
    optimiser = make_optimiser(network, STANDARD)
    set_rate(optimiser, 0.5)
    settings = {
        id(parameter): (group["lr"], group["weight_decay"])
        for group in optimiser.param_groups
        for parameter in group["params"]
    }
    for name, parameter in network.named_parameters():
        rate, decay = settings[id(parameter)]
        assert rate == pytest.approx(0.05 if name.startswith("backbone.") else 0.5)
        assert decay == (STANDARD.weight_decay if parameter.ndim > 1 else 0)


def test_poly_is_the_papers_and_cosine_ends_at_nothing() -> None:
    poly = STANDARD.replace(rate=1.0, warmup_steps=0)
    assert rate_at(0, 100, poly) == 1
    assert rate_at(50, 100, poly) == pytest.approx(0.5**0.9)
    cosine = poly.replace(schedule="cosine")
    assert rate_at(50, 100, cosine) == pytest.approx(0.5)
    assert rate_at(99, 100, cosine) < 0.001
    assert rate_at(99, 100, poly.replace(schedule="constant")) == 1


def test_the_rate_rises_first() -> None:
    recipe = STANDARD.replace(warmup_steps=10, schedule="constant", rate=1.0)
    rates = [rate_at(step, 100, recipe) for step in range(12)]
    assert rates[0] == pytest.approx(1 / 11)
    assert rates == sorted(rates)
    assert rates[10] == 1


def test_the_average_of_weights_that_stand_still_is_those_weights(network: DeepLabV3) -> None:
    average = WeightAverage(network, 0.9)
    with torch.no_grad():
        for tensor in network.state_dict().values():
            tensor.add_(1)
    for _ in range(200):
        average.update(network)
    for name, tensor in network.state_dict().items():
        assert torch.allclose(average.network.state_dict()[name].float(), tensor.float(), atol=1e-4)


def test_the_average_moves_slowly(network: DeepLabV3) -> None:
    average = WeightAverage(network, 0.9)
    for _ in range(200):
        average.update(network)
    weight = to_classes(network)[1]
    before = weight.detach().clone()
    with torch.no_grad():
        weight.add_(1)
    average.update(network)
    assert torch.allclose(to_classes(average.network)[1], before + 0.1, atol=1e-5)
